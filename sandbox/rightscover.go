package sandbox

import (
	"slices"
	"strings"
)

// gives reports whether the role has the right, wherever.
func (o *org) gives(a *roleAssignment, needed right) bool {
	if a.Type != "CUSTOM" {
		return grantsRight(a.Type, needed)
	}
	role := o.customRoles.get(a.Role)
	return role != nil && slices.ContainsFunc(role.Permissions, func(p *permission) bool { return grantsRight(p.Label, needed) })
}

// covers reports whether the assignment reaches the object: its targets, or
// the resource set of a custom role.
func (o *org) covers(a *roleAssignment, needed right, kind, id string) bool {
	switch {
	case a.Type == "CUSTOM":
		set := o.resourceSets.get(a.ResourceSet)
		return kind == "" || set != nil && slices.ContainsFunc(set.Resources, func(r *resource) bool { return o.contains(r, needed, kind, id) })
	case kind == "app" && len(a.TargetApps) > 0:
		return o.targetsApp(a, id)
	case kind == "group" && len(a.TargetGroups) > 0:
		return slices.Contains(a.TargetGroups, id)
	case kind == "user" && len(a.TargetGroups) > 0:
		// A new user is made in the groups that the admin manages.
		return id == "" || slices.ContainsFunc(a.TargetGroups, func(groupID string) bool { return o.inGroup(groupID, id) })
	}
	return true
}

// targetsApp reports an app among the targets; a target without an instance
// stands for all instances, new ones too.
func (o *org) targetsApp(a *roleAssignment, id string) bool {
	name := oidcClientName
	if app := o.apps.get(id); app != nil {
		name = app.name()
	}
	return slices.ContainsFunc(a.TargetApps, func(t appTarget) bool {
		return t.ID == "" && t.Name == name || t.ID != "" && t.ID == id
	})
}

// oidcClientName is the catalog name of every OIDC app.
const oidcClientName = "oidc_client"

// contains reports whether a resource of a resource set includes the object,
// and doesn't exclude it by its conditions.
func (o *org) contains(r *resource, needed right, kind, id string) bool {
	if needed == rightUsersCreate && strings.Contains(r.ORN, ":groups") {
		return true // okta.users.create is given on groups
	}
	if !o.ornIncludes(r.ORN, kind, id) {
		return false
	}
	exclude := object(r.Conditions, "Exclude")
	return !slices.ContainsFunc(texts(exclude, "okta:ORN"), func(orn string) bool { return o.ornIncludes(orn, kind, id) })
}

// createsUsersIn reports whether the resource set of a custom role holds the
// group, or its users: okta.users.create is given on groups.
func (o *org) createsUsersIn(a *roleAssignment, g *group) bool {
	set := o.resourceSets.get(a.ResourceSet)
	return set != nil && slices.ContainsFunc(set.Resources, func(r *resource) bool {
		return o.contains(r, rightGroupsMembers, "group", g.ID) || strings.Contains(r.ORN, ":groups:"+g.ID+":")
	})
}

// ornIncludes reports whether an ORN such as
// "orn:okta:directory:{orgId}:groups:{id}:contained_resources" stands for the
// object or for a set that holds it.
func (o *org) ornIncludes(orn, kind, id string) bool {
	parts := strings.Split(orn, ":")
	if len(parts) < 5 || parts[0] != "orn" {
		return false
	}
	of := parts[4:]
	switch kind {
	case "user":
		if of[0] == "groups" && len(of) == 3 && of[2] == "contained_resources" {
			return id != "" && o.inGroup(of[1], id)
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
		a := o.apps.get(id)
		return len(of) == 1 || len(of) == 2 && (a == nil && of[1] == oidcClientName || a != nil && of[1] == a.name()) || len(of) == 3 && of[2] == id && id != ""
	}
	return false
}
