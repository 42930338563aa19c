package review

import (
	"github.com/zclconf/go-cty/cty"
)

// world is one version: all objects of it.
type world struct {
	objects []Object
	byAddr  map[string]*Object
	byID    map[string]*Object
	called  map[string][]*Object // by how Okta finds them
	meant   map[ref][]*Object    // what principals found
	groups  map[string][]*Object // groups with admin roles, by the address of each member
	access  map[string]*Access   // by address, as far as it has been asked for
}

func newWorld(objects []Object) *world {
	w := &world{objects: objects, byAddr: map[string]*Object{}, byID: map[string]*Object{}, called: map[string][]*Object{}, meant: map[ref][]*Object{}, groups: map[string][]*Object{}, access: map[string]*Access{}}
	for i := range objects {
		o := &objects[i]
		w.byAddr[o.Addr.String()] = o
		if o.ID != "" {
			w.byID[o.ID] = o
		}
	}
	for i := range objects {
		for _, key := range objects[i].callings() {
			w.called[key] = append(w.called[key], &objects[i])
		}
	}
	for i := range objects {
		g := &objects[i]
		if g.Kind.Name != "group" || len(rolesOf(g)) == 0 {
			continue
		}
		for _, member := range g.list("members").refs {
			for _, u := range w.principals(member) {
				w.groups[u.Addr.String()] = append(w.groups[u.Addr.String()], g)
			}
		}
	}
	return w
}

// role is one admin_role block.
type role struct {
	typ    string
	role   ref // of CUSTOM
	set    ref // of CUSTOM
	groups list
	apps   list
	// catalogApps are entries of Okta's catalog, which stand for all apps of theirs.
	catalogApps list
	throughAny  *Object // the group that gives it to a user
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

// rolesOf are the object's own roles.
func rolesOf(o *Object) []role {
	blocks, _ := o.blocks("admin_role")
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

// allRoles are the object's own roles and, of a user, those of his groups.
func (w *world) allRoles(o *Object) []role {
	roles := rolesOf(o)
	for _, g := range w.groups[o.Addr.String()] {
		for _, r := range rolesOf(g) {
			r.throughAny = g
			roles = append(roles, r)
		}
	}
	return roles
}

// isPrincipal reports whether the object can act: apps, and whatever can have
// admin roles (users, groups through their members, admin blocks).
func isPrincipal(o *Object) bool {
	return o.isApp() || o.Kind.Block("admin_role") != nil
}
