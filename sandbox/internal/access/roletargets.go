package access

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Gives reports whether the role gives the right on any object.
func Gives(o *state.Org, a *state.RoleAssignment, needed web.Right) bool {
	if a.Type != "CUSTOM" {
		return GrantsRight(a.Type, needed)
	}
	role := o.CustomRoles.Get(a.Role)
	return role != nil && slices.ContainsFunc(role.Permissions, func(p *state.Permission) bool { return GrantsRight(p.Label, needed) })
}

// Covers reports whether the assignment covers the object, by its targets or by the resource set of
// a custom role. A nil Object stands for the org as a whole.
func Covers(o *state.Org, a *state.RoleAssignment, needed web.Right, of *Object, id string) bool {
	if a.Type != "CUSTOM" {
		return of == nil || of.targeted(o, a, id)
	}
	set := o.ResourceSets.Get(a.ResourceSet)
	return of == nil || set != nil && slices.ContainsFunc(set.Resources, func(r *state.Resource) bool { return contains(o, r, needed, of, id) })
}

// targetsApp reports whether an app is among the targets. A target without an instance covers all
// present and future instances.
func targetsApp(o *state.Org, a *state.RoleAssignment, id string) bool {
	name := state.OIDCClientName
	if app := o.Apps.Get(id); app != nil {
		name = app.Name()
	}
	return slices.ContainsFunc(a.TargetApps, func(t state.AppTarget) bool {
		return t.ID == "" && t.Name == name || t.ID != "" && t.ID == id
	})
}

// contains reports whether a resource of a resource set includes the object and does not exclude it
// by its conditions.
func contains(o *state.Org, r *state.Resource, needed web.Right, of *Object, id string) bool {
	if needed == UsersCreate && strings.Contains(r.ORN, ":groups") {
		return true // okta.users.create is given on groups
	}
	if !ornIncludes(o, r.ORN, of, id) {
		return false
	}
	exclude := jsondoc.Object(r.Conditions, "Exclude")
	return !slices.ContainsFunc(jsondoc.Texts(exclude, "okta:ORN"), func(orn string) bool { return ornIncludes(o, orn, of, id) })
}

// createsUsersIn reports whether the resource set of a custom role contains the group or its users:
// okta.users.create is granted on groups.
func createsUsersIn(o *state.Org, a *state.RoleAssignment, g *state.Group) bool {
	set := o.ResourceSets.Get(a.ResourceSet)
	return set != nil && slices.ContainsFunc(set.Resources, func(r *state.Resource) bool {
		return contains(o, r, GroupsMembers, Group, g.ID) || strings.Contains(r.ORN, ":groups:"+g.ID+":")
	})
}

// ornIncludes reports whether an ORN such as
// "orn:okta:directory:{orgId}:groups:{id}:contained_resources" denotes the object or a set that
// contains it.
func ornIncludes(o *state.Org, orn string, of *Object, id string) bool {
	parts := strings.Split(orn, ":")
	return len(parts) >= 5 && parts[0] == "orn" && of.included(o, parts[4:], id)
}
