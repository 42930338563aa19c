package review

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Objects of several kinds have admin_role blocks.
const blockAdminRole = "admin_role"

var adminRoles = attribute{name: blockAdminRole, meaning: meansRights, held: true, words: func(v cty.Value) string { return roleOf(v).String() }}

// role is one admin_role block.
type role struct {
	typ    string
	role   ref // for CUSTOM
	set    ref // for CUSTOM
	groups list
	apps   list
	// catalogApps are entries of Okta's catalog, each of which stands for all its apps.
	catalogApps list
	throughAny  *Object // the group through which a user has it
}

// String names the role for people.
func (r role) String() string {
	s := r.typ
	if r.typ == "CUSTOM" {
		s = r.role.String() + " on " + r.set.String()
	}
	if r.throughAny != nil {
		s += ", through " + r.throughAny.Addr.String()
	}
	return s
}

// rolesOf returns the object's own roles.
func rolesOf(o *Object) []role {
	if o.rolesRead {
		return o.roles
	}
	return readRoles(o)
}

func readRoles(o *Object) []role {
	blocks, _ := o.blocks(blockAdminRole)
	var roles []role
	for _, b := range blocks {
		roles = append(roles, roleOf(b))
	}
	return roles
}

func roleOf(b cty.Value) role {
	return role{typ: text(b.GetAttr("type")), role: refOf(b.GetAttr("role")), set: refOf(b.GetAttr("resource_set")),
		groups: listOf(b.GetAttr("target_groups")), apps: listOf(b.GetAttr("target_apps")), catalogApps: listOf(b.GetAttr("target_catalog_apps"))}
}

// roleRange returns the position of a role's block.
func roleRange(o *Object, r role) *hcl.Range {
	for _, name := range []string{blockAdminRole + "." + r.typ, blockAdminRole} {
		if at, found := o.Positions.At(name); found {
			return &at
		}
	}
	return nil
}

// targets returns the names of what limits the role.
func (r role) targets() []string { return slices.Concat(r.groups.names(), r.appTargets()) }

// unlimited reports whether the role certainly has no targets.
func (r role) unlimited() bool {
	return len(r.targets()) == 0 && !r.groups.unknown && !r.apps.unknown && !r.catalogApps.unknown
}

// appTargets returns the names of the apps that the role is limited to.
func (r role) appTargets() []string {
	return append(r.apps.names(), each("all apps of ", r.catalogApps.texts)...)
}
