package review

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// way is an operation that leads to further rights.
type way struct {
	operation string
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

// ways are tried in this order.
var ways = []way{
	{operation: opAssignUserRole, how: "assigns SUPER_ADMIN to a user of its choice", super: true},
	{operation: opGrantScope, how: "grants itself every scope", super: true},
	{operation: opAddMember, on: groupsOf, how: "puts a user of its choice into %s"},
	{operation: opAddKey, on: serviceApps, how: "adds a key to %s and acts as it"},
	{operation: opReplaceClient, on: serviceApps, how: "replaces the keys of %s and acts as it", guard: opAddKey},
	{operation: opUpdateUser, on: persons, how: "sets the password of %s and signs in as that user"},
	{operation: opReplaceApp, on: signInApps, how: "changes the redirect URI and the credentials of %s and acts for those who sign in to it"},
	{operation: opReplaceClient, on: signInApps, how: "changes the redirect URI and the credentials of %s and acts for those who sign in to it"},
	{operation: opAddIDP, how: "adds an identity provider and signs in through it as a super admin",
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
	for _, w := range ways {
		for _, name := range []string{w.operation, w.guard} {
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
	return wayOperations()[v.operation]
}

// usable is a way that a role opens to somebody.
type usable struct {
	*way
	role   string // its type
	extent Extent
	basis  string // why it is not certain
}

// usableBy returns the ways that the roles open, with the scopes; nil scopes mean all.
func (w *versionIndex) usableBy(roles []role, scopes []string, all bool) (list []usable) {
	for i := range ways {
		v := &ways[i]
		o := wayOperations()[v.operation]
		if !all && !catalog.Granted(o, scopes...) {
			continue
		}
		for _, r := range roles {
			if v.super && r.typ != superAdmin {
				continue
			}
			entries, _ := w.roleEntries(r, []catalog.Operation{o})
			for _, e := range entries {
				if v.on == "" && e.Extent.limited() {
					continue
				}
				basis := v.basis
				if e.Confidence.Low() {
					basis = sure(e.Confidence, e.Source)
				}
				list = append(list, usable{v, r.typ, e.Extent, basis})
			}
		}
	}
	return list
}

// about returns all blocks about the user, group or app that an object is.
func (w *versionIndex) about(o *Object) []*Object {
	list := []*Object{o}
	if o.isApp() {
		return list
	}
	for _, key := range o.lookupKeys() {
		for _, other := range w.byOktaName[key] {
			if !slices.Contains(list, other) {
				list = append(list, other)
			}
		}
	}
	return list
}

// rolesAbout returns the roles that all blocks about an object give.
func (w *versionIndex) rolesAbout(o *Object) (roles []role) {
	for _, block := range w.about(o) {
		if block.active() {
			roles = append(roles, w.allRoles(block)...)
		}
	}
	return roles
}

// classOf returns how somebody comes to act as a principal.
func classOf(o *Object) class {
	switch {
	case o.isService():
		return serviceApps
	case o.isApp():
		return signInApps
	case o.facts.has(attrMembers), strings.HasPrefix(o.person, schema.Principal(groupSource, "")):
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
func (w *versionIndex) targetsAmong(list []*Object) (groups []*targets) {
	byKey := map[string]*targets{}
	for _, o := range list {
		t := targets{class: classOf(o)}
		for _, block := range w.about(o) {
			t.protections = append(t.protections, w.protections(block)...)
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
func (w *versionIndex) first(u usable, t *targets, actor *Object) *Object {
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
func (w *versionIndex) covered(extent Extent, o *Object) bool {
	if extent == "" {
		return true
	}
	elements := elementsOf([]string{string(extent)})
	return slices.ContainsFunc(w.extentNames(o), func(name string) bool { return slices.Contains(elements, name) })
}

// extentNames returns the names by which extents contain an object.
func (w *versionIndex) extentNames(o *Object) (names []string) {
	if o.isApp() {
		return []string{o.Addr.String(), "all apps of " + schema.OIDCClient}
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
func (w *versionIndex) memberships() map[*Object][]*Object {
	if w.groupsOf == nil {
		w.groupsOf = map[*Object][]*Object{}
		for i := range w.objects {
			if g := &w.objects[i]; g.facts.has(attrMembers) {
				for _, member := range g.list(attrMembers).refs {
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
func (w *versionIndex) signers(app *Object) (list []*Object) {
	for _, attribute := range []string{attrAssignedUsers, attrAssignedGroups} {
		for _, r := range app.list(attribute).refs {
			for _, o := range w.principals(r) {
				list = append(list, o)
				if o.facts.has(attrMembers) {
					for _, m := range o.list(attrMembers).refs {
						list = append(list, w.principals(m)...)
					}
				}
			}
		}
	}
	return slices.DeleteFunc(list, func(o *Object) bool { return !o.active() || len(w.rolesAbout(o)) == 0 })
}

// openToAll reports whether everybody in the org may sign in to the app, super admins included.
func openToAll(app *Object) bool {
	return isTrue(app.get(attrImplicitAssignment)) || slices.ContainsFunc(app.list(attrAssignedGroups).refs, ref.everyone)
}
