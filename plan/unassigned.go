package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Unassigned refuses to remove an app from a user who also has it through a group, because Okta
// refuses that. through returns those groups: names by id. It is called only for users who lose an
// app.
func (p *Plan) Unassigned(through func(app, user string) (map[string]string, error)) (hcl.Diagnostics, error) {
	var diags hcl.Diagnostics
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Action != Update && c.Action != Import || !c.Kind.IsApp() {
			continue
		}
		for _, user := range removedRefs(c, "assigned_users") {
			id := schema.Text(user.GetAttr("id"))
			groups, err := through(c.ID, id)
			if err != nil {
				return nil, err
			}
			leaving := removedRefs(c, "assigned_groups") // before the users are removed
			maps.DeleteFunc(groups, func(group, _ string) bool {
				return p.leaves(group, id) || slices.ContainsFunc(leaving, func(ref cty.Value) bool { return schema.Text(ref.GetAttr("id")) == group })
			})
			if len(groups) == 0 {
				continue
			}
			d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Assignment can't be taken away",
				Detail: fmt.Sprintf("%s would leave assigned_users of %s, and has access through %s as well. Okta takes no assignment of their own from somebody whose groups give access. Take them out of the group first, or leave them in assigned_users.",
					memberName(nil, user), c.Addr, strings.Join(slices.Sorted(maps.Values(groups)), ", "))}
			c.locate(d)
			diags = append(diags, d)
		}
	}
	return diags, nil
}

// removedRefs returns the references that a change removes from a set.
func removedRefs(c *Change, name string) []cty.Value {
	if !c.After.Has(name) || c.After.GetAttr(name).IsNull() {
		return nil
	}
	after := listed(c.After, name)
	return slices.DeleteFunc(listed(c.Before, name), func(ref cty.Value) bool {
		return slices.ContainsFunc(after, func(v cty.Value) bool { return schema.RefKey(v) == schema.RefKey(ref) })
	})
}

// leaves reports whether the plan removes the user from the group.
func (p *Plan) leaves(group, user string) bool {
	return slices.ContainsFunc(p.Changes, func(c Change) bool {
		return c.ID == group && c.Action == Update &&
			slices.ContainsFunc(removedRefs(&c, "members"), func(ref cty.Value) bool { return schema.Text(ref.GetAttr("id")) == user })
	})
}
