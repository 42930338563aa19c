package keycmd

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

type keyListOptions struct {
	cli.Inputs
	cli.Target
}

func newKeyList(a *cli.App) *cobra.Command {
	o := &keyListOptions{}
	cmd := &cobra.Command{
		Use:   "list [DIR]",
		Short: "List the keys of the apps",
		Long: `Lists the keys of the declared apps: their status in the org, whether they are
declared, and whether the private half is on this machine.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runKeyList(cmd.Context(), a, cli.Folder(args), o)
		},
	}
	o.Target.Add(cmd)
	o.Inputs.AddReading(cmd)
	return cmd
}

func runKeyList(ctx context.Context, a *cli.App, dir string, o *keyListOptions) error {
	s, err := a.Open(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer s.Close()
	p, err := s.Plan(ctx, cli.ReadingFlags().Options(s.Config.Owner, false))
	if err != nil {
		return err
	}
	keys := listedKeys(s, p, s.Config.Evaluate(p.Known()))
	if !a.JSON {
		for i := range keys {
			if here, err := filepath.Rel(cli.Absolute("."), keys[i].File); err == nil && filepath.IsLocal(here) {
				keys[i].File = here
			}
		}
		a.Print(view.Keys(keys, a.Style()))
		return nil
	}
	text, err := view.KeysJSON(keys)
	a.Print(text)
	return err
}

// listedKeys returns the keys of the planned apps, those in the org first.
func listedKeys(s *cli.Session, p *plan.Plan, eval *config.Evaluation) []view.ListedKey {
	files := map[string]string{}
	for _, app := range eval.Apps() {
		for _, key := range app.Keys {
			files[app.Addr.String()+" "+key.KID] = key.File
		}
	}
	list := []view.ListedKey{}
	for i := range p.Changes {
		c := &p.Changes[i]
		if !c.Kind.IsApp() {
			continue
		}
		at := map[string]int{}
		add := func(value schema.Value, note func(*view.ListedKey)) {
			for _, key := range keysOf(value) {
				kid := attrText(key.GetAttr("kid"))
				if _, known := at[kid]; !known {
					at[kid] = len(list)
					row := view.ListedKey{App: c.Addr.String(), KID: kid, Kty: attrText(key.GetAttr("kty")), Thumbprint: attrText(key.GetAttr("thumbprint")), Status: attrText(key.GetAttr("status"))}
					if file := files[row.App+" "+kid]; file != "" {
						_, err := s.Trees.Stat(file)
						row.File, row.Here = file, err == nil
					}
					list = append(list, row)
				}
				note(&list[at[kid]])
			}
		}
		add(c.Before, func(k *view.ListedKey) { k.InOrg = true })
		add(c.After, func(k *view.ListedKey) { k.Declared = true })
	}
	return list
}

// keysOf returns the public_key values of an app; nil if they are unknown.
func keysOf(app schema.Value) []cty.Value {
	if !app.Has("public_key") {
		return nil
	}
	return schema.Elements(app.GetAttr("public_key"))
}

// attrText returns a string attribute; "" if it is unknown.
func attrText(v cty.Value) string {
	if v, _ = v.Unmark(); v.IsNull() || !v.IsKnown() {
		return ""
	}
	return v.AsString()
}
