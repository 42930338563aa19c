package cli

import (
	"fmt"
	"strings"

	"github.com/oktaform/oktaform/plan"
)

const undeclaredAdmins = "undeclared"

func newAdminRemovalFlag() AddressFlag {
	return AddressFlag{word: undeclaredAdmins, example: "user.ada"}
}

// checkAdminRemoval refuses to take admin roles away from whoever may have had them before this
// configuration named them, or isn't named in it at all, unless that was allowed.
func (s *Session) checkAdminRemoval(p *plan.Plan, allowed AddressFlag) error {
	declared, undeclared := p.AdminRemovals(allowed.All, allowed.Addrs)
	if len(declared)+len(undeclared) == 0 {
		return nil
	}
	var detail strings.Builder
	args := s.App.args
	if len(undeclared) > 0 {
		detail.WriteString("org.authoritative_admins is true, and these hold admin roles without being declared:\n")
		for _, c := range undeclared {
			fmt.Fprintf(&detail, "  - the %s (%s)\n", c.Before.GetAttr("principal").AsString(), c.ID)
		}
		detail.WriteString("Declare them (admin blocks), or take the roles away with --allow-admin-removal.\n")
		args = append(args[:len(args):len(args)], "--allow-admin-removal")
	}
	if len(declared) > 0 {
		detail.WriteString("These exist in the org, and somebody else may have assigned the admin roles that they would lose:\n")
		for _, c := range declared {
			fmt.Fprintf(&detail, "  - %s (existing %s, %s): %s\n", c.Addr, existing(c), c.ID, strings.Join(c.LostRoles, ", "))
			args = append(args[:len(args):len(args)], "--allow-admin-removal="+c.Addr.String())
		}
		detail.WriteString("Declare the roles that are to stay (admin_role blocks).\n")
	}
	fmt.Fprintf(&detail, "Nothing was changed. If all these roles are to go, run:\n  %s", commandLine(args...))
	return &gateError{"Admins would lose their roles", detail.String()}
}

// existing is what people call the object of a change.
func existing(c *plan.Change) string {
	if c.Kind.Attached {
		return c.Before.GetAttr("principal").AsString()
	}
	return c.Kind.Title
}
