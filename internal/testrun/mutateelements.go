package testrun

import (
	"context"
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Blocks and lists of admin roles.
const blockAdminRole = "admin_role"

func targetLists() []string {
	return []string{"target_groups", "target_apps", "target_catalog_apps"}
}

// elements returns what an object can lose of its lists that give rights: members of a group,
// permissions of a role, resources of a set, targets of a role. Assignments and scopes of apps are
// taken away by ofApp.
func (m *mutating) elements(c *plan.Change) (list []mutation) {
	for i := range c.Kind.Attrs {
		a := &c.Kind.Attrs[i]
		if a.Computed || !a.Type.IsListType() || c.Kind.IsApp() || !access.GivesRights(c.Kind, a.Name) {
			continue
		}
		for _, element := range schema.Elements(c.After.GetAttr(a.Name)) {
			list = append(list, m.lesser(c, fmt.Sprintf("%s loses %s from %s", c.Addr, named(element), a.Name), a.Name, func(all cty.Value) cty.Value { return without(all, element, named) }))
		}
	}
	if c.Kind.Block(blockAdminRole) == nil {
		return list
	}
	for _, role := range schema.Elements(c.After.GetAttr(blockAdminRole)) {
		name := schema.Text(role.GetAttr("type"))
		if c.Kind.OnExisting {
			list = append(list, m.lesser(c, fmt.Sprintf("%s loses the role %s", c.Addr, name), blockAdminRole, func(all cty.Value) cty.Value { return without(all, role, roleName) }))
		}
		for _, targets := range targetLists() {
			elements := schema.Elements(role.GetAttr(targets))
			if len(elements) < 2 {
				continue // without targets, the role would be for the whole org
			}
			for _, target := range elements {
				list = append(list, m.lesser(c, fmt.Sprintf("%s loses the target %s of the role %s", c.Addr, named(target), name), blockAdminRole, func(all cty.Value) cty.Value {
					roles := all.AsValueSlice()
					for i := range roles {
						if roleName(roles[i]) == roleName(role) {
							attrs := roles[i].AsValueMap()
							attrs[targets] = without(attrs[targets], target, named)
							roles[i] = cty.ObjectVal(attrs)
						}
					}
					return cty.ListVal(roles)
				}))
			}
		}
	}
	return list
}

// roleName tells an admin role from the others of an object.
func roleName(v cty.Value) string {
	return schema.Text(v.GetAttr("type")) + " " + named(v.GetAttr("role")) + " " + named(v.GetAttr("resource_set"))
}

// lesser returns a mutation that changes a list of an object.
func (m *mutating) lesser(c *plan.Change, what, name string, change func(cty.Value) cty.Value) mutation {
	return mutation{what, c.Range, func(ctx context.Context) error {
		d, diags := m.in.Config.Evaluate(m.known).Object(c.Addr)
		if err := m.in.Failed(diags); err != nil {
			return err
		}
		value, _ := d.Value.GetAttr(name).UnmarkDeep()
		d.Value = d.Value.With(schema.Values{name: change(value)})
		if _, err := m.in.Client.Update(ctx, *c.Prior, d); err != nil {
			return fmt.Errorf("%w: %w", errRefused, err)
		}
		return nil
	}}
}

// without returns a list without one of its elements, which is known by its name.
func without(list, taken cty.Value, name func(cty.Value) string) cty.Value {
	elements := slices.DeleteFunc(list.AsValueSlice(), func(v cty.Value) bool { return name(v) == name(taken) })
	if len(elements) == 0 {
		return cty.ListValEmpty(list.Type().ElementType())
	}
	return cty.ListVal(elements)
}

// named returns what an element is called: the address or name of an object, or a text.
func named(v cty.Value) string {
	v, _ = v.UnmarkDeep()
	if v.IsNull() || !v.IsKnown() {
		return ""
	}
	if v.Type() == cty.String {
		return schema.Text(v)
	}
	for _, attr := range []string{"addr", "name", "id"} {
		if v.Type().IsObjectType() && v.Type().HasAttribute(attr) {
			if text := schema.Text(v.GetAttr(attr)); text != "" {
				return text
			}
		}
	}
	return v.Type().FriendlyName()
}
