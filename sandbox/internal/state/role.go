package state

import (
	"slices"
	"time"
)

// RoleAssignment is one admin role of a client, a user or a group.
type RoleAssignment struct {
	ID           string
	Type         string // SUPER_ADMIN, ..., or CUSTOM
	Label        string
	Role         string      // id of the custom role; Type for IAM-based roles
	ResourceSet  string      // id of the resource set; a constant for IAM-based roles
	TargetGroups []string    // group ids; none means all groups
	TargetApps   []AppTarget // none means all apps
	Created      time.Time
	LastUpdated  time.Time
}

// AppTarget limits APP_ADMIN to a catalog app (empty ID) or to one instance of it.
type AppTarget struct {
	Name string // name in the catalog, such as oidc_client
	ID   string // id of the app instance
}

// CustomRole is a set of permissions. It is assigned on a resource set.
type CustomRole struct {
	ID          string
	Label       string
	Description string
	Permissions []*Permission // newest first
	Created     time.Time
	LastUpdated time.Time
}

// Permission is one permission of a custom role.
type Permission struct {
	Label       string
	Conditions  map[string]any
	Created     time.Time
	LastUpdated time.Time
}

// ResourceSet names the objects that custom roles are assigned on. Its bindings are the role
// assignments of clients, users and groups that name it.
type ResourceSet struct {
	ID          string
	Label       string
	Description string
	Resources   []*Resource
	Created     time.Time
	LastUpdated time.Time
}

// Resource is a member of a resource set. ORN has a form such as
// "orn:okta:idp:{orgId}:apps:oidc_client:{appId}".
type Resource struct {
	ID          string
	ORN         string
	Conditions  map[string]any
	Created     time.Time
	LastUpdated time.Time
}

// CustomRoleNamed finds a role by id or label; nil if there is none.
func (o *Org) CustomRoleNamed(name string) *CustomRole {
	if r := o.CustomRoles.Get(name); r != nil {
		return r
	}
	return o.CustomRoles.Find(func(r *CustomRole) bool { return SameName(r.Label, name) })
}

// ResourceSetNamed finds a resource set by id or label; nil if there is none.
func (o *Org) ResourceSetNamed(name string) *ResourceSet {
	if s := o.ResourceSets.Get(name); s != nil {
		return s
	}
	return o.ResourceSets.Find(func(s *ResourceSet) bool { return SameName(s.Label, name) })
}

// UserRoles returns the user's own roles and those of their groups.
func (o *Org) UserRoles(u *User) []*RoleAssignment {
	roles := slices.Clone(u.Roles)
	for _, g := range o.Groups.All() {
		if len(g.Roles) > 0 && o.IsMember(g, u) {
			roles = append(roles, g.Roles...)
		}
	}
	return roles
}
