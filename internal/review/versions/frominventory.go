package versions

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// FromInventory returns the input for everything in an org. declared contains the addresses, by id,
// of the objects that a configuration declares; other objects get an address of their kind and id.
func FromInventory(inv *schema.Inventory, declared map[string]schema.Addr) Input {
	addrs := map[string]string{}
	of := func(o *schema.Object) schema.Addr {
		if addr, ok := declared[o.ID]; ok && addr.Kind == o.Kind {
			return addr
		}
		return schema.Addr{Kind: o.Kind, Name: o.ID}
	}
	for i := range inv.Objects {
		addrs[inv.Objects[i].ID] = of(&inv.Objects[i]).String()
	}
	in := Input{}
	for i := range inv.Objects {
		o := &inv.Objects[i]
		kind := kinds.Named(o.Kind)
		value := kind.MapRefs(access.WithoutSecrets(o.Value, kind), func(ref cty.Value) (cty.Value, bool) {
			addr, found := addrs[access.Text(ref.GetAttr("id"))]
			if !found {
				return ref, false
			}
			attrs := ref.AsValueMap()
			attrs["addr"] = cty.StringVal(addr)
			return cty.ObjectVal(attrs), true
		})
		one := access.Object{Addr: of(o), Kind: kind, Facts: access.KindOf(kind), ID: o.ID, Value: value}
		if kind.Mark == schema.MarkNone {
			one.Person = one.Text(kind.Label)
		}
		in.After = append(in.After, one)
	}
	return in
}
