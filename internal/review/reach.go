package review

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
)

// Reach says on what an operation is allowed, in words; "" is the whole org.
type Reach string

// open begins a reach that may be the whole org, since nobody knows it here.
const open Reach = "what "

// limited reports whether the reach is surely less than the whole org.
func (r Reach) limited() bool { return r != "" && !strings.HasPrefix(string(r), string(open)) }

// reach says on what a role allows an operation that it allows at all; false
// where that is on nothing.
func (w *world) reach(r role, o catalog.Operation) (Reach, bool) {
	if r.typ == "CUSTOM" {
		return w.setReach(r, o)
	}
	creates := !o.Names() && !o.Reads()
	switch o.Object() {
	case catalog.Groups:
		if targets := r.groups.names(); len(targets) > 0 {
			return join(targets), !creates
		}
	case catalog.Users:
		if targets := r.groups.names(); len(targets) > 0 && !slices.ContainsFunc(r.groups.refs, ref.everyone) {
			return join(each("users of ", targets)), true // a new user is made in one of the groups
		}
	case catalog.Apps:
		if targets := r.appTargets(); len(targets) > 0 {
			if creates { // an entry of the catalog stands for new apps, too
				targets = each("all apps of ", r.catalogApps.texts)
			}
			return join(targets), len(targets) > 0
		}
	}
	return "", true
}

// setReach is the reach of a custom role: what its resource set holds of the
// kind that the operation is about. "A user permission needs the users as
// resource; a group alone gives nothing on its users" (Okta's roles API).
func (w *world) setReach(r role, o catalog.Operation) (Reach, bool) {
	kind := o.Object()
	if kind == catalog.Org {
		return "", true
	}
	set := w.find(r.set)
	if set == nil {
		return open + Reach(r.set.String()+" holds, which isn't declared here"), true
	}
	held := w.holdingOf(set)
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
		elements = nil // what doesn't exist yet is in no set but those of everything
	}
	if len(elements) == 0 {
		if held.unknown {
			return open + Reach(set.Addr.String()+" will hold, which isn't known yet"), true
		}
		return "", false
	}
	return Reach(set.Addr.String() + ": " + string(join(elements))), true
}

// holding is what a resource set holds.
type holding struct {
	elements   map[string][]string // by kind of object, in words
	all        map[string]bool
	userGroups []string // groups whose users are in the set
	unknown    bool
}

func (h holding) of(kind string) (elements []string, all bool) { return h.elements[kind], h.all[kind] }

func (w *world) holdingOf(set *Object) holding {
	h := holding{elements: map[string][]string{}, all: map[string]bool{}}
	add := func(kind, attr, words string) {
		l := set.list(attr)
		h.unknown = h.unknown || l.unknown
		h.elements[kind] = append(h.elements[kind], each(words, append(l.names(), l.texts...))...)
	}
	add(catalog.Groups, "groups", "")
	add(catalog.Users, "users_of", "users of ")
	add(catalog.Users, "users", "")
	add(catalog.Apps, "apps", "")
	h.userGroups = set.list("users_of").names()
	h.all[catalog.Users] = slices.ContainsFunc(set.list("users_of").refs, ref.everyone)
	all := set.list("all")
	for _, kind := range all.texts {
		h.all[kind] = true
	}
	add(catalog.Apps, "all_apps_of", "all apps of ")
	resources := set.list("resources")
	h.unknown = h.unknown || all.unknown || resources.unknown
	for _, orn := range resources.texts {
		h.addORN(orn)
	}
	return h
}

// addORN adds a resource by its name: orn:{partition}:{service}:{org}:{type},
// then the id of one, or for apps the app's type first.
func (h *holding) addORN(orn string) {
	parts := strings.Split(orn, ":")
	if len(parts) < 5 {
		return
	}
	kind, rest := parts[4], parts[5:]
	group, users := usersOf(parts)
	switch {
	case len(rest) == 0:
		h.all[kind] = true
	case users:
		h.elements[catalog.Users] = append(h.elements[catalog.Users], "users of group "+group)
		h.userGroups = append(h.userGroups, "group "+group)
	default:
		h.elements[kind] = append(h.elements[kind], strings.Join(rest, ":"))
	}
}

// usersOf is the id of the group whose users a resource name, in its parts, is about.
func usersOf(parts []string) (id string, found bool) {
	if len(parts) != 7 || parts[4] != catalog.Groups || parts[6] != "contained_resources" {
		return "", false
	}
	return parts[5], true
}

func join(elements []string) Reach {
	sorted := slices.Clone(elements)
	slices.Sort(sorted)
	return Reach(strings.Join(slices.Compact(sorted), ", "))
}

func each(prefix string, texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = prefix + text
	}
	return out
}
