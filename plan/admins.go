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

// attachedTo returns the id of the object that an attached kind is about, if a data source gives
// it.
func attachedTo(d schema.Desired) string {
	if !d.Kind.OnExisting {
		return ""
	}
	for _, kind := range kinds.PrincipalKinds() {
		if ref, ok := d.Local[kind]; ok && !ref.IsNull() && ref.IsKnown() {
			if id := schema.Text(ref.GetAttr("id")); id != "" {
				return id
			}
		}
	}
	return ""
}

// noPrincipal returns an error if the principal of an attached kind does not exist; nil for kinds
// whose objects are created.
func (m *matching) noPrincipal(d schema.Desired, principal string) *hcl.Diagnostic {
	if !d.Kind.OnExisting || m.options.Destroy || principal == "" {
		return nil
	}
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "No such principal",
		Detail: fmt.Sprintf("%s declares the admin roles of the %s, and the org has none of that name. An admin block needs an existing user or group: correct the name, or declare the user or group here and put the admin_role blocks into it.",
			d.Addr, principal),
		Subject: &d.Range}
}

func ambiguousPrincipal(d schema.Desired, principal string, found []*schema.Object) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "More than one such principal",
		Detail: fmt.Sprintf("%s declares the admin roles of the %s, and the org has more than one of that name: %s. Name the right one by its id, with a data source: data \"group\" \"NAME\" { id = \"%s\" }, and group = data.group.NAME here.",
			d.Addr, principal, ids(found), found[0].ID),
		Subject: &d.Range}
}

// checkPrincipal refuses a second block for the roles of one principal: each would remove what the
// other assigns.
func (m *matching) checkPrincipal(d schema.Desired, object *schema.Object) hcl.Diagnostics {
	if d.Kind.Block("admin_role") == nil {
		return nil
	}
	first, taken := m.roleDeclarers[object.ID]
	m.roleDeclarers[object.ID] = d.Addr.String()
	if !taken {
		return nil
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Two blocks for one principal",
		Detail:  fmt.Sprintf("%s and %s declare the admin roles of the same principal (%s), and each would remove the roles that the other assigns. Put all admin_role blocks into one of them.", first, d.Addr, object.ID),
		Subject: &d.Range}}
}

// withdrawal returns the removal of a principal's roles; nothing if it has none. declared is the
// block that assigns them, if there is one. The principal that runs oktaform keeps its roles,
// because without them nobody could continue.
func (m *matching) withdrawal(c Change, declared schema.Value) []Change {
	principal := schema.Text(c.Before.GetAttr(c.Kind.Label))
	switch {
	case c.Before.GetAttr("admin_role").LengthInt() == 0:
		return nil
	case c.ID == m.snapshot.Principal:
		m.notes = append(m.notes, fmt.Sprintf("%s: the roles of the %s stay, because oktaform runs as this principal.", c.Addr, principal))
		m.staying = append(m.staying, admin{c.Addr.String(), c.Kind, c.Before, c.Range})
		return nil
	}
	c.Reason = fmt.Sprintf("the %s stays and loses these roles", principal)
	c.LostRoles = m.lostRoles(&c, declared)
	return []Change{c}
}

// undeclaredAdmins returns the removals of the admin roles of undeclared principals, if
// org.authoritative_admins is set. Somebody must remain who can undo it: the principal that runs
// oktaform keeps its rights, and so do undeclared super admins if no other person is one.
func (m *matching) undeclaredAdmins(changes []Change) []Change {
	holders := m.snapshot.Admins
	if holders == nil {
		return nil
	}
	m.notes = append(m.notes, adminsNote(holders))
	if m.snapshot.Principal == "" {
		m.notes = append(m.notes, "org.authoritative_admins: the roles of those who aren't declared stay, because oktaform can't find out which principal it runs as, and it never removes its own rights.")
		return nil
	}
	gone := map[string]bool{}
	for _, c := range changes {
		if c.Action == Delete {
			gone[c.ID] = true
		}
	}
	humans := m.superAdminsLeft(changes)
	var removals []Change
	for i := range holders.Objects {
		object := &holders.Objects[i]
		if _, declared := m.roleDeclarers[object.ID]; declared || gone[object.ID] {
			continue
		}
		c := m.deletion(object)
		principal := schema.Text(object.Value.GetAttr("principal"))
		if why := m.stays(object, humans); why != "" {
			m.notes = append(m.notes, fmt.Sprintf("org.authoritative_admins: the %s (%s) isn't declared and keeps the roles %s: %s.", principal, object.ID, strings.Join(roleTypes(object.Value), ", "), why))
			m.staying = append(m.staying, admin{"the " + principal, c.Kind, c.Before, hcl.Range{}})
			continue
		}
		c.Addr, c.UndeclaredAdmin = undeclaredAddr(c.Kind, principal, object.ID, removals), true
		c.Reason = fmt.Sprintf("the %s isn't declared, and org.authoritative_admins is true: it stays and loses these roles", principal)
		removals = append(removals, c)
	}
	return removals
}

// undeclaredAddr returns the address for removing somebody's roles: admin.undeclared["user
// eve@example.com"].
func undeclaredAddr(kind *schema.Kind, principal, id string, others []Change) schema.Addr {
	addr := schema.Addr{Kind: kind.Name, Name: "undeclared", Key: schema.InstanceKey(cty.StringVal(principal))}
	if slices.ContainsFunc(others, func(c Change) bool { return c.Addr == addr }) {
		addr.Key = schema.InstanceKey(cty.StringVal(principal + " " + id))
	}
	return addr
}

// stays says why an undeclared principal keeps its roles; "" if there is no reason.
func (m *matching) stays(object *schema.Object, humans bool) string {
	self := m.snapshot.Admins.Self
	kind := kinds.PrincipalKind(schema.Text(object.Value.GetAttr("principal")))
	switch {
	case object.ID == self:
		return "oktaform runs as this principal"
	case self == "" && kind != nil && kind.Attr("members") != nil:
		return "oktaform's own rights may come from it"
	case !humans && kind != nil && kind.Person && holds(object.Value, superAdmin):
		return "no other person is a super admin. Declare one first"
	}
	return ""
}

const superAdmin = "SUPER_ADMIN"

// superAdminsLeft reports whether a declared person is a super admin.
func (m *matching) superAdminsLeft(changes []Change) bool {
	holders := m.snapshot.Admins
	for i := range holders.Objects {
		object := &holders.Objects[i]
		if object.ID == holders.Self && slices.Contains(holders.ActiveUsers, object.ID) && holds(object.Value, superAdmin) {
			return true
		}
	}
	return slices.ContainsFunc(changes, func(c Change) bool {
		principal := c.Kind
		if c.Kind.OnExisting {
			principal = kinds.PrincipalKind(schema.Text(c.After.GetAttr(c.Kind.Label)))
		}
		return c.Action != Delete && principal != nil && principal.Person && holds(c.After, superAdmin)
	})
}

// holds reports whether a value has an admin role of that type.
func holds(value schema.Value, roleType string) bool {
	return slices.Contains(roleTypes(value), roleType)
}

// adminsNote says how the admins were found, how many requests that took, and what it cannot find.
func adminsNote(h *schema.Admins) string {
	var took []string
	for _, bucket := range h.Load.Buckets() {
		took = append(took, fmt.Sprintf("%d in %s", h.Load[bucket], strings.ReplaceAll(bucket, ":.+}", "}")))
	}
	return fmt.Sprintf("org.authoritative_admins: %d principals with admin roles, found with %d requests (%s). Okta lists the users; the roles of each service app were read, and of each group whose statistics show admin rights. "+
		"Not included: roles assigned since then, and the rights of Okta's own support. Members of a group have its roles, and API tokens the roles of their creator: they lose them too.",
		len(h.Objects), h.Load.Total(), strings.Join(took, ", "))
}

// removedAdmins returns the removals of roles for removed blocks of admin blocks that are no longer
// in the configuration.
func (m *matching) removedAdmins() []Change {
	var changes []Change
	for _, r := range m.identity.Removals {
		addr, err := schema.ParseAddr(r.From)
		if err != nil || r.Principal == "" {
			continue
		}
		if !r.Destroy {
			m.notes = append(m.notes, fmt.Sprintf("%s was removed: the roles of the %s stay.", r.From, r.Principal))
			continue
		}
		for i := range m.snapshot.Objects {
			object := &m.snapshot.Objects[i]
			if object.Kind != addr.Kind || schema.Text(object.Value.GetAttr("principal")) != r.Principal {
				continue
			}
			if other := m.roleDeclarers[object.ID]; other != "" {
				m.notes = append(m.notes, fmt.Sprintf("%s was removed: the roles of the %s are those that %s declares.", r.From, r.Principal, other))
				continue
			}
			c := m.deletion(object)
			c.Addr, c.Range = addr, r.Range
			changes = append(changes, m.withdrawal(c, schema.Value{})...)
		}
	}
	return changes
}

// firstRoles refuses to give an existing group its first admin role while it has undeclared
// members. Until a group has a role, whoever may edit groups chooses its members, and may have
// written the owner's mark into its description; Okta protects the group only from then on. members
// returns the logins of a group's members.
func (p *Plan) firstRoles(members func(group string) ([]string, error)) (hcl.Diagnostics, error) {
	var diags hcl.Diagnostics
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Action != Update || !c.OpenMembers || holdsRoles(c.Before) || !holdsRoles(c.After) {
			continue
		}
		in, err := members(c.ID)
		if err != nil {
			return nil, err
		}
		if len(in) == 0 {
			continue
		}
		var roles []string
		for _, role := range listed(c.After, "admin_role") {
			roles = append(roles, memberName(c.Kind.Block("admin_role"), role))
		}
		d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Members who aren't declared would become admins",
			Detail: fmt.Sprintf("%s exists (%s), with the members %s. With the group's first admin role they would gain %s, and until now whoever may edit groups could add members. Declare its members. If others are to manage them, declare that: members = [] and authoritative = { members = false }.",
				c.Addr, c.ID, some(in), strings.Join(roles, ", "))}
		c.locate(d)
		diags = append(diags, d)
	}
	return diags, nil
}

// some returns the first few of many names, and how many more there are.
func some(names []string) string {
	const most = 5
	if len(names) > most+1 {
		names = append(names[:most:most], fmt.Sprintf("%d more", len(names)-most))
	}
	return strings.Join(names, ", ")
}
