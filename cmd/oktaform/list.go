package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/cli/inventory"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/generate"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

type listOptions struct {
	cli.Inputs
	cli.Target
}

func newList(a *cli.App) *cobra.Command {
	o := &listOptions{}
	cmd := &cobra.Command{
		Use:   "list [KIND] [DIR]",
		Short: "List the objects of the org, and who manages them",
		Long: `Lists the apps, groups, admins, custom roles, resource sets, network zones and
trusted origins of the org, and who manages each: this configuration, another one,
or nobody. Objects that this configuration has yet to import are named so. Of
people, it lists those with admin roles. It needs no configuration.`,
		Example: `  oktaform list
  oktaform list service_app --json`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return runList(cmd.Context(), a, args, o) },
	}
	o.Target.Add(cmd)
	o.Inputs.AddReading(cmd)
	return cmd
}

func runList(ctx context.Context, a *cli.App, args []string, o *listOptions) error {
	kind, dir, err := listArguments(args)
	if err != nil {
		return err
	}
	f, err := openAny(ctx, a, dir, o)
	if err != nil {
		return err
	}
	defer f.Session.Close()
	inv, list, err := listOf(ctx, f, kind)
	if err != nil {
		return err
	}
	if a.JSON {
		text, err := view.ListJSON(list, inv)
		a.Print(text)
		return err
	}
	next := ""
	if slices.ContainsFunc(list, func(l view.Listed) bool { return l.IsUnmanaged() }) {
		next = nextImport(f)
	}
	a.Print(view.ListText(list, inv, next, a.Style()))
	return nil
}

// listArguments tells the kind from the folder.
func listArguments(args []string) (kind *schema.Kind, dir string, err error) {
	if len(args) == 2 || len(args) == 1 && kinds.Named(args[0]) != nil {
		if kind = kinds.Named(args[0]); kind == nil {
			return nil, "", noKind(args[0])
		}
		args = args[1:]
	}
	dir = cli.Folder(args)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, "", noKind(dir)
	}
	return kind, dir, nil
}

func noKind(name string) error {
	var names []string
	for _, k := range kinds.All() {
		names = append(names, k.Name)
	}
	if fitting := config.DidYouMean(name, names); fitting != "" {
		return fmt.Errorf("%s is neither a folder nor a kind of object.%s", name, fitting)
	}
	return fmt.Errorf("%s is neither a folder nor a kind of object: %s", name, strings.Join(names, ", "))
}

// openAny opens the org, and the folder whether or not it holds a configuration.
func openAny(ctx context.Context, a *cli.App, dir string, o *listOptions) (*inventory.Folder, error) {
	if a.HasConfiguration(dir) {
		return inventory.Open(ctx, a, dir, o.Inputs, o.Target)
	}
	return inventory.OpenWithout(a, dir, o.Target)
}

// listOf lists the objects of a kind; nil means all.
func listOf(ctx context.Context, f *inventory.Folder, kind *schema.Kind) (*schema.Inventory, []view.Listed, error) {
	o := org.InventoryOptions{Only: func(org.Candidate) bool { return false }, Users: f.Logins()}
	if kind != nil {
		o.Kinds = []string{kind.Name}
	}
	inv, err := f.Session.Client.Inventory(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	if kind != nil {
		inv.Others = slices.DeleteFunc(inv.Others, func(other schema.Other) bool { return other.Source != kind.DataSource() || kind.IsApp() })
	}
	return inv, view.List(inv, f.Options.Owner, func(o *schema.Object, label string) string {
		return f.DeclaredAs(kinds.Named(o.Kind), o.ID, label, o.Owner)
	}), nil
}

// nextImport says how what nobody manages becomes a configuration.
func nextImport(f *inventory.Folder) string {
	if f.App.HasConfiguration(f.Dir) {
		return fmt.Sprintf("\nAdd the objects that nobody manages to this configuration:\n\n  oktaform import --add --out %s%s\n", view.ShellWord(f.Dir), f.OrgFlag())
	}
	return fmt.Sprintf("\nWrite a configuration of the objects that nobody manages:\n\n  oktaform import --out DIR%s\n", f.OrgFlag())
}

func newState(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "state",
		Short: "List and show the objects that the configuration owns",
		Long: `The org is the state: each object carries the mark of its owner. These commands
read it as Terraform's state commands do.`,
		Args: cli.KnownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newStateList(a), newStateShow(a))
	for name, instead := range stateWords {
		cmd.AddCommand(otherWord("state "+name, name, instead))
	}
	return cmd
}

func newStateList(a *cli.App) *cobra.Command {
	o := &listOptions{}
	id := ""
	cmd := &cobra.Command{
		Use:   "list [ADDRESS...] [DIR]",
		Short: "List the addresses of the objects that the configuration owns",
		Long: `Prints the address of each object in the org that the configuration owns, one per
line; with arguments, only those at the given addresses.`,
		Example: `  oktaform state list
  oktaform state list module.team`,
		RunE: func(cmd *cobra.Command, args []string) error {
			addrs, dir := stateArguments(args)
			return runStateList(cmd.Context(), a, dir, addrs, id, o)
		},
	}
	o.Target.Add(cmd)
	o.Inputs.AddReading(cmd)
	cmd.Flags().StringVar(&id, "id", "", "list only the object with this `ID`")
	return cmd
}

// stateArguments tells the addresses from the folder, which comes last.
func stateArguments(args []string) (addrs []string, dir string) {
	if n := len(args); n > 0 {
		if info, err := os.Stat(args[n-1]); err == nil && info.IsDir() {
			return args[:n-1], args[n-1]
		}
	}
	return args, "."
}

func runStateList(ctx context.Context, a *cli.App, dir string, addrs []string, id string, o *listOptions) error {
	f, err := inventory.Open(ctx, a, dir, o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer f.Session.Close()
	inv, list, err := listOf(ctx, f, nil)
	if err != nil {
		return err
	}
	noteImports(f, list)
	list = slices.DeleteFunc(list, func(l view.Listed) bool {
		return !l.IsOwn() || id != "" && l.ID != id || len(addrs) > 0 && !slices.ContainsFunc(addrs, func(addr string) bool { return schema.Under(addr, l.Address) })
	})
	if a.JSON {
		text, err := view.ListJSON(list, inv)
		a.Print(text)
		return err
	}
	a.Print(view.Addresses(list))
	return nil
}

// noteImports warns of objects that the configuration declares and doesn't own yet.
func noteImports(f *inventory.Folder, list []view.Listed) {
	n := 0
	for _, l := range list {
		if l.ToImport {
			n++
		}
	}
	if n == 0 || f.App.JSON {
		return
	}
	f.App.ShowDiagnostics(hcl.Diagnostics{{Severity: hcl.DiagWarning, Summary: "Not owned yet",
		Detail: fmt.Sprintf("This configuration has yet to import %s of the org, which nobody owns until then: %s shows which, and %s imports them.",
			view.Count(n, "object"), f.App.CommandLine(f.Dir, "list"), f.App.CommandLine(f.Dir, "apply"))}}, nil)
}

func newStateShow(a *cli.App) *cobra.Command {
	o := &listOptions{}
	cmd := &cobra.Command{
		Use:     "show ADDRESS [DIR]",
		Short:   "Show an object that the configuration owns, as the org has it",
		Long:    `Reads the object and shows it as a block, without attributes that have Okta's default.`,
		Example: `  oktaform state show service_app.reporter`,
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runStateShow(cmd.Context(), a, args[0], cli.Folder(args[1:]), o)
		},
	}
	o.Target.Add(cmd)
	o.Inputs.AddReading(cmd)
	return cmd
}

func runStateShow(ctx context.Context, a *cli.App, addr, dir string, o *listOptions) error {
	f, err := inventory.Open(ctx, a, dir, o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer f.Session.Close()
	inv, err := f.Session.Client.Inventory(ctx, org.InventoryOptions{MostMembers: inventory.MostMembers, Claims: true, Users: f.Logins(), Only: func(c org.Candidate) bool {
		return f.OwnAddress(c) == addr
	}})
	if err != nil {
		return err
	}
	f.Identify(inv)
	for k := range inv.Objects {
		object := &inv.Objects[k]
		if f.OwnAddress(inventory.Candidate(object)) != addr {
			continue
		}
		text, err := generate.Block(inv, object, addr, f.Options)
		if err != nil {
			return err
		}
		if a.JSON {
			text, err = view.BlockJSON(addr, object, text)
		}
		a.Print(text)
		return err
	}
	return fmt.Errorf("no instance found: this configuration owns no %s in the org; oktaform state list shows what it owns", addr)
}
