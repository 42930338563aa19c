package sandbox

import (
	"github.com/oktaform/oktaform/sandbox/internal/mgmt"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// routes is the whole surface of the sandbox.
func routes() []web.Route {
	var all []web.Route
	for _, part := range [][]web.Route{
		mgmt.OrgRoutes(), mgmt.AppRoutes(), mgmt.AppKeyRoutes(), mgmt.AppSecretRoutes(), mgmt.GrantRoutes(), mgmt.AppGroupRoutes(), mgmt.AppUserRoutes(),
		mgmt.PolicyRoutes(), mgmt.ZoneRoutes(), mgmt.GroupRoutes(), mgmt.UserRoutes(), mgmt.UserLifecycleRoutes(), mgmt.UserSchemaRoutes(), mgmt.RoleRoutes(), mgmt.CustomRoleRoutes(), mgmt.ResourceSetRoutes(), mgmt.LogRoutes(), oauth.OAuthRoutes(),
	} {
		all = append(all, part...)
	}
	return all
}

// Operations lists what the sandbox serves, as method and path ("PUT
// /api/v1/groups/{groupId}").
func Operations() []string {
	var all []string
	for _, r := range routes() {
		all = append(all, r.Pattern)
	}
	return all
}
