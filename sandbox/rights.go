package sandbox

import (
	"slices"
	"strings"
)

// Rights that routes don't name: the operation decides between them and the
// broader ones of the route.
const (
	rightAppsCreate         right = "apps.create"
	rightGroupsCreate       right = "groups.create"
	rightUsersCreate        right = "users.create"
	rightAppCredentialsRead right = "apps.credentials.read"
)

// mayCall reports whether the principal's admin roles allow the call. A read
// of a list needs a role that could show something in it; the handler filters.
func (c *call) mayCall() bool {
	needed := c.neededRight()
	if needed == rightNone {
		return true
	}
	kind := objectKind(needed)
	id, named := c.objectID(kind)
	switch {
	case kind == "":
		return c.has(needed)
	case !named && c.reads():
		return c.has(needed)
	case !named:
		return c.allows(needed, kind, "")
	}
	if kind == "user" && needed == rightUsersRead && id != "" && id == c.principal.userID {
		return true // everybody may read himself
	}
	return c.allows(needed, kind, id) && c.mayAssignGroup(needed)
}

// mayAssignGroup reports whether the caller may assign the group of the path to
// an app, where the call does that.
func (c *call) mayAssignGroup(needed right) bool {
	group := c.path("groupId")
	if needed != rightAppsAssign || group == "" {
		return true
	}
	held := c.org.held("group", group)
	return slices.ContainsFunc(c.principal.roles, func(a *roleAssignment) bool {
		return c.org.gives(a, needed) && mayManage(a.Type, classGroupApps, held)
	})
}

// neededRight is the route's right, narrowed to the operation.
func (c *call) neededRight() right {
	_, named := c.objectID(objectKind(c.route.right))
	creates := c.r.Method == "POST" && !named
	switch c.route.right {
	case rightAppsManage:
		if creates {
			return rightAppsCreate
		}
	case rightGroupsManage:
		if creates {
			return rightGroupsCreate
		}
	case rightUsersManage:
		if creates {
			return rightUsersCreate
		}
	case rightAppKeys:
		if c.reads() {
			return rightAppCredentialsRead
		}
	case rightUsersLifecycle:
		if c.r.Method == "DELETE" {
			return "users.lifecycle.delete"
		}
		path := c.r.URL.Path
		return right("users.lifecycle." + path[strings.LastIndexByte(path, '/')+1:])
	}
	return c.route.right
}

// objectKind is the kind of object that a right is about, or "" for the org.
func objectKind(r right) string {
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
func (c *call) objectID(kind string) (id string, named bool) {
	switch kind {
	case "app":
		if id := c.path("appId"); id != "" {
			return id, true
		}
		if clientID := c.path("clientId"); clientID != "" {
			if a := c.org.appByClientID(clientID); a != nil {
				return a.ID, true
			}
			return "", true
		}
	case "group":
		return c.path("groupId"), c.path("groupId") != ""
	case "user":
		return c.userID(c.path("userId"))
	case "policy":
		return c.path("policyId"), c.path("policyId") != ""
	}
	return "", false
}

// userID resolves "me", an id or a login.
func (c *call) userID(name string) (id string, named bool) {
	if name == "" {
		return "", false
	}
	if u := c.userNamed(name); u != nil {
		return u.ID, true
	}
	return "", true
}

// sameCredentials reports whether an app proves who it is as before: by its way, its keys
// and its secrets. All else is refused to who may not write credentials, by whatever
// operation.
func sameCredentials(before, after *app) bool {
	secrets := func(a *app) (all []string) {
		for _, s := range a.Secrets {
			all = append(all, s.ID+" "+s.Secret+" "+s.Status)
		}
		return all
	}
	was, is := before.oauth(), after.oauth()
	return before.authMethod() == after.authMethod() && text(was, "jwks_uri") == text(is, "jwks_uri") &&
		sameKeys(was, is) && slices.Equal(secrets(before), secrets(after))
}

// copied is a copy of the app whose document and secrets can be replaced.
func (a *app) copied() *app {
	other := *a
	other.Secrets = nil
	for _, s := range a.Secrets {
		secret := *s
		other.Secrets = append(other.Secrets, &secret)
	}
	return &other
}

// sameKeys compares the key material of two settings, in any order, without
// what the org adds to a key.
func sameKeys(before, after map[string]any) bool {
	material := func(settings map[string]any) []string {
		list, _ := object(settings, "jwks")["keys"].([]any)
		var all []string
		for _, item := range list {
			key, _ := item.(map[string]any)
			one := ""
			for _, member := range []string{"kty", "kid", "use", "alg", "n", "e", "crv", "x", "y"} {
				one += member + "=" + text(key, member) + " "
			}
			if text(key, "status") == "INACTIVE" {
				one += "INACTIVE"
			}
			all = append(all, one)
		}
		slices.Sort(all)
		return all
	}
	return slices.Equal(material(before), material(after))
}

// allows reports whether the caller's roles allow the right on one object;
// list handlers filter with it. kind is "app", "group", "user" or "policy"; an empty id
// stands for an object that is yet to be made. One of the roles must give the
// right, reach the object, and be one that may change an object with its roles.
func (c *call) allows(needed right, kind, id string) bool {
	class := rightClasses[needed]
	var held []string
	if class != classRead && (kind != "user" || id != c.principal.userID) { // who changes themselves gains nothing
		held = c.org.held(kind, id)
	}
	return slices.ContainsFunc(c.principal.roles, func(a *roleAssignment) bool {
		return c.org.gives(a, needed) && c.org.covers(a, needed, kind, id) && mayManage(a.Type, class, held)
	})
}

// has reports whether any role of the caller gives the right on anything.
func (c *call) has(needed right) bool {
	return slices.ContainsFunc(c.principal.roles, func(a *roleAssignment) bool { return c.org.gives(a, needed) })
}

// userRoles are the user's own roles and those of his groups.
func (o *org) userRoles(u *user) []*roleAssignment {
	roles := slices.Clone(u.Roles)
	for _, g := range o.groups.all() {
		if len(g.Roles) > 0 && o.isMember(g, u) {
			roles = append(roles, g.Roles...)
		}
	}
	return roles
}
