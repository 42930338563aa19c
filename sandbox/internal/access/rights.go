package access

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Rights that routes don't name: the operation decides between them and the
// broader ones of the route.
const (
	AppsCreate         web.Right = "apps.create"
	GroupsCreate       web.Right = "groups.create"
	UsersCreate        web.Right = "users.create"
	AppCredentialsRead web.Right = "apps.credentials.read"
)

// MayCall reports whether the principal's admin roles allow the call. A read
// of a list needs a role that could show something in it; the handler filters.
func MayCall(c *web.Call) bool {
	needed := NeededRight(c)
	if needed == None {
		return true
	}
	kind := objectKind(needed)
	id, named := objectID(c, kind)
	switch {
	case kind == "":
		return has(c, needed)
	case !named && c.Reads():
		return has(c, needed)
	case !named:
		return Allows(c, needed, kind, "")
	}
	if kind == "user" && needed == UsersRead && id != "" && id == c.Principal.UserID {
		return true // everybody may read himself
	}
	return Allows(c, needed, kind, id) && mayAssignGroup(c, needed)
}

// mayAssignGroup reports whether the caller may assign the group of the path to
// an app, where the call does that.
func mayAssignGroup(c *web.Call, needed web.Right) bool {
	group := c.Path("groupId")
	if needed != AppsAssign || group == "" {
		return true
	}
	held := Held(c.Org, "group", group)
	return slices.ContainsFunc(c.Principal.Roles, func(a *state.RoleAssignment) bool {
		return Gives(c.Org, a, needed) && MayManage(a.Type, ClassGroupApps, held)
	})
}

// NeededRight is the route's right, narrowed to the operation.
func NeededRight(c *web.Call) web.Right {
	_, named := objectID(c, objectKind(c.Route.Right))
	creates := c.Request.Method == "POST" && !named
	switch c.Route.Right {
	case AppsManage:
		if creates {
			return AppsCreate
		}
	case GroupsManage:
		if creates {
			return GroupsCreate
		}
	case UsersManage:
		if creates {
			return UsersCreate
		}
	case AppKeys:
		if c.Reads() {
			return AppCredentialsRead
		}
	case UsersLifecycle:
		if c.Request.Method == "DELETE" {
			return "users.lifecycle.delete"
		}
		path := c.Request.URL.Path
		return web.Right("users.lifecycle." + path[strings.LastIndexByte(path, '/')+1:])
	}
	return c.Route.Right
}

// objectKind is the kind of object that a right is about, or "" for the org.
func objectKind(r web.Right) string {
	switch family, _, _ := strings.Cut(string(r), "."); family {
	case "apps", "appGrants":
		return "app"
	case "groups":
		return "group"
	case "users":
		return "user"
	case "policies":
		return "policy"
	}
	return ""
}

// objectID is the id of the object that the path names, if it names one. A
// name that no object has gives "".
func objectID(c *web.Call, kind string) (id string, named bool) {
	switch kind {
	case "app":
		if id := c.Path("appId"); id != "" {
			return id, true
		}
		if clientID := c.Path("clientId"); clientID != "" {
			if a := c.Org.AppByClientID(clientID); a != nil {
				return a.ID, true
			}
			return "", true
		}
	case "group":
		return c.Path("groupId"), c.Path("groupId") != ""
	case "user":
		return userID(c, c.Path("userId"))
	case "policy":
		return c.Path("policyId"), c.Path("policyId") != ""
	}
	return "", false
}

// userID resolves "me", an id or a login.
func userID(c *web.Call, name string) (id string, named bool) {
	if name == "" {
		return "", false
	}
	if u := UserNamed(c, name); u != nil {
		return u.ID, true
	}
	return "", true
}

// Allows reports whether the caller's roles allow the right on one object;
// list handlers filter with it. kind is "app", "group", "user" or "policy"; an empty id
// stands for an object that is yet to be made. One of the roles must give the
// right, reach the object, and be one that may change an object with its roles.
func Allows(c *web.Call, needed web.Right, kind, id string) bool {
	class := RightClasses[needed]
	var held []string
	if class != ClassRead && (kind != "user" || id != c.Principal.UserID) { // who changes themselves gains nothing
		held = Held(c.Org, kind, id)
	}
	return slices.ContainsFunc(c.Principal.Roles, func(a *state.RoleAssignment) bool {
		return Gives(c.Org, a, needed) && Covers(c.Org, a, needed, kind, id) && MayManage(a.Type, class, held)
	})
}

// has reports whether any role of the caller gives the right on anything.
func has(c *web.Call, needed web.Right) bool {
	return slices.ContainsFunc(c.Principal.Roles, func(a *state.RoleAssignment) bool { return Gives(c.Org, a, needed) })
}

// The rights that routes need. Rights with an object (an app, a group, a
// user) are checked against the object named in the path by appId, clientId,
// groupId or userId.
const (
	None           web.Right = "" // no role needed
	AppsRead       web.Right = "apps.read"
	AppsManage     web.Right = "apps.manage"
	AppsAssign     web.Right = "apps.assignment.manage"
	AppKeys        web.Right = "apps.credentials.manage"
	GrantsRead     web.Right = "appGrants.read"
	GrantsManage   web.Right = "appGrants.manage"
	GroupsRead     web.Right = "groups.read"
	GroupsManage   web.Right = "groups.manage"
	GroupsMembers  web.Right = "groups.members.manage"
	UsersRead      web.Right = "users.read"
	UsersManage    web.Right = "users.manage"
	UsersLifecycle web.Right = "users.lifecycle.manage"
	UsersPassword  web.Right = "users.credentials.manage"
	UsersSessions  web.Right = "users.sessions.clear"
	RolesRead      web.Right = "roles.read"
	RolesManage    web.Right = "roles.manage"
	PoliciesRead   web.Right = "policies.read"
	LogsRead       web.Right = "logs.read"
	SchemasRead    web.Right = "schemas.read"
	SchemasManage  web.Right = "schemas.manage"
	ZonesRead      web.Right = "zones.read"
	ZonesManage    web.Right = "zones.manage"
)
