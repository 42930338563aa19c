package org

import (
	"context"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// kindsThat returns the names of the kinds that a condition holds for.
func kindsThat(holds func(*schema.Kind) bool) (names []string) {
	for _, k := range kinds.All() {
		if holds(k) {
			names = append(names, k.Name)
		}
	}
	return names
}

// acts reports whether objects of the kind are principals.
func acts(k *schema.Kind) bool { return k.IsApp() || k.Block(orgkinds.RoleBlock) != nil }

// Principals reads everybody in the org who has access through a scope or an admin role, whoever
// manages them: OAuth apps, users and groups with roles, and the members of these groups, who have
// the roles too. What the org refuses to show is named in Gaps.
func (c *Client) Principals(ctx context.Context) (*schema.Inventory, error) {
	inv, err := c.Inventory(ctx, InventoryOptions{Kinds: kindsThat(func(k *schema.Kind) bool { return acts(k) || k.LendsRights })})
	if err != nil {
		return nil, err
	}
	inv.Gaps = slices.DeleteFunc(inv.Gaps, func(g schema.Gap) bool { return !decidesRights(g) })
	person := kinds.Named(kindsThat(func(k *schema.Kind) bool { return k.Person })[0])
	known := map[string]bool{}
	for _, o := range inv.Objects {
		known[o.ID] = true
	}
	for i := range inv.Objects {
		o := &inv.Objects[i]
		if kinds.Named(o.Kind).Attr(orgkinds.MembersAttr) == nil || len(schema.RightsOf(o.Value).Roles) == 0 {
			continue
		}
		members, err := c.MembersOf(ctx, o.ID)
		if refused := okta.Refusal(err); refused != nil {
			inv.Gaps = append(inv.Gaps, schema.Gap{Kind: o.Kind, ID: o.ID, Name: nameOf(o), Part: orgkinds.MembersAttr, Cause: refused.Error(), Denied: okta.Denied(refused)})
			continue
		}
		if err != nil {
			return nil, err
		}
		o.Value = o.Value.With(schema.Values{orgkinds.MembersAttr: refsTo(members)})
		for _, m := range members {
			if !known[m.ID] {
				known[m.ID] = true
				inv.Objects = append(inv.Objects, schema.Object{Kind: person.Name, ID: m.ID, Value: person.New(schema.Values{
					person.Label: cty.StringVal(m.Name), "status": cty.StringVal("ACTIVE"), orgkinds.RoleBlock: cty.ListValEmpty(person.Block(orgkinds.RoleBlock).ValueType())})})
			}
		}
	}
	return inv, nil
}

// PrincipalIDs returns the OAuth apps, and the users and groups with admin roles, in the org. gaps
// name what it refuses to list.
func (c *Client) PrincipalIDs(ctx context.Context) (ids []string, gaps []schema.Gap, err error) {
	inv := &schema.Inventory{}
	remotes, err := c.listWhole(ctx, InventoryOptions{Kinds: kindsThat(func(k *schema.Kind) bool { return k.IsApp() || k.OnExisting || k.Person })}, inv)
	for _, r := range remotes {
		if id := r.ID(); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, inv.Gaps, err
}

// decidesRights reports whether the gap affects access.
func decidesRights(g schema.Gap) bool {
	return slices.Contains([]string{"", orgkinds.ScopesAttr, orgkinds.RoleBlock}, g.Part) || kinds.Named(g.Kind).LendsRights
}

func nameOf(o *schema.Object) string {
	name := o.Value.GetAttr(kinds.Named(o.Kind).Label)
	if name.IsNull() || !name.IsKnown() || name.Type() != cty.String {
		return ""
	}
	return name.AsString()
}

func refsTo(members []schema.Named) cty.Value {
	if len(members) == 0 {
		return cty.ListValEmpty(schema.Ref)
	}
	var refs []cty.Value
	for _, m := range members {
		refs = append(refs, cty.ObjectVal(map[string]cty.Value{"id": cty.StringVal(m.ID), "addr": cty.NullVal(cty.String), "name": cty.StringVal(m.Name)}))
	}
	return cty.ListVal(refs)
}
