package importcmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/cli/inventory"
	"github.com/oktaform/oktaform/internal/generate"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// importOne writes the block of one object, and its import block.
func importOne(ctx context.Context, a *cli.App, args []string, o *importOptions) error {
	if o.add || o.owner != "" || len(o.selects)+len(o.exclude) > 0 || o.ownUsers {
		return fmt.Errorf("--add, --owner, --own-users, --select and --exclude need import --out DIR; %s is one object", args[0])
	}
	addr, err := schema.ParseAddr(args[0])
	switch kind := kinds.Named(addr.Kind); {
	case err != nil:
		return err
	case kind == nil:
		return fmt.Errorf("%s: there is no kind %q; oktaform schema shows all kinds", addr, addr.Kind)
	case addr.Module != "" || addr.Key != "" || addr.Data:
		return fmt.Errorf("%s: a block can be written for an address such as %s.NAME only. For an instance, or an object in a module, write an import block (docs/ownership.md)", addr, addr.Kind)
	}
	folder, err := o.open(ctx, a, cli.Folder(args[2:]))
	if err != nil {
		return err
	}
	i := &importing{Folder: folder, add: true}
	defer i.Session.Close()
	if i.Declares(addr) {
		return fmt.Errorf("%s is declared already: to import an object into it, add an import block beside its block (docs/ownership.md)", addr)
	}
	inv, object, err := i.find(ctx, addr, args[1])
	if err != nil {
		return err
	}
	i.Identify(inv)
	if as := i.Options.Declared[object.Kind+" "+object.ID]; as != "" {
		return fmt.Errorf("%s is declared already, as %s", args[1], as)
	}
	i.Options.OwnUsers = kinds.Named(addr.Kind).Person
	result, err := generate.Configuration(inv, []generate.Object{{Kind: object.Kind, ID: object.ID, Name: addr.Name}}, i.Options)
	if err != nil {
		return err
	}
	if len(result.Written) == 0 {
		return fmt.Errorf("%s can't be imported: %s", args[1], result.LeftOut[0].Why)
	}
	return i.finish(ctx, o.Inputs, inv, result)
}

// find reads the object with that id, client id or name.
func (i *importing) find(ctx context.Context, addr schema.Addr, id string) (*schema.Inventory, *schema.Object, error) {
	kind := kinds.Named(addr.Kind)
	isMeant := func(c org.Candidate) bool {
		return (c.Kind == kind || kind.OnExisting) && (c.ID == id || c.ClientID == id && id != "" || c.Kind.Unique && strings.EqualFold(c.Label, id))
	}
	options := org.InventoryOptions{MostMembers: inventory.MostMembers, Claims: true, Only: isMeant}
	if kind.Person {
		options.Users = []string{id}
	}
	inv, err := i.Session.Client.Inventory(ctx, options)
	if err != nil {
		return nil, nil, err
	}
	var of []*schema.Object
	for k := range inv.Objects {
		o := &inv.Objects[k]
		c := inventory.Candidate(o)
		switch {
		case isMeant(c):
			of = append(of, o)
		case c.ID == id:
			return nil, nil, fmt.Errorf("%s is a %s: import it as %s.%s", id, c.Kind.Title, o.Kind, addr.Name)
		}
	}
	for _, other := range inv.Others {
		if other.ID == id {
			return nil, nil, fmt.Errorf("%s is %s, which can't be declared. Look it up with a data source: data %q %q { id = %q }", id, other.Is, other.Source, addr.Name, id)
		}
	}
	switch len(of) {
	case 0:
		for _, g := range inv.Gaps {
			if g.Kind == addr.Kind && g.ID == "" && g.Part == "" {
				return nil, nil, fmt.Errorf("the org doesn't list any %s: %s", kind.Title, g.Cause)
			}
		}
		return nil, nil, fmt.Errorf("cannot import a non-existent object: the org has no %s with the id or name %q; oktaform list %s shows all", kind.Title, id, addr.Kind)
	case 1:
		return inv, of[0], nil
	}
	return nil, nil, fmt.Errorf("%q is the name of several objects: name one by its id", id)
}
