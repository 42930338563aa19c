package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Users and admin blocks carry no mark, so the org does not record whether an earlier run assigned
// a role or the principal held it before. The same is true of imported objects. A person must
// allow, by address, that such a role is removed.

// lostRoles returns the admin roles that a change removes and for which the org does not show that
// this configuration assigned them. declared is the block of an object that is destroyed: its roles
// are known. A role that another one replaces in the same change is not lost, unless it is
// SUPER_ADMIN, which nothing replaces.
func (m *matching) lostRoles(c *Change, declared schema.Value) []string {
	known := m.knows(c)
	if c.Prior == nil || c.Action == Forget || known && !c.Prior.Owner.Additive || !c.Before.Has("admin_role") {
		return nil
	}
	after := c.After
	if c.Action == Delete {
		after = declared
	}
	block := c.Kind.Block("admin_role")
	var stays []string
	for _, role := range listed(after, "admin_role") {
		stays = append(stays, block.KeyOf(role))
	}
	for _, part := range c.Overlap {
		if part.Name == "admin_role" {
			stays = append(stays, slices.DeleteFunc(slices.Clone(part.keys), func(key string) bool { return key == superAdmin })...)
		}
	}
	var lost []string
	unfinished := m.replacedBefore(c, after, block)
	for _, role := range listed(c.Before, "admin_role") {
		key := block.KeyOf(role)
		if !slices.Contains(stays, key) && !slices.Contains(unfinished, key) {
			lost = append(lost, memberName(block, role))
		}
	}
	if known {
		return lost
	}
	return append(lost, leavers(c)...)
}

// replacedBefore returns the roles whose replacement an earlier run began and did not finish: that
// run assigned the replacements, which the plan keeps.
func (m *matching) replacedBefore(c *Change, after schema.Value, block *schema.Block) []string {
	var kept, goes []string
	for _, role := range listed(after, "admin_role") {
		kept = append(kept, block.KeyOf(role))
	}
	had := 0
	for _, role := range listed(c.Before, "admin_role") {
		if key := block.KeyOf(role); slices.Contains(kept, key) {
			had++
		} else if key != superAdmin {
			goes = append(goes, key)
		}
	}
	if had == 0 || len(goes) == 0 {
		return nil
	}
	begun := m.unfinishedRoles()[c.Addr.String()]
	goes = slices.DeleteFunc(goes, func(key string) bool { return !slices.Contains(begun, key) })
	if len(goes) > had {
		return nil
	}
	return goes
}

// unfinished returns the admin roles that an unfinished run was replacing. If they cannot be read,
// there are none.
func (m *matching) unfinished() map[string][]string {
	if m.options.UnfinishedRoles == nil {
		return nil
	}
	roles, err := m.options.UnfinishedRoles()
	if err != nil {
		return nil
	}
	return roles
}

// ReplacedRoles returns, by address, the admin roles that the plan replaces on objects without a
// mark: the old ones and, of the new ones, those with known ids.
func (p *Plan) ReplacedRoles() map[string][]string {
	all := map[string][]string{}
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Kind.Owned() {
			continue
		}
		for _, part := range c.Overlap {
			if part.Name != "admin_role" {
				continue
			}
			block := c.Kind.Block("admin_role")
			keys := slices.Clone(part.keys)
			for _, role := range lacking(block.KeyOf, c.After.GetAttr("admin_role"), c.Before.GetAttr("admin_role")) {
				if role.IsWhollyKnown() {
					keys = append(keys, block.KeyOf(role))
				}
			}
			all[c.Addr.String()] = slices.DeleteFunc(keys, func(key string) bool { return key == superAdmin })
		}
	}
	return all
}

// declaredOf returns a block's value without the undeclared roles of an additive set.
func declaredOf(d schema.Desired) schema.Value {
	left := d.Undeclared["admin_role"]
	if len(left) == 0 {
		return d.Value
	}
	block := d.Kind.Block("admin_role")
	roles := d.Value.GetAttr("admin_role")
	rest := slices.DeleteFunc(listed(d.Value, "admin_role"), func(role cty.Value) bool {
		return slices.ContainsFunc(left, func(v cty.Value) bool { return block.KeyOf(v) == block.KeyOf(role) })
	})
	list := cty.ListValEmpty(roles.Type().ElementType())
	if len(rest) > 0 {
		list = cty.ListVal(rest)
	}
	return d.Value.With(schema.Values{"admin_role": list})
}

// losesByGroup adds to LostRoles the roles that users hold through groups, if the plan deletes,
// deactivates or suspends the users and does not declare the members of the group. roles returns a
// user's roles: their own and those through groups.
func (p *Plan) losesByGroup(roles func(user string) (own, group []string, err error)) error {
	for i := range p.Changes {
		c := &p.Changes[i]
		suspends := c.Action != Delete && deactivates(c)
		if !c.Kind.Person || c.Prior == nil || c.Action == NoOp || c.Action != Delete && !suspends {
			continue
		}
		own, group, err := roles(c.ID)
		if err != nil {
			return err
		}
		if suspends {
			for _, role := range own {
				if !slices.ContainsFunc(c.declared("admin_role"), func(v cty.Value) bool { return schema.Text(v.GetAttr("type")) == role }) {
					c.LostRoles = append(c.LostRoles, role)
				}
			}
		}
		for _, role := range group {
			if !p.givesByGroup(c.ID, role) {
				c.LostRoles = append(c.LostRoles, role+" through a group")
			}
		}
	}
	return nil
}

// knows reports whether the object's mark shows that this configuration already manages it.
func (m *matching) knows(c *Change) bool {
	return c.Kind.Owned() && c.Action != Import && c.Prior.Owner.Owner == m.options.Owner
}

// leavers returns the names of the members who leave a group with admin roles, and so lose these.
func leavers(c *Change) []string {
	if c.Kind.Attr("members") == nil || c.Action == Delete || !holdsRoles(c.Before) {
		return nil
	}
	var out []string
	for _, ref := range listed(c.Before, "members") {
		if id := schema.Text(ref.GetAttr("id")); id != "" && !refers(c.After.GetAttr("members"), id) {
			out = append(out, fmt.Sprintf("the roles of the group for %s", memberName(nil, ref)))
		}
	}
	return out
}

// noteAdminRemovals adds to each change which flag it needs.
func (p *Plan) noteAdminRemovals() {
	declared, _ := p.adminRemovals(true, nil)
	for _, c := range declared {
		p.Notes = append(p.Notes, fmt.Sprintf("%s loses admin roles that somebody else may have assigned: %s. This needs %s.",
			c.Addr, strings.Join(c.LostRoles, ", "), flagWith("--allow-admin-removal", c.Addr)))
	}
	slices.Sort(p.Notes)
}

// adminRemovals returns the changes that remove admin roles without being allowed to: from declared
// principals, and from undeclared ones (org.authoritative_admins).
func (p *Plan) adminRemovals(undeclaredAllowed bool, allowed []string) (declared, undeclared []*Change) {
	for i := range p.Changes {
		c := &p.Changes[i]
		switch {
		case c.Action == NoOp || slices.Contains(allowed, c.Addr.String()):
		case c.UndeclaredAdmin && !undeclaredAllowed:
			undeclared = append(undeclared, c)
		case !c.UndeclaredAdmin && len(c.LostRoles) > 0:
			declared = append(declared, c)
		}
	}
	return declared, undeclared
}
