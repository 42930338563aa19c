// Package importcmd has the command import, which writes the configuration of what an org has.
// Begin with import.go for a whole org, oneobject.go for one object, and terraform.go for what
// Terraform declares. pending.go finishes an interrupted import.
package importcmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/cli/inventory"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/generate"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

type importOptions struct {
	cli.Inputs
	cli.Target
	out              string
	owner            string
	ownUsers, add    bool
	selects, exclude []string
	// fromTerraform is a state, plan or folder of Terraform's; "" without.
	fromTerraform string
	// resumed says that an interrupted import into the folder was finished.
	resumed bool
}

// New returns the command import.
func New(a *cli.App) *cobra.Command {
	o := &importOptions{}
	cmd := &cobra.Command{
		Use:   "import --out DIR | ADDRESS ID [DIR]",
		Short: "Write the configuration of objects that an org has",
		Long: `With --out, reads all objects of API access in the org, and writes a configuration
of them with import blocks: oktaform plan DIR then shows only imports, and
oktaform apply DIR marks the objects as the configuration's. With --add, DIR
contains a configuration already, and only new objects are written.

With an address and an id, writes the block of that one object and its import block
into the configuration in DIR.

The org isn't changed. The command ends with a plan of the files: if that plan would
do more than import, the command names the objects and reasons, and fails. Objects that
another configuration owns, and objects that can't be declared, are left out and listed.
People become data sources, and their admin roles admin blocks; --own-users writes user
blocks. Lists of more than 50 members stay unmanaged. Secrets are never written, and of
keys only the public half.

A PATTERN is KIND or KIND.NAME, optionally followed by =LABEL, where * matches
any text: 'service_app', 'group.eng_*', '*=Nightly*'.`,
		Example: `  oktaform import --out iam
  oktaform import --out iam --select 'service_app=*report*' --select custom_role
  oktaform import service_app.reporter 0oa1b2c3d4e5f6g7h8i9`,
		Args: cobra.MaximumNArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error { return runImport(cmd.Context(), a, args, o) },
	}
	o.Target.Add(cmd)
	o.Inputs.Add(cmd)
	cmd.Flags().StringVar(&o.out, "out", "", "write the files into the folder `DIR`")
	cmd.Flags().BoolVar(&o.add, "add", false, "add new objects to the configuration in the folder")
	cmd.Flags().StringVar(&o.owner, "owner", "", "the `NAME` of the new configuration, with which its objects are marked (default: the folder's name)")
	cmd.Flags().StringVar(&o.fromTerraform, "from-terraform", "", "write what Terraform declares: `PATH` is a state file, the output of terraform show -json (- for standard input), or a folder of .tf files")
	cmd.Flags().StringArrayVar(&o.selects, "select", nil, "write only objects that match the `PATTERN`; may be repeated")
	cmd.Flags().StringArrayVar(&o.exclude, "exclude", nil, "leave out objects that match the `PATTERN`; may be repeated")
	cmd.Flags().BoolVar(&o.ownUsers, "own-users", false, "write user blocks for people, not only admin blocks for their roles")
	return cmd
}

// importUsage says which ways there are to import.
const importUsage = `oktaform import --out DIR writes a configuration of everything in the org, and
oktaform import ADDRESS ID the block of one object. To import an object by hand, write its
block and, beside it,

  import {
    to    = group.staff
    label = "Staff"
  }

Use id = "00g..." in place of label to name the object by its id. The plan shows what
the import changes. oktaform plan --import imports every object that has the name of a
declared one.`

func runImport(ctx context.Context, a *cli.App, args []string, o *importOptions) error {
	dir := o.out
	if dir == "" && len(args) >= 2 {
		dir = cli.Folder(args[2:])
	}
	if dir != "" {
		switch found, err := finishPending(a, dir); {
		case err != nil:
			return err
		case found && o.out == "":
			return finished(a, dir)
		default:
			o.resumed = found
		}
	}
	switch {
	case o.fromTerraform != "" && len(args) == 0:
		return fromTerraform(ctx, a, o)
	case o.out != "" && len(args) > 0:
		return fmt.Errorf("--out writes what the whole org has, and takes no arguments: leave out %s, or --out to import one object", view.Plain(strings.Join(args, " ")))
	case o.out == "" && len(args) < 2:
		return &session.Error{Diagnostics: hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Nothing to import is named", Detail: importUsage}}}
	case o.out == "":
		return importOne(ctx, a, args, o)
	}
	i, err := o.begin(ctx, a)
	if err != nil {
		return err
	}
	defer i.Session.Close()
	options := i.Options
	options.OwnUsers, options.Tests = o.ownUsers, true
	inv, err := i.inventory(ctx, o.ownUsers)
	if err != nil {
		return err
	}
	i.Identify(inv)
	result, err := generate.Configuration(inv, generate.Select(inv, i.selects, i.excluded), options)
	if err != nil {
		return err
	}
	return i.finish(ctx, o.Inputs, inv, result)
}

// finished says what comes after an import that an earlier run has begun.
func finished(a *cli.App, dir string) error {
	if !a.JSON {
		a.Say(fmt.Sprintf("Nothing else was imported. See which objects an apply would mark as this configuration's:\n\n  oktaform plan %s\n", view.ShellWord(dir)))
	}
	return nil
}

// finish writes the files, plans them, and says what was written and what not.
func (i *importing) finish(ctx context.Context, in cli.Inputs, inv *schema.Inventory, r *generate.Result) error {
	if err := i.write(r, nil); err != nil {
		return err
	}
	note, err := i.check(ctx, in, inv, r)
	if err != nil {
		if !i.App.JSON {
			i.App.Say(view.Imported(r, inv, i.wrote) + "\n")
		}
		return err
	}
	return i.report(inv, r, note)
}

// probeFile is written and removed before the org is read.
const probeFile = ".oktaform-import"

// checkFolder fails if the folder can't be written: the read of a large org takes long.
func (i *importing) checkFolder() error {
	root, err := files.Open(i.Dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if err := root.Replace(probeFile, nil, 0o600); err != nil {
		return err
	}
	return root.Remove(probeFile)
}

// inventory reads the org, from where an interrupted import has come to.
func (i *importing) inventory(ctx context.Context, people bool) (*schema.Inventory, error) {
	if err := i.checkFolder(); err != nil {
		return nil, fmt.Errorf("--out: %w", err)
	}
	j := openJournal(i.App.Env, i.Dir, i.Session.Client.URL(), i.App.Env.Clock.LocalNow())
	if note := j.note(); note != "" && !i.App.JSON {
		i.App.Say(note)
	}
	inv, err := i.Session.Client.Inventory(ctx, org.InventoryOptions{MostMembers: inventory.MostMembers, Claims: true, People: people, Only: i.reads, Known: j.Known, Keep: j.Keep})
	i.Session.EndJob()
	j.close(err == nil)
	return inv, err
}

// importing is one import into a folder.
type importing struct {
	*inventory.Folder
	add               bool // to the configuration in the folder
	selects, excluded []generate.Pattern
	present           []string // files that an import that was killed may have written; none with --add
	wrote             []string // files that this import has written
}

// open opens the org, and a folder that holds a configuration. What the plan of the result compares
// must be known; what Terraform declares is planned with the secrets too.
func (o *importOptions) open(ctx context.Context, a *cli.App, dir string) (*inventory.Folder, error) {
	if o.fromTerraform == "" {
		o.Inputs.OnlyRead()
	}
	f, err := inventory.Open(ctx, a, dir, o.Inputs, o.Target)
	if err != nil {
		return nil, err
	}
	if err := f.Session.Failed(f.Session.Config.Evaluate(nil).NeededSecrets()); err != nil {
		f.Session.Close()
		return nil, err
	}
	return f, nil
}

// occupied refuses to write into a folder with another configuration.
func occupied(dir string) error {
	return fmt.Errorf("--out: the folder %s contains a configuration already: --add adds new objects to it", view.ShellWord(dir))
}

// begin opens the folder and the org.
func (o *importOptions) begin(ctx context.Context, a *cli.App) (i *importing, err error) {
	i = &importing{add: o.add}
	for _, list := range []struct {
		texts []string
		into  *[]generate.Pattern
		flag  string
	}{{o.selects, &i.selects, "--select"}, {o.exclude, &i.excluded, "--exclude"}} {
		for _, text := range list.texts {
			p, err := generate.ParsePattern(text)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", list.flag, err)
			}
			*list.into = append(*list.into, p)
		}
	}
	if o.add {
		if o.owner != "" {
			return nil, errors.New("--owner: the configuration in the folder sets org.owner already")
		}
		i.Folder, err = o.open(ctx, a, o.out)
		return i, err
	}
	if o.owner == "" {
		o.owner = filepath.Base(cli.Absolute(o.out))
	}
	if err := schema.CheckOwner(o.owner); err != nil {
		return nil, fmt.Errorf("--owner: %q is not valid: %w", o.owner, err)
	}
	trees := a.Trees("")
	if _, err := trees.Stat(o.out); errors.Is(err, fs.ErrNotExist) {
		if err := trees.MakeFolder(o.out, 0o755); err != nil {
			return nil, fmt.Errorf("--out: %w", err)
		}
	}
	entries, err := trees.List(o.out)
	if err != nil {
		return nil, fmt.Errorf("--out: %w", err)
	}
	for _, entry := range entries {
		switch name := entry.Name(); {
		case filepath.Ext(name) != ".hcl":
		case o.fromTerraform == "" && !generate.IsFile(name), o.fromTerraform != "" && name == generate.LastFile && !o.resumed:
			return nil, occupied(o.out)
		default:
			i.present = append(i.present, name)
		}
	}
	if i.Folder, err = inventory.OpenWithout(a, o.out, o.Target); err != nil {
		return nil, err
	}
	i.Options.Owner, i.Options.Header = o.owner, true
	return i, nil
}

// reads reports whether more than its document is read of an object.
func (i *importing) reads(c org.Candidate) bool {
	return generate.Selected(i.selects, i.excluded, c.Kind, c.Label) && i.DeclaredAs(c.Kind, c.ID, c.Label, c.Owner) == "" &&
		(c.Owner.IsZero() || c.Owner.Owner == i.Options.Owner)
}
