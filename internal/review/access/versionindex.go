package access

import "github.com/oktaform/oktaform/internal/catalog"

// Index indexes the objects of one version.
type Index struct {
	Objects      []Object
	ByAddr       map[string]*Object
	byID         map[string]*Object
	ByOktaName   map[string][]*Object           // by the keys with which Okta finds them
	principalsOf map[Ref][]*Object              // results of Principals
	groups       map[string][]*Object           // groups with admin roles, declared or not, by the address of each member
	access       map[string]*Access             // by address; computed on demand
	scopes       map[string][]catalog.Operation // results of Granted
	entries      map[string]*EntrySet           // by what they depend on: see Access.shareable
	groupsOf     map[*Object][]*Object          // see memberships
}

// NewIndex indexes the objects of a version.
func NewIndex(objects []Object) *Index {
	w := &Index{Objects: objects, ByAddr: map[string]*Object{}, byID: map[string]*Object{}, ByOktaName: map[string][]*Object{}, principalsOf: map[Ref][]*Object{}, groups: map[string][]*Object{}, access: map[string]*Access{}, scopes: map[string][]catalog.Operation{}, entries: map[string]*EntrySet{}}
	for i := range objects {
		o := &objects[i]
		o.roles, o.rolesRead = readRoles(o), true
		w.ByAddr[o.Addr.String()] = o
		if o.ID != "" {
			w.byID[o.ID] = o
		}
	}
	for i := range objects {
		for _, key := range objects[i].lookupKeys() {
			w.ByOktaName[key] = append(w.ByOktaName[key], &objects[i])
		}
	}
	for i := range objects {
		g := &objects[i]
		if !g.Facts.Has(AttrMembers) || len(RolesOf(g)) == 0 && len(g.Unmanaged(BlockAdminRole)) == 0 {
			continue
		}
		for _, member := range g.List(AttrMembers).Refs {
			for _, u := range w.principals(member) {
				w.groups[u.Addr.String()] = append(w.groups[u.Addr.String()], g)
			}
		}
	}
	return w
}

// AllRoles are the object's own roles and, of a user, those of his groups.
func (w *Index) AllRoles(o *Object) []Role {
	roles := RolesOf(o)
	for _, g := range w.groups[o.Addr.String()] {
		for _, r := range RolesOf(g) {
			r.Through = g
			roles = append(roles, r)
		}
	}
	return roles
}

// IsPrincipal reports whether the object can act, or others as it: apps, and whatever can have
// admin roles (users, groups through their members, admin blocks).
func IsPrincipal(o *Object) bool { return o.Facts.acts != "" }
