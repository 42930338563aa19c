package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/schema"
)

// Users and admin blocks leave no mark in an org. So a role that goes may be one that an earlier run
// assigned, or one that somebody held before this configuration named them, and nothing tells which.
// The same is true of whatever is imported. A person says by address whether it may go.

// lostRoles names the admin roles that a change takes away, where the org doesn't show that this
// configuration assigned them. declared is the block of an object that is destroyed: its roles are
// known. A role that another one replaces in the same change isn't lost, unless it is SUPER_ADMIN,
// which nothing replaces.
func (m *matching) lostRoles(c *Change, declared schema.Value) []string {
	if c.Prior == nil || c.Action == Forget || m.knows(c) || !c.Before.Has("admin_role") {
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
	for _, role := range listed(c.Before, "admin_role") {
		key := block.KeyOf(role)
		if !slices.Contains(stays, key) {
			lost = append(lost, memberName(block, role))
		}
	}
	return append(lost, leavers(c)...)
}

// knows reports whether the mark of an object shows that this configuration manages it already.
func (m *matching) knows(c *Change) bool {
	return c.Kind.Mark != schema.MarkNone && c.Action != Adopt && c.Prior.Owner.Owner == m.options.Owner
}

// leavers names the members who leave a group that has admin roles, and so lose these.
func leavers(c *Change) []string {
	if c.Kind.Attr("members") == nil || c.Action == Delete || !holdsRoles(c.Before) {
		return nil
	}
	var out []string
	for _, ref := range listed(c.Before, "members") {
		if id := text(ref.GetAttr("id")); id != "" && !refers(c.After.GetAttr("members"), id) {
			out = append(out, fmt.Sprintf("the roles of the group for %s", memberName(nil, ref)))
		}
	}
	return out
}

// noteAdminRemovals says of each change which word it takes.
func (p *Plan) noteAdminRemovals() {
	declared, _ := p.AdminRemovals(true, nil)
	for _, c := range declared {
		p.Notes = append(p.Notes, fmt.Sprintf("%s loses admin roles that somebody else may have assigned: %s. This takes %s.",
			c.Addr, strings.Join(c.LostRoles, ", "), flagWith("--allow-admin-removal", c.Addr)))
	}
	slices.Sort(p.Notes)
}

// AdminRemovals returns the changes that take admin roles away and that the addresses don't allow:
// from those who are declared, and from those who aren't (org.authoritative_admins).
func (p *Plan) AdminRemovals(undeclaredAllowed bool, allowed []string) (declared, undeclared []*Change) {
	for i := range p.Changes {
		c := &p.Changes[i]
		switch {
		case c.Action == NoOp || slices.Contains(allowed, c.Addr.String()):
		case c.Undeclared && !undeclaredAllowed:
			undeclared = append(undeclared, c)
		case !c.Undeclared && len(c.LostRoles) > 0:
			declared = append(declared, c)
		}
	}
	return declared, undeclared
}
