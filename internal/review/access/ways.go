package access

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema/kinds"
)

// way is an operation that leads to further rights.
type way struct {
	Operation string
	// on is the class of principals that the step acts on; "" if it acts on none.
	on class
	// how is the step in words that follow "it", with %s for the principal acted on.
	how string
	// super means that Okta lets only super admins do it.
	super bool
	// guard is the operation by whose protection Okta decides; "": operation.
	guard string
	// basis says why the step is not certain, even if the right is.
	basis string
}

// class is how somebody comes to act as a principal.
type class string

const (
	serviceApps class = "service apps" // by a key
	signInApps  class = "sign-in apps" // as somebody who signs in
	persons     class = "persons"      // by a password
	groupsOf    class = "groups"       // as a member
)

// Ways are tried in this order.
var Ways = []way{
	{Operation: opAssignUserRole, how: "assigns SUPER_ADMIN to a user of its choice", super: true},
	{Operation: opGrantScope, how: "grants itself every scope", super: true},
	{Operation: opAddMember, on: groupsOf, how: "puts a user of its choice into %s"},
	{Operation: opAddKey, on: serviceApps, how: "adds a key to %s and acts as it"},
	{Operation: opReplaceClient, on: serviceApps, how: "replaces the keys of %s and acts as it", guard: opAddKey},
	{Operation: opUpdateUser, on: persons, how: "sets the password of %s and signs in as that user"},
	{Operation: opReplaceApp, on: signInApps, how: "changes the redirect URI and the credentials of %s and acts for those who sign in to it"},
	{Operation: opReplaceClient, on: signInApps, how: "changes the redirect URI and the credentials of %s and acts for those who sign in to it"},
	{Operation: opAddIDP, how: "adds an identity provider and signs in through it as a super admin",
		basis: "concluded, not tried: Okta's identity providers API, account linking"},
}

const (
	opAddKey        = "POST /api/v1/apps/{appId}/credentials/jwks"
	opReplaceApp    = "PUT /api/v1/apps/{appId}"
	opReplaceClient = "PUT /oauth2/v1/clients/{clientId}"
	opUpdateUser    = "POST /api/v1/users/{id}"
)

// wayOperations are the operations of the ways, by name.
var wayOperations = sync.OnceValue(func() map[string]catalog.Operation {
	all := map[string]catalog.Operation{}
	for _, w := range Ways {
		for _, name := range []string{w.Operation, w.guard} {
			method, path, _ := strings.Cut(name, " ")
			if o, found := catalog.Find(method, path); found {
				all[name] = o
			}
		}
	}
	return all
})

// protectedBy is the operation by whose protection Okta decides.
func (v *way) protectedBy() catalog.Operation {
	if v.guard != "" {
		return wayOperations()[v.guard]
	}
	return wayOperations()[v.Operation]
}

// usable is a way that a role opens to somebody.
type usable struct {
	*way
	role   string // its type
	extent Extent
	basis  string // why it is not certain
}

// usableBy returns the ways that the roles open, with the scopes; nil scopes mean all.
func (w *Index) usableBy(roles []Role, scopes []string, all bool) (list []usable) {
	for i := range Ways {
		v := &Ways[i]
		o := wayOperations()[v.Operation]
		if !all && !catalog.Granted(o, scopes...) {
			continue
		}
		for _, r := range roles {
			if v.super && r.Type != SuperAdmin {
				continue
			}
			entries, _ := w.RoleEntries(r, []catalog.Operation{o})
			for _, e := range entries {
				if v.on == "" && e.Extent.limited() {
					continue
				}
				basis := v.basis
				if e.Confidence.Low() {
					basis = sure(e.Confidence, e.Source)
				}
				list = append(list, usable{v, r.Type, e.Extent, basis})
			}
		}
	}
	return list
}

// about returns all blocks about the user, group or app that an object is.
func (w *Index) about(o *Object) []*Object {
	list := []*Object{o}
	if o.IsApp() {
		return list
	}
	for _, key := range o.lookupKeys() {
		for _, other := range w.ByOktaName[key] {
			if !slices.Contains(list, other) {
				list = append(list, other)
			}
		}
	}
	return list
}

// rolesAbout returns the roles that all blocks about an object give.
func (w *Index) rolesAbout(o *Object) (roles []Role) {
	for _, block := range w.about(o) {
		if block.Active() {
			roles = append(roles, w.AllRoles(block)...)
		}
	}
	return roles
}

// classOf returns how somebody comes to act as a principal.
func classOf(o *Object) class {
	switch {
	case o.IsService():
		return serviceApps
	case o.IsApp():
		return signInApps
	case o.Facts.Has(AttrMembers), strings.HasPrefix(o.Person, kinds.Principal(GroupSource, "")):
		return groupsOf
	}
	return persons
}

// targets are principals that are worth acting as: those of one class that hold the same.
type targets struct {
	class       class
	protections []string
	list        []*Object
}

// targetsAmong groups principals.
func (w *Index) targetsAmong(list []*Object) (groups []*targets) {
	byKey := map[string]*targets{}
	for _, o := range list {
		t := targets{class: classOf(o)}
		for _, block := range w.about(o) {
			t.protections = append(t.protections, w.Protections(block)...)
		}
		key := fmt.Sprint(t.class, t.protections)
		if byKey[key] == nil {
			byKey[key] = &t
			groups = append(groups, &t)
		}
		byKey[key].list = append(byKey[key].list, o)
	}
	return groups
}

// first returns the first of the principals on which the way works for somebody; nil if there is
// none.
func (w *Index) first(u usable, t *targets, actor *Object) *Object {
	if u.on != t.class || slices.ContainsFunc(t.protections, func(protections string) bool {
		_, refused := catalog.Protects(protections, u.protectedBy(), u.role)
		return refused
	}) {
		return nil
	}
	for _, o := range t.list {
		if o.Addr != actor.Addr && w.covered(u.extent, o) {
			return o
		}
	}
	return nil
}

// covered reports whether an extent contains the object for certain.
func (w *Index) covered(extent Extent, o *Object) bool {
	if extent == "" {
		return true
	}
	elements := elementsOf([]string{string(extent)})
	return slices.ContainsFunc(w.extentNames(o), func(name string) bool { return slices.Contains(elements, name) })
}

// extentNames returns the names by which extents contain an object.
func (w *Index) extentNames(o *Object) (names []string) {
	if o.IsApp() {
		return []string{o.Addr.String(), "all apps of " + kinds.OIDCClient}
	}
	for _, block := range w.about(o) {
		names = append(names, block.Addr.String())
		for _, g := range w.memberships()[block] {
			names = append(names, "users of "+g.Addr.String())
		}
	}
	return names
}

// memberships returns the groups in which the declared principals are, computed once.
func (w *Index) memberships() map[*Object][]*Object {
	if w.groupsOf == nil {
		w.groupsOf = map[*Object][]*Object{}
		for i := range w.Objects {
			if g := &w.Objects[i]; g.Facts.Has(AttrMembers) {
				for _, member := range g.List(AttrMembers).Refs {
					for _, o := range w.principals(member) {
						w.groupsOf[o] = append(w.groupsOf[o], g)
					}
				}
			}
		}
	}
	return w.groupsOf
}

// signers returns the declared principals with admin roles who may sign in to an app that acts for
// users.
func (w *Index) signers(app *Object) (list []*Object) {
	for _, attribute := range []string{AttrAssignedUsers, AttrAssignedGroups} {
		for _, r := range app.List(attribute).Refs {
			for _, o := range w.principals(r) {
				list = append(list, o)
				if o.Facts.Has(AttrMembers) {
					for _, m := range o.List(AttrMembers).Refs {
						list = append(list, w.principals(m)...)
					}
				}
			}
		}
	}
	return slices.DeleteFunc(list, func(o *Object) bool { return !o.Active() || len(w.rolesAbout(o)) == 0 })
}

// openToAll reports whether everybody in the org may sign in to the app, super admins included.
func openToAll(app *Object) bool {
	return IsTrue(app.Get(AttrImplicitAssignment)) || slices.ContainsFunc(app.List(AttrAssignedGroups).Refs, Ref.everyone)
}
