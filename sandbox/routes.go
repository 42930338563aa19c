package sandbox

import (
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// routes returns all routes of the org.
func routes() []web.Route { return slices.Concat(mgmt.Routes(), oauth.Routes()) }

// Operations returns the method and path of every operation that the sandbox serves, such as "PUT
// /api/v1/groups/{groupId}".
func Operations() []string {
	var all []string
	for _, r := range routes() {
		all = append(all, r.Pattern)
	}
	return all
}
