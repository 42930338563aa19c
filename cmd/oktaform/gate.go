package main

import (
	"fmt"
	"strings"

	"github.com/oktaform/oktaform/plan"
)

// checkAdminRemoval refuses to take admin roles away from people, groups and
// apps that the configuration doesn't name, unless that was allowed.
func checkAdminRemoval(p *plan.Plan, allowed bool) error {
	var lines []string
	for _, c := range p.Changes {
		if c.Undeclared {
			lines = append(lines, fmt.Sprintf("  - the %s (%s)", c.Before.GetAttr("principal").AsString(), c.ID))
		}
	}
	if len(lines) == 0 || allowed {
		return nil
	}
	return &gateError{"Admins would lose their roles",
		fmt.Sprintf("org.authoritative_admins is true, and these hold admin roles without being declared:\n%s\nDeclare them (admin blocks), or take the roles away with --allow-admin-removal. Nothing was changed.", strings.Join(lines, "\n"))}
}
