package sandbox

import (
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// routes is the whole surface of the sandbox.
func routes() []web.Route { return slices.Concat(mgmt.Routes(), oauth.Routes()) }

// Operations lists what the sandbox serves, as method and path ("PUT
// /api/v1/groups/{groupId}").
func Operations() []string {
	var all []string
	for _, r := range routes() {
		all = append(all, r.Pattern)
	}
	return all
}
