package access

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/schema"
)

// Entry is one operation that a principal may call.
type Entry struct {
	Operation  catalog.Operation
	Extent     Extent
	Via        string // the role, in words; for apps that act for users, who signs in
	Source     string
	Confidence catalog.Confidence
}

// Actor says as whom a principal acts.
type Actor string

const (
	Itself   Actor = "itself"            // a service app
	Admin    Actor = "admin"             // a user, or the members of a group: by API token, in the console, or through an app within its scopes
	SignedIn Actor = "user who signs in" // an app that acts for users
	Nobody   Actor = "nobody"            // an inactive object
)

// Access is the effective access of a principal in one version.
type Access struct {
	Actor  Actor
	Scopes []string
	Roles  []string
	// Entries are sorted by operation and extent. For an app that acts for users they are the
	// maximum that its scopes allow: each user's own rights limit them further.
	Entries []Entry
	// Admins are the declared principals with admin roles who may sign in to an app that acts for
	// users. Open means that others may sign in too, whose rights are unknown. NamedOthers are
	// those of the others that the configuration names.
	Admins      []string
	Open        bool
	NamedOthers []string
	// OwnAccount are the granted scopes that concern only the account of the user who signs in.
	OwnAccount []string
	// IdleScopes are granted, but no role allows their use; IdleRoles are assigned, but no scope or
	// resource allows their use.
	IdleScopes []string
	IdleRoles  []Idle
	// UnlistedPermissions are permissions of custom roles for which the catalog lists no operation;
	// they are rights nevertheless.
	UnlistedPermissions []UnlistedPermission
	// Unknown says in words what could not be judged.
	Unknown []string

	set *EntrySet // of Entries
}

// Idle is a role without effect, and why.
type Idle struct{ Role, Why string }

// UnlistedPermission is a permission, and the role that it comes with, in words.
type UnlistedPermission struct{ Permission, Via string }

// FirstEntry returns the first entry, which identifies shared entries; nil if there is none.
func (a *Access) FirstEntry() *Entry {
	if a == nil || len(a.Entries) == 0 {
		return nil
	}
	return &a.Entries[0]
}

// Of returns the access of a principal. It is computed once.
func (w *Index) Of(o *Object) *Access {
	addr := o.Addr.String()
	if a := w.access[addr]; a != nil {
		return a
	}
	a := w.compute(o)
	w.access[addr] = a
	return a
}

func (w *Index) compute(o *Object) *Access {
	scopes := o.List(AttrOktaAPIScopes)
	a := &Access{Scopes: slices.Sorted(slices.Values(scopes.Texts))}
	for _, r := range w.AllRoles(o) {
		a.Roles = append(a.Roles, r.String())
	}
	if scopes.Unknown {
		a.Unknown = append(a.Unknown, "okta_api_scopes holds values that aren't known yet")
	}
	for _, scope := range a.Scopes {
		switch {
		case !catalog.KnownScope(scope):
			a.Unknown = append(a.Unknown, fmt.Sprintf("what the scope %s allows: the catalog of this version doesn't know it", scope))
		case strings.Contains(scope, ".") && !catalog.OwnAccount(scope) && len(w.Granted([]string{scope})) == 0:
			a.Unknown = append(a.Unknown, fmt.Sprintf("what the scope %s allows: the catalog lists no operation for it", scope))
		}
	}
	if _, known := o.Blocks(BlockAdminRole); !known {
		a.Unknown = append(a.Unknown, "admin roles aren't known yet")
	}
	if o.Kind.Mark == schema.MarkNone && o.Person == "" && !o.Get(o.Kind.Label).IsKnown() && len(a.Roles) > 0 {
		a.Unknown = append(a.Unknown, "who it is: "+o.Kind.Label+" isn't known here, and gets "+phrase.List(a.Roles))
	}
	switch {
	case !o.Active():
		a.Actor = Nobody
	case o.Facts.acts == Itself:
		a.Actor = Itself
		operations := w.Granted(a.Scopes)
		w.asRoles(a, w.AllRoles(o), operations)
		w.idle(a, o, operations)
	case o.Facts.acts == SignedIn:
		a.Actor = SignedIn
		w.asUsers(a, o)
		a.OwnAccount = OwnAccount(a.Scopes)
	default:
		a.Actor = Admin
		w.asRoles(a, w.AllRoles(o), catalog.All())
	}
	return a
}

// OwnAccount returns the scopes that concern the account of the user who signs in.
func OwnAccount(scopes []string) (own []string) {
	for _, scope := range scopes {
		if catalog.OwnAccount(scope) {
			own = append(own, scope)
		}
	}
	return own
}

// Granted returns the operations for which the scopes suffice. Many apps have the same scopes, so
// the results are kept.
func (w *Index) Granted(scopes []string) []catalog.Operation {
	if len(scopes) == 0 {
		return nil
	}
	key := strings.Join(scopes, " ")
	list, known := w.scopes[key]
	if known {
		return list
	}
	for _, o := range catalog.All() {
		if catalog.Granted(o, scopes...) {
			list = append(list, o)
		}
	}
	list = slices.Clip(list)
	w.scopes[key] = list
	return list
}

// asRoles adds those of the operations that the roles allow.
func (w *Index) asRoles(a *Access, roles []Role, operations []catalog.Operation) {
	key := a.shareable(roles)
	if set := w.entries[key]; set != nil && key != "" {
		a.set, a.Entries = set, set.List
		return
	}
	var entries []Entry
	for _, r := range roles {
		given, unknown := w.RoleEntries(r, operations)
		entries = append(entries, given...)
		a.UnlistedPermissions = append(a.UnlistedPermissions, w.unlistedPermissions(r)...)
		if unknown != "" {
			a.Unknown = append(a.Unknown, unknown)
		}
	}
	a.Entries = merge(entries)
	if key != "" && len(a.Unknown) == 0 {
		a.set = &EntrySet{List: a.Entries}
		w.entries[key] = a.set
	}
}

// shareable returns a key for accesses with equal entries: actor, scopes, and standard roles over
// the whole org. "" means that the entries cannot be shared.
func (a *Access) shareable(roles []Role) string {
	key := string(a.Actor) + " " + strings.Join(a.Scopes, " ")
	for _, r := range roles {
		if r.Type == "CUSTOM" || !r.Unlimited() || r.Through != nil {
			return ""
		}
		key += "|" + r.Type
	}
	return key
}

// unlistedPermissions returns the permissions of a custom role that the catalog knows without
// operations.
func (w *Index) unlistedPermissions(r Role) (list []UnlistedPermission) {
	if custom := w.Find(r.Role); r.Type == "CUSTOM" && custom != nil {
		for _, permission := range custom.List(AttrPermissions).Texts {
			if catalog.WithoutOperations(permission) {
				list = append(list, UnlistedPermission{permission, r.String()})
			}
		}
	}
	return list
}

// RoleEntries returns the entries that one role allows among the operations.
func (w *Index) RoleEntries(r Role, operations []catalog.Operation) (entries []Entry, unknown string) {
	holders := []string{r.Type}
	if r.Type == "CUSTOM" {
		custom := w.Find(r.Role)
		if custom == nil {
			return nil, fmt.Sprintf("what %s allows: the role isn't declared here", r)
		}
		permissions := custom.List(AttrPermissions)
		if holders = permissions.Texts; permissions.Unknown {
			unknown = fmt.Sprintf("some permissions of %s", r.Role)
		}
	}
	for _, o := range operations {
		basis, allowed := surest(holders, o)
		if !allowed {
			continue
		}
		if reach, anything := w.extent(r, o); anything {
			entries = append(entries, Entry{o, reach, r.String(), basis.Source, basis.Confidence})
		}
	}
	for _, holder := range holders {
		if !catalog.KnownHolder(holder) {
			unknown = fmt.Sprintf("what %s allows: the catalog of this version doesn't know it", holder)
		}
	}
	return entries, unknown
}

// surest returns the most certain basis on which one of the roles or permissions allows the
// operation.
func surest(holders []string, o catalog.Operation) (best catalog.Basis, allowed bool) {
	for _, holder := range holders {
		if basis, found := catalog.PermissionPermits(holder, o); found && (!allowed || best.Confidence.Low() && !basis.Confidence.Low()) {
			best, allowed = basis, true
		}
	}
	return best, allowed
}

// merge sorts the entries and removes those that another one covers: if an operation is allowed on
// the whole org, narrower extents are removed.
func merge(entries []Entry) []Entry {
	slices.SortStableFunc(entries, func(x, y Entry) int {
		return cmp.Or(catalog.Compare(x.Operation, y.Operation), strings.Compare(string(x.Extent), string(y.Extent)), rank(x.Confidence)-rank(y.Confidence))
	})
	var out []Entry
	for _, e := range entries {
		if len(out) > 0 {
			last := &out[len(out)-1]
			if last.Operation.String() == e.Operation.String() && (last.Extent == "" || last.Extent == e.Extent) {
				continue
			}
		}
		out = append(out, e)
	}
	return out
}

func rank(c catalog.Confidence) int {
	return slices.Index([]catalog.Confidence{catalog.Documented, catalog.Inferred, catalog.Disputed}, c)
}

// CountOperations returns the number of operations that list the scope; for a .manage scope only
// those that change something, without the reads that it includes.
func (w *Index) CountOperations(scope string) (n int) {
	for _, o := range w.Granted([]string{scope}) {
		if slices.Contains(o.Scopes, scope) {
			n++
		}
	}
	return n
}

// idle finds the scopes that no role makes usable, and the roles that no scope makes usable.
// granted are the operations for which the scopes suffice.
func (w *Index) idle(a *Access, o *Object, granted []catalog.Operation) {
	a.IdleScopes = OwnAccount(a.Scopes)
	if len(a.Unknown) > 0 || w.unmanages(o) {
		return // unknown scopes or roles may use them
	}
	for _, scope := range a.Scopes {
		used := func(e Entry) bool { return slices.Contains(e.Operation.Scopes, scope) }
		if w.CountOperations(scope) > 0 && strings.Contains(scope, ".") && !slices.ContainsFunc(a.Entries, used) {
			a.IdleScopes = append(a.IdleScopes, scope)
		}
	}
	for _, r := range RolesOf(o) {
		if slices.ContainsFunc(a.Entries, func(e Entry) bool { return e.Via == r.String() }) {
			continue
		}
		if entries, _ := w.RoleEntries(r, granted); len(entries) > 0 {
			continue // another role allows the same
		}
		why := "no granted scope is one that it could use"
		if everything, _ := w.RoleEntries(r, catalog.All()); len(everything) == 0 {
			why = "it allows no operation of the API that has a scope"
			if r.Type == "CUSTOM" {
				why = "its permissions don't apply to anything in the resource set"
			}
		}
		a.IdleRoles = append(a.IdleRoles, Idle{r.String(), why})
	}
}

// SuperAdmin is the type of the admin role with every right.
const SuperAdmin = "SUPER_ADMIN"

// IsSuperAdmin reports whether the access comes with the role SUPER_ADMIN.
func (a *Access) IsSuperAdmin() bool {
	return a != nil && a.Actor != Nobody && slices.ContainsFunc(a.Roles, GivesSuperAdmin)
}

// GivesSuperAdmin reports whether a role, in words, is SUPER_ADMIN.
func GivesSuperAdmin(role string) bool {
	return role == SuperAdmin || strings.HasPrefix(role, SuperAdmin+", ")
}
