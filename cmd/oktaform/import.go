package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/generate"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

// mostMembers is the maximum number of members that an import writes for a group.
const mostMembers = 50

type importOptions struct {
	cli.Target
	out      string
	owner    string
	ownUsers bool
	// fromTerraform is a state, plan or folder of Terraform's; "" without.
	fromTerraform string
}

func newImport(a *cli.App) *cobra.Command {
	o := &importOptions{}
	cmd := &cobra.Command{
		Use:   "import --out DIR",
		Short: "Write the configuration of an org that people have set up",
		Long: `Reads everything of API access that the org holds, and writes a configuration of
it with import blocks: oktaform plan DIR then shows imports only, and oktaform apply
DIR marks the objects as the configuration's. Nothing in the org is changed.

What another configuration owns, and what can't be declared, is left out and listed.
People are looked up, and their admin roles are admin blocks; --own-users writes
user blocks. Secrets are never written; keys are public.`,
		Example: `  oktaform import --out iam`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runImport(cmd.Context(), a, o) },
	}
	o.Target.Add(cmd)
	cmd.Flags().StringVar(&o.out, "out", "", "write the files into the folder `DIR`")
	cmd.Flags().StringVar(&o.owner, "owner", "", "the `NAME` of the new configuration, which its objects are marked with (default: the folder's name)")
	cmd.Flags().StringVar(&o.fromTerraform, "from-terraform", "", "write what Terraform declares: `PATH` is a state file, what terraform show -json prints (- is standard input), or a folder of .tf files")
	cmd.Flags().BoolVar(&o.ownUsers, "own-users", false, "manage people too, not only their admin roles")
	return cmd
}

// importUsage lists the ways to import.
const importUsage = `oktaform import --out DIR writes the configuration of all that
the org holds. One object is imported by its own block and, beside it,

  import {
    to    = group.staff
    label = "Staff"
  }

where id = "00g..." in place of label names the object by its id. The plan shows what
importing it changes. oktaform plan --import imports every object that has the name of
a declared one.`

func runImport(ctx context.Context, a *cli.App, o *importOptions) error {
	if o.fromTerraform != "" {
		return fromTerraform(ctx, a, o)
	}
	if o.out == "" {
		return &session.Error{Diagnostics: hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "What is to be imported?", Detail: importUsage}}}
	}
	if o.owner == "" {
		o.owner = filepath.Base(cli.Absolute(o.out))
	}
	if err := schema.CheckOwner(o.owner); err != nil {
		return fmt.Errorf("--owner: %q can't be one: %w", o.owner, err)
	}
	if err := a.Trees("").MakeFolder(o.out); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("--out: %w", err)
	}
	s, err := a.OpenWithout(o.out, o.Target)
	if err != nil {
		return err
	}
	defer s.Close()
	entries, err := s.Trees.List(o.out)
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) == ".hcl" {
			return fmt.Errorf("--out: the folder %s holds a configuration already: %s", view.ShellWord(o.out), entry.Name())
		}
	}
	inv, err := s.Client.Inventory(ctx, org.InventoryOptions{MostMembers: mostMembers, People: o.ownUsers})
	if err != nil {
		return err
	}
	result, err := generate.Configuration(inv, generate.All(inv), generate.Options{Owner: o.owner, OwnUsers: o.ownUsers, Header: true})
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(result.Files)) {
		if err := s.Trees.Create(filepath.Join(o.out, name), result.Files[name], 0o644); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d objects are written to %s.\n", len(result.Written), o.out)
	for _, l := range result.LeftOut {
		fmt.Fprintf(&b, "Left out: %s %q (%s) %s: %s\n", l.Kind, l.Label, l.ID, l.Part, l.Why)
	}
	a.Print(b.String())
	return nil
}
