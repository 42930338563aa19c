package access

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Gives reports whether the role has the right, wherever.
func Gives(o *state.Org, a *state.RoleAssignment, needed web.Right) bool {
	if a.Type != "CUSTOM" {
		return GrantsRight(a.Type, needed)
	}
	role := o.CustomRoles.Get(a.Role)
	return role != nil && slices.ContainsFunc(role.Permissions, func(p *state.Permission) bool { return GrantsRight(p.Label, needed) })
}

// Covers reports whether the assignment reaches the object: its targets, or
// the resource set of a custom role.
func Covers(o *state.Org, a *state.RoleAssignment, needed web.Right, kind, id string) bool {
	switch {
	case a.Type == "CUSTOM":
		set := o.ResourceSets.Get(a.ResourceSet)
		return kind == "" || set != nil && slices.ContainsFunc(set.Resources, func(r *state.Resource) bool { return contains(o, r, needed, kind, id) })
	case kind == "app" && len(a.TargetApps) > 0:
		return targetsApp(o, a, id)
	case kind == "group" && len(a.TargetGroups) > 0:
		return slices.Contains(a.TargetGroups, id)
	case kind == "user" && len(a.TargetGroups) > 0:
		// A new user is made in the groups that the admin manages.
		return id == "" || slices.ContainsFunc(a.TargetGroups, func(groupID string) bool { return o.InGroup(groupID, id) })
	}
	return true
}

// targetsApp reports an app among the targets; a target without an instance
// stands for all instances, new ones too.
func targetsApp(o *state.Org, a *state.RoleAssignment, id string) bool {
	name := state.OidcClientName
	if app := o.Apps.Get(id); app != nil {
		name = app.Name()
	}
	return slices.ContainsFunc(a.TargetApps, func(t state.AppTarget) bool {
		return t.ID == "" && t.Name == name || t.ID != "" && t.ID == id
	})
}

// contains reports whether a resource of a resource set includes the object,
// and doesn't exclude it by its conditions.
func contains(o *state.Org, r *state.Resource, needed web.Right, kind, id string) bool {
	if needed == UsersCreate && strings.Contains(r.ORN, ":groups") {
		return true // okta.users.create is given on groups
	}
	if !ornIncludes(o, r.ORN, kind, id) {
		return false
	}
	exclude := jsondoc.Object(r.Conditions, "Exclude")
	return !slices.ContainsFunc(jsondoc.Texts(exclude, "okta:ORN"), func(orn string) bool { return ornIncludes(o, orn, kind, id) })
}

// CreatesUsersIn reports whether the resource set of a custom role holds the
// group, or its users: okta.users.create is given on groups.
func CreatesUsersIn(o *state.Org, a *state.RoleAssignment, g *state.Group) bool {
	set := o.ResourceSets.Get(a.ResourceSet)
	return set != nil && slices.ContainsFunc(set.Resources, func(r *state.Resource) bool {
		return contains(o, r, GroupsMembers, "group", g.ID) || strings.Contains(r.ORN, ":groups:"+g.ID+":")
	})
}

// ornIncludes reports whether an ORN such as
// "orn:okta:directory:{orgId}:groups:{id}:contained_resources" stands for the
// object or for a set that holds it.
func ornIncludes(o *state.Org, orn, kind, id string) bool {
	parts := strings.Split(orn, ":")
	if len(parts) < 5 || parts[0] != "orn" {
		return false
	}
	of := parts[4:]
	switch kind {
	case "user":
		if of[0] == "groups" && len(of) == 3 && of[2] == "contained_resources" {
			return id != "" && o.InGroup(of[1], id)
		}
		return of[0] == "users" && (len(of) == 1 || of[1] == id)
	case "group":
		return of[0] == "groups" && (len(of) == 1 || len(of) == 2 && of[1] == id)
	case "policy":
		return of[0] == "policies" && (len(of) == 1 || of[1] == id)
	case "app":
		if of[0] != "apps" {
			return false
		}
		a := o.Apps.Get(id)
		return len(of) == 1 || len(of) == 2 && (a == nil && of[1] == state.OidcClientName || a != nil && of[1] == a.Name()) || len(of) == 3 && of[2] == id && id != ""
	}
	return false
}
