package plan

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

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
