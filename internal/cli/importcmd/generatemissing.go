package importcmd

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/cli/inventory"
	"github.com/oktaform/oktaform/internal/fileedit"
	"github.com/oktaform/oktaform/internal/generate"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// GenerateMissing writes the blocks of objects that import blocks name and nothing declares.
func GenerateMissing(ctx context.Context, a *cli.App, dir, file string, in cli.Inputs, t cli.Target) error {
	sources, err := a.Sources(dir)
	if err != nil {
		return err
	}
	if _, err := a.Trees(dir).Stat(file); err == nil {
		return fmt.Errorf("--generate-config-out: %s exists already: name a new file", file)
	}
	missing := undeclaredImports(sources)
	if len(missing) == 0 {
		return nil
	}
	without := in
	without.Sources = map[string][]byte{}
	for name, src := range sources {
		without.Sources[name] = src
	}
	for _, m := range slices.Backward(missing) {
		without.Sources[m.file] = fileedit.Cut(without.Sources[m.file], m.block.Range())
	}
	f, err := inventory.Open(ctx, a, dir, without, t)
	if err != nil {
		return err
	}
	defer f.Session.Close()
	text, err := missingBlocks(ctx, f, missing)
	if err != nil {
		return fmt.Errorf("--generate-config-out: %w", err)
	}
	if err := f.Session.Trees.Create(file, text, 0o644); err != nil {
		return fmt.Errorf("--generate-config-out: %w", err)
	}
	if !a.JSON {
		a.Say(fmt.Sprintf("The blocks of %d objects are written to %s. Review them.\n\n", len(missing), filepath.Clean(file)))
	}
	return nil
}

// undeclaredImport is an import block for which nothing is declared.
type undeclaredImport struct {
	file  string
	block *hclsyntax.Block
	to    schema.Addr
	name  string // the id, client id, name or label
}

// undeclaredImports finds the import blocks that name one object, and whose target isn't
// declared, in the order of files and blocks.
func undeclaredImports(sources map[string][]byte) (missing []undeclaredImport) {
	declared := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		file, _ := hclsyntax.ParseConfig(sources[name], name, hcl.InitialPos)
		if file == nil {
			continue
		}
		for _, block := range file.Body.(*hclsyntax.Body).Blocks {
			if len(block.Labels) == 1 {
				declared[block.Type+"."+block.Labels[0]] = true
			}
			addr, err := schema.ParseAddr(fileedit.ImportTarget(block, sources[name]))
			if err != nil || addr.Module != "" || addr.Key != "" || addr.Data || kinds.Named(addr.Kind) == nil {
				continue
			}
			for _, by := range []string{"id", "label"} {
				attr := block.Body.Attributes[by]
				if attr == nil {
					continue
				}
				if v, diags := attr.Expr.Value(nil); !diags.HasErrors() && v.IsKnown() && !v.IsNull() && v.Type() == cty.String {
					missing = append(missing, undeclaredImport{name, block, addr, v.AsString()})
				}
			}
		}
	}
	return slices.DeleteFunc(missing, func(m undeclaredImport) bool { return declared[m.to.String()] })
}

// missingBlocks returns the blocks of the objects that the import blocks name.
func missingBlocks(ctx context.Context, f *inventory.Folder, missing []undeclaredImport) ([]byte, error) {
	isMeant := func(c org.Candidate) *undeclaredImport {
		k := slices.IndexFunc(missing, func(m undeclaredImport) bool {
			kind := kinds.Named(m.to.Kind)
			return (c.Kind == kind || kind.OnExisting) && (c.ID == m.name || c.ClientID == m.name || c.Label == m.name || kind.Unique && strings.EqualFold(c.Label, m.name))
		})
		if k < 0 {
			return nil
		}
		return &missing[k]
	}
	options := org.InventoryOptions{MostMembers: inventory.MostMembers, Claims: true, Only: func(c org.Candidate) bool { return isMeant(c) != nil }}
	for _, m := range missing {
		if kinds.Named(m.to.Kind).Person {
			options.Users = append(options.Users, m.name)
			f.Options.OwnUsers = true
		}
	}
	inv, err := f.Session.Client.Inventory(ctx, options)
	if err != nil {
		return nil, err
	}
	f.Identify(inv)
	f.Options.NoImports = true
	found := map[schema.Addr]generate.Object{}
	for k := range inv.Objects {
		o := &inv.Objects[k]
		m := isMeant(inventory.Candidate(o))
		if m == nil {
			continue
		}
		if other, twice := found[m.to]; twice {
			return nil, fmt.Errorf("%q is the name of several objects (%s and %s): name one by its id in the import block of %s", m.name, other.ID, o.ID, m.to)
		}
		found[m.to] = generate.Object{Kind: o.Kind, ID: o.ID, Name: m.to.Name}
	}
	var selection []generate.Object
	for _, m := range missing {
		object, ok := found[m.to]
		if !ok {
			return nil, fmt.Errorf("the org has no %s that is called %q, for the import block of %s", kinds.Named(m.to.Kind).Title, m.name, m.to)
		}
		selection = append(selection, object)
	}
	result, err := generate.Configuration(inv, selection, f.Options)
	if err != nil {
		return nil, err
	}
	for _, l := range result.LeftOut {
		return nil, fmt.Errorf("%s %q (%s) can't be written: %s", l.Kind, l.Label, l.ID, cmp.Or(l.Why, l.Part))
	}
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(result.Files)) {
		texts = append(texts, string(result.Files[name]))
	}
	return []byte(strings.Join(texts, "\n")), nil
}
