package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
)

// attachedTo is the id of the object that an attached kind is about, where a
// data source has told it.
func attachedTo(d schema.Desired) string {
	if !d.Kind.Attached {
		return ""
	}
	for _, kind := range schema.PrincipalKinds() {
		if ref, ok := d.Local[kind]; ok && !ref.IsNull() && ref.IsKnown() {
			if id := text(ref.GetAttr("id")); id != "" {
				return id
			}
		}
	}
	return ""
}

// noPrincipal says that what an attached kind is about doesn't exist; nil for
// kinds whose objects are made.
func (m *matching) noPrincipal(d schema.Desired, principal string) *hcl.Diagnostic {
	if !d.Kind.Attached || m.options.Destroy || principal == "" {
		return nil
	}
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "No such principal",
		Detail: fmt.Sprintf("%s declares the admin roles of the %s, and the org has none of that name. An admin block is about somebody who exists: correct the name, or declare the user or group here and put the admin_role blocks into it.",
			d.Addr, principal),
		Subject: &d.Range}
}

func ambiguousPrincipal(d schema.Desired, principal string, found []*schema.Object) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "More than one such principal",
		Detail: fmt.Sprintf("%s declares the admin roles of the %s, and the org has more than one of that name: %s. Name the right one by its id, with a data source: data \"group\" \"NAME\" { id = \"%s\" }, and group = data.group.NAME here.",
			d.Addr, principal, ids(found), found[0].ID),
		Subject: &d.Range}
}

// checkPrincipal refuses a second block for the roles of one principal: each
// would take away what the other gives.
func (m *matching) checkPrincipal(d schema.Desired, object *schema.Object) hcl.Diagnostics {
	if d.Kind.Block("admin_role") == nil {
		return nil
	}
	first, taken := m.holders[object.ID]
	m.holders[object.ID] = d.Addr.String()
	if !taken {
		return nil
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Two blocks for one principal",
		Detail:  fmt.Sprintf("%s and %s declare the admin roles of the same principal (%s), and each would take away what the other gives. Put all admin_role blocks into one of them.", first, d.Addr, object.ID),
		Subject: &d.Range}}
}

// withdrawal is the removal of a principal's roles; nothing where there are
// none. Whoever runs the tool keeps them: without, nobody could go on.
func (m *matching) withdrawal(c Change) []Change {
	principal := text(c.Before.GetAttr(c.Kind.Label))
	switch {
	case c.Before.GetAttr("admin_role").LengthInt() == 0:
		return nil
	case c.ID == m.snapshot.Principal:
		m.notes = append(m.notes, fmt.Sprintf("%s: the roles of the %s stay, since oktaform runs in its name.", c.Addr, principal))
		return nil
	}
	c.Reason = fmt.Sprintf("the %s stays and loses these roles", principal)
	return []Change{c}
}

// checkOwnRoles refuses to take a role from the principal in whose name the
// tool runs: the rest of the run, and the next one, would be refused.
func (m *matching) checkOwnRoles(d schema.Desired, c Change) hcl.Diagnostics {
	block := d.Kind.Block("admin_role")
	if block == nil || m.snapshot.Principal == "" || c.Prior == nil || !m.isOwn(c) {
		return nil
	}
	has := map[string]bool{}
	for _, role := range c.After.GetAttr("admin_role").AsValueSlice() {
		has[text(role.GetAttr("type"))] = true
	}
	var lost []string
	for _, role := range c.Before.GetAttr("admin_role").AsValueSlice() {
		if name := text(role.GetAttr("type")); !has[name] && !slices.Contains(lost, name) {
			lost = append(lost, name)
		}
	}
	if len(lost) == 0 {
		return nil
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "oktaform would take away its own rights",
		Detail: fmt.Sprintf("oktaform runs in the name of %s (%s), and %s would lose %s, so that the rest of this run could be refused. Declare the role here, or run with another credential.",
			d.Addr, c.ID, d.Addr, strings.Join(lost, ", ")),
		Subject: &d.Range}}
}

// isOwn reports whether a change is about the principal in whose name the tool
// runs: a user by id, an app by client id.
func (m *matching) isOwn(c Change) bool {
	if c.ID == m.snapshot.Principal {
		return true
	}
	return c.Kind.IsApp() && text(c.Before.GetAttr("client_id")) == m.snapshot.Principal
}
