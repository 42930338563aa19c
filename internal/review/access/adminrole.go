package access

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Objects of several kinds have admin_role blocks.
const BlockAdminRole = "admin_role"

var adminRoles = Attribute{Name: BlockAdminRole, Meaning: MeansRights, Held: true, words: func(v cty.Value) string { return roleOf(v).String() }}

// Role is one admin_role block.
type Role struct {
	Type   string
	Role   Ref // for CUSTOM
	set    Ref // for CUSTOM
	Groups List
	Apps   List
	// CatalogApps are entries of Okta's catalog, each of which stands for all its apps.
	CatalogApps List
	Through     *Object // the group through which a user has it
}

// String names the role for people.
func (r Role) String() string {
	s := r.Type
	if r.Type == "CUSTOM" {
		s = r.Role.String() + " on " + r.set.String()
	}
	if r.Through != nil {
		s += ", through " + r.Through.Addr.String()
	}
	return s
}

// RolesOf returns the object's own roles.
func RolesOf(o *Object) []Role {
	if o.rolesRead {
		return o.roles
	}
	return readRoles(o)
}

func readRoles(o *Object) []Role {
	blocks, _ := o.Blocks(BlockAdminRole)
	var roles []Role
	for _, b := range blocks {
		roles = append(roles, roleOf(b))
	}
	return roles
}

func roleOf(b cty.Value) Role {
	return Role{Type: Text(b.GetAttr("type")), Role: RefOf(b.GetAttr("role")), set: RefOf(b.GetAttr("resource_set")),
		Groups: listOf(b.GetAttr("target_groups")), Apps: listOf(b.GetAttr("target_apps")), CatalogApps: listOf(b.GetAttr("target_catalog_apps"))}
}

// RoleRange returns the position of a role's block.
func RoleRange(o *Object, r Role) *hcl.Range {
	for _, name := range []string{BlockAdminRole + "." + r.Type, BlockAdminRole} {
		if at, found := o.Positions.At(name); found {
			return &at
		}
	}
	return nil
}

// Targets returns the names of what limits the role.
func (r Role) Targets() []string { return slices.Concat(r.Groups.names(), r.appTargets()) }

// Unlimited reports whether the role certainly has no targets.
func (r Role) Unlimited() bool {
	return len(r.Targets()) == 0 && !r.Groups.Unknown && !r.Apps.Unknown && !r.CatalogApps.Unknown
}

// appTargets returns the names of the apps that the role is limited to.
func (r Role) appTargets() []string {
	return append(r.Apps.names(), each("all apps of ", r.CatalogApps.Texts)...)
}
