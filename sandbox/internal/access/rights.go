package access

import (
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// These are the rights that routes need. The prefix of a right tells which kind of object it is
// about, if any: see objects.
const (
	AppsRead           web.Right = "apps.read"
	AppsCreate         web.Right = "apps.create"
	AppsManage         web.Right = "apps.manage"
	AppsAssign         web.Right = "apps.assignment.manage"
	AppCredentialsRead web.Right = "apps.credentials.read"
	AppCredentials     web.Right = "apps.credentials.manage"
	GrantsRead         web.Right = "appGrants.read"
	GrantsManage       web.Right = "appGrants.manage"

	GroupsRead    web.Right = "groups.read"
	GroupsCreate  web.Right = "groups.create"
	GroupsManage  web.Right = "groups.manage"
	GroupsMembers web.Right = "groups.members.manage"

	GroupRulesRead   web.Right = "groupRules.read"
	GroupRulesManage web.Right = "groupRules.manage"

	UsersRead           web.Right = "users.read"
	UsersCreate         web.Right = "users.create"
	UsersManage         web.Right = "users.manage"
	UsersPassword       web.Right = "users.credentials.manage"
	UsersSessions       web.Right = "users.sessions.clear"
	UsersActivate       web.Right = "users.lifecycle.activate"
	UsersReactivate     web.Right = "users.lifecycle.reactivate"
	UsersDeactivate     web.Right = "users.lifecycle.deactivate"
	UsersDelete         web.Right = "users.lifecycle.delete"
	UsersSuspend        web.Right = "users.lifecycle.suspend"
	UsersUnsuspend      web.Right = "users.lifecycle.unsuspend"
	UsersUnlock         web.Right = "users.lifecycle.unlock"
	UsersExpirePassword web.Right = "users.lifecycle.expire_password"
	UsersResetPassword  web.Right = "users.lifecycle.reset_password"
	UsersResetFactors   web.Right = "users.lifecycle.reset_factors"

	RolesRead    web.Right = "roles.read"
	RolesManage  web.Right = "roles.manage"
	PoliciesRead web.Right = "policies.read"
	// PoliciesManage is the right to change settings of policies.
	PoliciesManage web.Right = "policies.manage"
	LogsRead       web.Right = "logs.read"
	SchemasRead    web.Right = "schemas.read"
	SchemasManage  web.Right = "schemas.manage"
	// GroupSchemaManage is the right to change the schema of groups.
	GroupSchemaManage web.Right = "schemas.manageGroup"
	ZonesRead         web.Right = "zones.read"
	ZonesManage       web.Right = "zones.manage"
	OriginsRead       web.Right = "trustedOrigins.read"
	OriginsManage     web.Right = "trustedOrigins.manage"
)

// MayCall reports whether the principal's admin roles allow the call. Reading a list only takes a
// role that allows some of its objects; the handler filters the list.
func MayCall(c *web.Call) bool {
	needed := c.Route.Right
	of := objectOf(needed)
	if of == nil {
		return has(c, needed)
	}
	id, named := of.named(c)
	switch {
	case !named && c.Reads():
		return has(c, needed)
	case !named:
		return Allows(c, needed, of, "")
	case needed == UsersRead && id != "" && id == c.Principal.UserID:
		return true // users may read themselves
	}
	return Allows(c, needed, of, id) && mayAssignGroup(c, needed)
}

// mayAssignGroup reports whether the caller may assign the group in the path to an app, if that is
// what the call does.
func mayAssignGroup(c *web.Call, needed web.Right) bool {
	group := c.Path("groupId")
	if needed != AppsAssign || group == "" {
		return true
	}
	held := Group.held(c.Org, group)
	return slices.ContainsFunc(c.Principal.Roles, func(a *state.RoleAssignment) bool {
		return Gives(c.Org, a, needed) && MayManage(a.Type, ClassGroupApps, held)
	})
}

// Allows reports whether the caller's roles allow the right on one object; handlers of lists filter
// with it. An empty id stands for an object that is to be created. One role must give the right,
// cover the object, and be allowed by the admin matrix to change an object with its roles.
func Allows(c *web.Call, needed web.Right, of *Object, id string) bool {
	class := RightClasses[needed]
	var held []string
	if class != ClassRead && (of != User || id != c.Principal.UserID) { // changing oneself gives no new rights
		held = of.held(c.Org, id)
	}
	return slices.ContainsFunc(c.Principal.Roles, func(a *state.RoleAssignment) bool {
		return Gives(c.Org, a, needed) && Covers(c.Org, a, needed, of, id) && MayManage(a.Type, class, held)
	})
}

// MayJoin reports whether the caller may create a user in the group: they must manage its members,
// or hold okta.users.create on it through a custom role.
func MayJoin(c *web.Call, g *state.Group) bool {
	held := Group.held(c.Org, g.ID)
	return slices.ContainsFunc(c.Principal.Roles, func(a *state.RoleAssignment) bool {
		reaches := Gives(c.Org, a, GroupsMembers) && Covers(c.Org, a, GroupsMembers, Group, g.ID) ||
			a.Type == "CUSTOM" && Gives(c.Org, a, UsersCreate) && createsUsersIn(c.Org, a, g)
		return reaches && MayManage(a.Type, classGroupMembers, held)
	})
}

// has reports whether any role of the caller gives the right on some object.
func has(c *web.Call, needed web.Right) bool {
	return slices.ContainsFunc(c.Principal.Roles, func(a *state.RoleAssignment) bool { return Gives(c.Org, a, needed) })
}
