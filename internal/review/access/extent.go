package access

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
)

// Extent says in words on which objects an operation is allowed; "" is the whole org.
type Extent string

// open is the prefix of an unknown extent, which may be the whole org.
const open Extent = "what "

// limited reports whether the extent is certainly less than the whole org.
func (r Extent) limited() bool { return r != "" && !strings.HasPrefix(string(r), string(open)) }

// extent returns the objects on which a role allows an operation. It reports false if there are
// none.
func (w *Index) extent(r Role, o catalog.Operation) (Extent, bool) {
	if r.Type == "CUSTOM" {
		return w.customRoleExtent(r, o)
	}
	creates := !o.Names() && !o.Reads()
	switch o.Object() {
	case catalog.Groups:
		if targets := r.Groups.names(); len(targets) > 0 {
			return join(targets), !creates
		}
	case catalog.Users:
		if targets := r.Groups.names(); len(targets) > 0 && !slices.ContainsFunc(r.Groups.Refs, Ref.everyone) {
			if at := slices.IndexFunc(r.Groups.Refs, w.MayBeEveryone); at >= 0 {
				return open + Extent(r.Groups.Refs[at].Shown()+" covers, which may be Everyone"), true
			}
			return join(each("users of ", targets)), true // a new user is created in one of the groups
		}
	case catalog.Apps:
		if targets := r.appTargets(); len(targets) > 0 {
			if creates { // an entry of the catalog covers new apps too
				targets = each("all apps of ", r.CatalogApps.Texts)
			}
			return join(targets), len(targets) > 0
		}
	}
	return "", true
}

// customRoleExtent returns the extent of a custom role: the objects in its resource set that have
// the kind of the operation's object. "A user permission needs the users as resource; a group alone
// gives nothing on its users" (Okta's roles API).
func (w *Index) customRoleExtent(r Role, o catalog.Operation) (Extent, bool) {
	kind := o.Object()
	if kind == catalog.Org {
		return "", true
	}
	set := w.Find(r.set)
	if set == nil {
		return open + Extent(r.set.String()+" holds, which isn't declared here"), true
	}
	held := w.HoldingOf(set)
	creates := !o.Names() && !o.Reads()
	elements, all := held.of(kind)
	switch {
	case all:
		return "", true
	case creates && kind == catalog.Users:
		// Users are created in groups: okta.users.create applies to groups.
		groups, everywhere := held.of(catalog.Groups)
		if everywhere {
			return "", true
		}
		elements = slices.Concat(each("new users in ", groups), each("new users in ", held.userGroups))
	case creates:
		elements = nil // only sets of everything contain what does not exist yet
	}
	if len(elements) == 0 {
		if held.Unknown {
			return open + Extent(set.Addr.String()+" will hold, which isn't known yet"), true
		}
		return "", false
	}
	if kind == catalog.Users {
		if at := slices.IndexFunc(groupsOfSet(set), w.MayBeEveryone); at >= 0 {
			return open + Extent(groupsOfSet(set)[at].Shown()+" covers, which may be Everyone"), true
		}
	}
	return Extent(set.Addr.String() + ": " + string(join(elements))), true
}

func join(elements []string) Extent {
	sorted := slices.Clone(elements)
	slices.Sort(sorted)
	return Extent(strings.Join(slices.Compact(sorted), ", "))
}

func each(prefix string, texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = prefix + text
	}
	return out
}
