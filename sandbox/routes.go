package sandbox

// right is a class of operations that admin roles allow or don't.
type right string

// The rights that routes need. Rights with an object (an app, a group, a
// user) are checked against the object named in the path by appId, clientId,
// groupId or userId.
const (
	rightNone           right = "" // no role needed
	rightAppsRead       right = "apps.read"
	rightAppsManage     right = "apps.manage"
	rightAppsAssign     right = "apps.assignment.manage"
	rightAppKeys        right = "apps.credentials.manage"
	rightGrantsRead     right = "appGrants.read"
	rightGrantsManage   right = "appGrants.manage"
	rightGroupsRead     right = "groups.read"
	rightGroupsManage   right = "groups.manage"
	rightGroupsMembers  right = "groups.members.manage"
	rightUsersRead      right = "users.read"
	rightUsersManage    right = "users.manage"
	rightUsersLifecycle right = "users.lifecycle.manage"
	rightUsersPassword  right = "users.credentials.manage"
	rightUsersSessions  right = "users.sessions.clear"
	rightRolesRead      right = "roles.read"
	rightRolesManage    right = "roles.manage"
	rightPoliciesRead   right = "policies.read"
	rightLogsRead       right = "logs.read"
	rightSchemasRead    right = "schemas.read"
	rightSchemasManage  right = "schemas.manage"
	rightZonesRead      right = "zones.read"
	rightZonesManage    right = "zones.manage"
)

// route binds a method and path to its handler and says who may call it.
type route struct {
	// pattern is a net/http.ServeMux pattern. Path parameters have the same
	// names everywhere: appId, clientId, groupId, userId (an id or a login),
	// roleAssignmentId, ...
	pattern string
	// scope is the resource part of the OAuth scope ("okta.apps"): a GET needs
	// .read or .manage, anything else .manage. Empty means that the route is
	// public or authenticates its callers itself.
	scope string
	// right is what the caller's admin roles must allow.
	right right
	// ownLock is set for handlers that take Server.mu themselves, because they
	// also do what must not happen under it, as fetching a client's jwks_uri.
	ownLock bool
	// handle answers the call. A wireError it returns is sent as such, any
	// other error as 500.
	handle func(*call) error
}

// routes is the whole surface of the sandbox.
func routes() []route {
	var all []route
	for _, part := range [][]route{
		orgRoutes(), appRoutes(), appKeyRoutes(), appSecretRoutes(), grantRoutes(), appGroupRoutes(), appUserRoutes(),
		policyRoutes(), zoneRoutes(), groupRoutes(), userRoutes(), userLifecycleRoutes(), userSchemaRoutes(), roleRoutes(), customRoleRoutes(), resourceSetRoutes(), logRoutes(), oauthRoutes(),
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
		all = append(all, r.pattern)
	}
	return all
}
