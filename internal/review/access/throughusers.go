package access

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
)

// ThroughUsers is the extent of an app that acts for users.
const ThroughUsers Extent = "as far as the user who signs in may"

// WhoMayUse begins a reason in Access.Unknown that is about who signs in, not about rights.
const WhoMayUse = "who may use it"

// asUsers adds what an app may do for the users who sign in: what its scopes allow at most, limited
// by each user's own rights.
func (w *Index) asUsers(a *Access, o *Object) {
	for _, operation := range w.Granted(a.Scopes) {
		if !strings.Contains(operation.Scopes[0], ".") {
			continue // openid and other scopes about the user themselves
		}
		a.Entries = append(a.Entries, Entry{operation, ThroughUsers, string(SignedIn), "Okta guides: a token for a user is limited to the user's own rights", catalog.Documented})
	}
	a.Entries = merge(a.Entries)
	users, groups := o.List(AttrAssignedUsers), o.List(AttrAssignedGroups)
	a.Open = users.null || groups.null || users.Unknown || groups.Unknown || IsTrue(o.Get(AttrImplicitAssignment)) || len(o.Released) > 0
	other := func(who string) { a.Open, a.NamedOthers = true, append(a.NamedOthers, who) }
	unknown := func(who string) {
		if a.Open = true; len(a.Entries) > 0 {
			a.Unknown = append(a.Unknown, WhoMayUse+": "+who+" aren't known here")
		}
	}
	if users.Unknown {
		unknown(AttrAssignedUsers)
	}
	if groups.Unknown {
		unknown(AttrAssignedGroups)
	}
	for _, r := range append(users.Refs, groups.Refs...) {
		w.mayUse(a, r, other)
		for _, group := range w.principals(r) {
			if !group.Facts.Has(AttrMembers) {
				continue
			}
			members := group.List(AttrMembers)
			if members.null || slices.Contains(group.Released, AttrMembers) {
				other("members of " + group.Addr.String() + " that aren't declared")
			}
			if members.Unknown {
				unknown("members of " + group.Addr.String())
			}
			for _, m := range members.Refs {
				w.mayUse(a, m, other)
			}
		}
	}
	for _, list := range []*[]string{&a.Admins, &a.NamedOthers} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

// mayUse adds a principal who may sign in to an app.
func (w *Index) mayUse(a *Access, r Ref, other func(string)) {
	principals := w.principals(r)
	if len(principals) == 0 {
		other(r.Shown())
	}
	for _, o := range principals {
		a.Admins = append(a.Admins, w.admin(o)...)
	}
}

// admin names a principal with its roles, if it has any.
func (w *Index) admin(o *Object) []string {
	if o == nil || !o.Active() {
		return nil
	}
	roles := w.AllRoles(o)
	if len(roles) == 0 {
		return nil
	}
	var names []string
	for _, r := range roles {
		names = append(names, r.String())
	}
	return []string{o.Addr.String() + " (" + strings.Join(names, "; ") + ")"}
}

// Through returns what the user may do through the app: what both the scopes and the user's roles
// allow, and what every user may do to themselves.
func (w *Index) Through(app, user *Object) []Entry {
	a := &Access{}
	operations := w.Granted(app.List(AttrOktaAPIScopes).Texts)
	w.asRoles(a, w.AllRoles(user), operations)
	for _, o := range operations {
		if basis, may := catalog.OneselfPermits(o); may {
			a.Entries = append(a.Entries, Entry{o, Extent(user.Addr.String()), "being the user", basis.Source, basis.Confidence})
		}
	}
	return merge(a.Entries)
}
