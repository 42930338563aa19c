package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// An admin role without targets covers the whole org. A change that is meant to limit a role must
// therefore never widen it: not by a list that turns out to be empty during apply, and not by
// deleting the last target. A role that is declared without targets is widened on purpose, and the
// plan shows it.

// unsureTargets refuses admin roles whose targets a plan cannot show, because they are known only
// after other objects are written.
func unsureTargets(d schema.Desired, value schema.Value) hcl.Diagnostics {
	block := d.Kind.Block("admin_role")
	if block == nil {
		return nil
	}
	refuse := func(what string) hcl.Diagnostics {
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Targets of an admin role aren't known",
			Detail: fmt.Sprintf("%s of %s depends on values that are known only after apply, and a role without targets covers the whole org. Use values from the configuration or a variable to decide which targets there are; the targets themselves may be objects that are not created yet.",
				what, d.Addr),
			Subject: subject(d, "admin_role")}}
	}
	roles, _ := value.GetAttr("admin_role").Unmark()
	if !roles.IsKnown() {
		return refuse("Which admin_role blocks there are")
	}
	for _, role := range schema.Elements(roles) {
		for i := range block.Attrs {
			a := &block.Attrs[i]
			if !a.Narrows {
				continue
			}
			list, _ := role.GetAttr(a.Name).Unmark()
			if !list.IsKnown() && !(list.Range().DefinitelyNotNull() && list.Range().LengthLowerBound() > 0) {
				return refuse(fmt.Sprintf("%s in admin_role %q", a.Name, block.KeyOf(role)))
			}
		}
	}
	return nil
}

// unlimited returns the names of the roles that have targets before and none after.
func unlimited(k *schema.Kind, before, after schema.Value) []string {
	block := k.Block("admin_role")
	if block == nil || before.IsNull() || after.IsNull() {
		return nil
	}
	var names []string
	for _, was := range listed(before, "admin_role") {
		for _, is := range listed(after, "admin_role") {
			if key := block.KeyOf(was); key == block.KeyOf(is) && len(targetsOf(was)) > 0 && hasNoTargets(is) {
				names = append(names, key)
			}
		}
	}
	return names
}

func hasNoTargets(role cty.Value) bool {
	return !slices.ContainsFunc(kinds.TargetAttrs(), func(attr string) bool {
		list := role.GetAttr(attr)
		return !list.IsKnown() || !list.IsNull() && list.LengthInt() > 0
	})
}

// targetsOf returns what a role is limited to: ids, and names of catalog entries.
func targetsOf(role cty.Value) []string {
	var out []string
	for _, attr := range kinds.TargetAttrs() {
		list := role.GetAttr(attr)
		if list.IsNull() || !list.IsKnown() {
			continue
		}
		for _, v := range list.AsValueSlice() {
			if v.Type().Equals(schema.Ref) {
				out = append(out, schema.RefKey(v))
			} else {
				out = append(out, schema.Text(v))
			}
		}
	}
	return out
}

// admin is a principal that has admin roles when the plan is applied.
type admin struct {
	name  string
	kind  *schema.Kind
	value schema.Value
	rng   hcl.Range
}

// lastTargets refuses to delete all targets of a role that a principal keeps.
func lastTargets(changes []Change, staying []admin) hcl.Diagnostics {
	gone := map[string]string{} // addresses by id
	for i := range changes {
		c := &changes[i]
		if (c.Action == Delete || c.Action == Replace) && c.OnDestroy != "deactivate" && !c.Kind.OnExisting {
			gone[c.ID] = c.Addr.String()
		}
	}
	if len(gone) == 0 {
		return nil
	}
	for i := range changes {
		if c := &changes[i]; c.Action != Delete && !c.After.IsNull() {
			staying = append(staying, admin{c.Addr.String(), c.Kind, c.After, c.Range})
		}
	}
	var diags hcl.Diagnostics
	for _, h := range staying {
		block := h.kind.Block("admin_role")
		if block == nil {
			continue
		}
		for _, role := range listed(h.value, "admin_role") {
			targets := targetsOf(role)
			var addrs []string
			for _, id := range targets {
				if addr := gone[id]; addr != "" {
					addrs = append(addrs, addr)
				}
			}
			if len(targets) == 0 || len(addrs) < len(targets) {
				continue
			}
			d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Deletion of the last target of an admin role",
				Detail: fmt.Sprintf("%s keeps the role %s, and all its targets are deleted by this plan: %s. A role without targets covers the whole org. Give the role another target, or remove it, and apply that first.",
					h.name, block.KeyOf(role), strings.Join(addrs, ", "))}
			if h.rng.Filename != "" {
				d.Subject = &h.rng
			}
			diags = append(diags, d)
		}
	}
	return diags
}
