package plan

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// An import may leave rights of an object to the org: elements of sets that are additive or
// ignored. Whoever made the object chose them, and the files don't show them. Whoever the plan lets
// in, as a member or with a key, gains them too. Therefore a person must confirm that.

// undeclaredRights returns what of an object's rights the org keeps and the configuration does not
// declare.
func undeclaredRights(d schema.Desired, before schema.Value) (names []string) {
	for _, set := range rightSets(d.Kind) {
		kept := d.Undeclared[set]
		if d.Lifecycle.Ignores(set) {
			kept = listed(before, set)
		}
		for _, element := range kept {
			names = append(names, set+" "+memberName(d.Kind.Block(set), element))
		}
	}
	return names
}

// rightSets are the attributes and blocks of a kind with what others gain by it.
func rightSets(k *schema.Kind) []string {
	if k.LendsRights {
		return k.Sets()
	}
	return slices.DeleteFunc(k.Sets(), func(name string) bool { return !schema.IsRightSet(name) })
}

// checkImportedRights refuses to let somebody in on rights that an imported object keeps, unless a
// person has confirmed it. It adds the reason to the change, so that plans show it.
func (m *matching) checkImportedRights(changes []Change) (diags hcl.Diagnostics) {
	for i := range changes {
		c := &changes[i]
		if len(c.undeclaredRights) == 0 {
			continue
		}
		who := letIn(c)
		if c.Kind.LendsRights {
			who = lentTo(changes, c)
		}
		if len(who) == 0 {
			continue
		}
		gain := fmt.Sprintf("%s would gain what the org keeps of it and nothing here declares: %s", some(who), some(c.undeclaredRights))
		if !c.comesFromElsewhere() || m.options.TrustRights || slices.Contains(m.options.TrustedRights, c.Addr.String()) {
			c.reason(gain)
			continue
		}
		command := m.options.Command
		if command == "" {
			command = "oktaform apply"
		}
		d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Rights that aren't declared would be passed on",
			Detail: fmt.Sprintf("%s is imported (%s): %s. Look at who gave it these rights. Declare them, or let the configuration decide (no authoritative = { ... = false }, no ignore_changes). If the new ones may have them, run:\n  %s %s",
				c.Addr, c.ID, gain, command, flagWith("--trust-rights", c.Addr))}
		c.locate(d)
		diags = append(diags, d)
	}
	return diags
}

// comesFromElsewhere reports whether a change imports an object that the configuration did not own.
func (c *Change) comesFromElsewhere() bool {
	return c.Action == Import || c.Prior != nil && c.Kind.Owned() && c.Prior.Owner.Owner != c.Owner.Owner
}

// letIn names those who can use the rights of an object after a change and could not before:
// members, assigned people, keys and secrets.
func letIn(c *Change) (names []string) {
	for _, set := range [...]string{"members", "assigned_users", "assigned_groups", "public_key", "client_secret"} {
		for _, element := range gained(c, set) {
			names = append(names, set+" "+memberName(c.Kind.Block(set), element))
		}
	}
	if c.Kind.Attr("jwks_uri") != nil && schema.Text(c.After.GetAttr("jwks_uri")) != "" && !schema.Equal(c.Before.GetAttr("jwks_uri"), c.After.GetAttr("jwks_uri")) {
		names = append(names, "the keys at "+schema.Text(c.After.GetAttr("jwks_uri")))
	}
	return names
}

// lentTo names the principals who gain a custom role, or a role for a resource set.
func lentTo(changes []Change, of *Change) (names []string) {
	for i := range changes {
		c := &changes[i]
		for _, role := range gained(c, "admin_role") {
			for _, a := range c.Kind.Block("admin_role").Attrs {
				if !a.Type.Equals(schema.Ref) {
					continue
				}
				if ref := role.GetAttr(a.Name); ref.IsKnown() && !ref.IsNull() && schema.Text(ref.GetAttr("addr")) == of.Addr.String() && !slices.Contains(names, c.Addr.String()) {
					names = append(names, c.Addr.String())
				}
			}
		}
	}
	return names
}

// gained returns the elements of a set that a change adds.
func gained(c *Change, set string) []cty.Value {
	if c.After.IsNull() || !c.After.IsKnown() {
		return nil
	}
	var before []cty.Value
	if !c.Before.IsNull() {
		before = listed(c.Before, set)
	}
	return slices.DeleteFunc(slices.Clone(listed(c.After, set)), func(v cty.Value) bool {
		return slices.ContainsFunc(before, func(was cty.Value) bool { return schema.Equal(was, v) })
	})
}
