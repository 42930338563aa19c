package access

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Object is a kind of object that rights are granted on individually. All other rights concern the
// org as a whole.
type Object struct {
	// families are the prefixes of the rights on the object.
	families []string
	// named returns the id of the object that the path of a call names, if it names one. If no
	// object has that name, the id is "".
	named func(*web.Call) (id string, named bool)
	// held returns what an object holds that decides who may change it.
	held func(o *state.Org, id string) []string
	// targeted reports whether the targets of a standard role's assignment include the object. An
	// empty id stands for an object that is to be created.
	targeted func(o *state.Org, a *state.RoleAssignment, id string) bool
	// included reports whether the resource of an ORN, such as "groups:{id}", is the object or a
	// set that contains it.
	included func(o *state.Org, resource []string, id string) bool
}

// Held returns what an object holds that decides who may change it: types of roles,
// HeldThroughGroup and HeldGrants.
func (of *Object) Held(o *state.Org, id string) []string { return of.held(o, id) }

// objects are all kinds of such objects.
var objects = []*Object{App, Group, User, Policy}

// objectOf returns the kind of object that a right is about; nil if it is about the org.
func objectOf(r web.Right) *Object {
	family, _, _ := strings.Cut(string(r), ".")
	for _, of := range objects {
		if slices.Contains(of.families, family) {
			return of
		}
	}
	return nil
}

// App is an app, named in paths by its id or client id.
var App = &Object{
	families: []string{"apps", "appGrants"},
	named: func(c *web.Call) (id string, named bool) {
		if id := c.Path("appId"); id != "" {
			return id, true
		}
		clientID := c.Path("clientId")
		if clientID == "" {
			return "", false
		}
		if a := c.Org.AppByClientID(clientID); a != nil {
			return a.ID, true
		}
		return "", true
	},
	held: func(o *state.Org, id string) []string {
		a := o.Apps.Get(id)
		if a == nil {
			return nil
		}
		held := roleTypes(a.Roles)
		if a.IsService() && len(a.Grants) > 0 {
			held = append(held, HeldGrants)
		}
		return held
	},
	targeted: func(o *state.Org, a *state.RoleAssignment, id string) bool {
		return len(a.TargetApps) == 0 || targetsApp(o, a, id)
	},
	included: func(o *state.Org, resource []string, id string) bool {
		if resource[0] != "apps" {
			return false
		}
		a := o.Apps.Get(id)
		switch len(resource) {
		case 1:
			return true
		case 2:
			return a == nil && resource[1] == state.OIDCClientName || a != nil && resource[1] == a.Name()
		case 3:
			return resource[2] == id && id != ""
		}
		return false
	},
}

// Group is a group.
var Group = &Object{
	families: []string{"groups"},
	named:    func(c *web.Call) (id string, named bool) { return c.Path("groupId"), c.Path("groupId") != "" },
	held: func(o *state.Org, id string) []string {
		g := o.Groups.Get(id)
		if g == nil {
			return nil
		}
		return roleTypes(g.Roles)
	},
	targeted: func(_ *state.Org, a *state.RoleAssignment, id string) bool {
		return len(a.TargetGroups) == 0 || slices.Contains(a.TargetGroups, id)
	},
	included: func(_ *state.Org, resource []string, id string) bool {
		return resource[0] == "groups" && (len(resource) == 1 || len(resource) == 2 && resource[1] == id)
	},
}

// User is a user, named in paths by id, login or "me".
var User = &Object{
	families: []string{"users"},
	named: func(c *web.Call) (id string, named bool) {
		name := c.Path("userId")
		if name == "" {
			return "", false
		}
		if u := UserNamed(c, name); u != nil {
			return u.ID, true
		}
		return "", true
	},
	held: func(o *state.Org, id string) []string {
		u := o.Users.Get(id)
		if u == nil {
			return nil
		}
		held := roleTypes(u.Roles)
		if len(o.UserRoles(u)) > len(u.Roles) {
			held = append(held, HeldThroughGroup)
		}
		return held
	},
	targeted: func(o *state.Org, a *state.RoleAssignment, id string) bool {
		// A new user is created in the groups that the admin manages.
		return len(a.TargetGroups) == 0 || id == "" ||
			slices.ContainsFunc(a.TargetGroups, func(groupID string) bool { return o.InGroup(groupID, id) })
	},
	included: func(o *state.Org, resource []string, id string) bool {
		if resource[0] == "groups" && len(resource) == 3 && resource[2] == "contained_resources" {
			return id != "" && o.InGroup(resource[1], id)
		}
		return resource[0] == "users" && (len(resource) == 1 || resource[1] == id)
	},
}

// Policy is an access policy.
var Policy = &Object{
	families: []string{"policies"},
	named:    func(c *web.Call) (id string, named bool) { return c.Path("policyId"), c.Path("policyId") != "" },
	held:     func(*state.Org, string) []string { return nil },
	targeted: func(*state.Org, *state.RoleAssignment, string) bool { return true },
	included: func(_ *state.Org, resource []string, id string) bool {
		return resource[0] == "policies" && (len(resource) == 1 || resource[1] == id)
	},
}

func roleTypes(roles []*state.RoleAssignment) []string {
	var types []string
	for _, r := range roles {
		types = append(types, r.Type)
	}
	return types
}
