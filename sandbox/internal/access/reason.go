package access

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// missingRight says, for people, why the caller's admin roles do not allow the call. Okta's answer
// does not say it.
func missingRight(c *web.Call) string {
	needed := string(c.Route.Right)
	var held []string
	for _, role := range c.Principal.Roles {
		held = append(held, role.Type)
	}
	slices.Sort(held)
	roles := strings.Join(slices.Compact(held), ", ")
	switch {
	case roles == "":
		return "the caller has no admin role, and " + needed + " needs one"
	case !has(c, c.Route.Right):
		return "no admin role of the caller (" + roles + ") allows " + needed
	}
	return "an admin role of the caller (" + roles + ") allows " + needed + ", but not on this object: its targets or the object's own roles exclude it"
}
