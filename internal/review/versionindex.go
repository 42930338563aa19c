package review

import "github.com/oktaform/oktaform/internal/catalog"

// versionIndex indexes the objects of one version.
type versionIndex struct {
	objects      []Object
	byAddr       map[string]*Object
	byID         map[string]*Object
	byOktaName   map[string][]*Object           // by the keys with which Okta finds them
	principalsOf map[ref][]*Object              // results of principals
	groups       map[string][]*Object           // groups with admin roles, by the address of each member
	access       map[string]*Access             // by address; computed on demand
	scopes       map[string][]catalog.Operation // results of granted
	entries      map[string]*entrySet           // by what they depend on: see Access.shareable
	groupsOf     map[*Object][]*Object          // see memberships
}

func newVersionIndex(objects []Object) *versionIndex {
	w := &versionIndex{objects: objects, byAddr: map[string]*Object{}, byID: map[string]*Object{}, byOktaName: map[string][]*Object{}, principalsOf: map[ref][]*Object{}, groups: map[string][]*Object{}, access: map[string]*Access{}, scopes: map[string][]catalog.Operation{}, entries: map[string]*entrySet{}}
	for i := range objects {
		o := &objects[i]
		o.roles, o.rolesRead = readRoles(o), true
		w.byAddr[o.Addr.String()] = o
		if o.ID != "" {
			w.byID[o.ID] = o
		}
	}
	for i := range objects {
		for _, key := range objects[i].lookupKeys() {
			w.byOktaName[key] = append(w.byOktaName[key], &objects[i])
		}
	}
	for i := range objects {
		g := &objects[i]
		if !g.facts.has(attrMembers) || len(rolesOf(g)) == 0 {
			continue
		}
		for _, member := range g.list(attrMembers).refs {
			for _, u := range w.principals(member) {
				w.groups[u.Addr.String()] = append(w.groups[u.Addr.String()], g)
			}
		}
	}
	return w
}

// allRoles are the object's own roles and, of a user, those of his groups.
func (w *versionIndex) allRoles(o *Object) []role {
	roles := rolesOf(o)
	for _, g := range w.groups[o.Addr.String()] {
		for _, r := range rolesOf(g) {
			r.throughAny = g
			roles = append(roles, r)
		}
	}
	return roles
}

// isPrincipal reports whether the object can act, or others as it: apps, and whatever can have
// admin roles (users, groups through their members, admin blocks).
func isPrincipal(o *Object) bool { return o.facts.acts != "" }
