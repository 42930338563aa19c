package review

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

var resourceSetKind = &kind{
	name: "resource_set", source: "resource_set", names: byLabel,
	part: func(r role) ref { return r.set },
	attributes: []attribute{
		harmless("label", "a name that people see; the set keeps its id and resources"),
		harmless("description", "a text that people see"),
		right("groups"),
		right("users_of"),
		right("users"),
		right("apps"),
		right("all"),
		right("all_apps_of"),
		right("resources"),
	},
}

// Holding is the contents of a resource set.
type Holding struct {
	elements   map[string][]string // by kind of object, in words
	all        map[string]bool
	userGroups []string // groups whose users are in the set
	unknown    bool
}

func (h Holding) of(kind string) (elements []string, all bool) { return h.elements[kind], h.all[kind] }

func (w *versionIndex) holdingOf(set *Object) Holding {
	h := Holding{elements: map[string][]string{}, all: map[string]bool{}}
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

// addORN adds a resource by its name: orn:{partition}:{service}:{org}:{type}, then an id; for apps,
// the app's type comes first.
func (h *Holding) addORN(orn string) {
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

// usersOf returns the id of the group whose users a resource name, split into parts, is about.
func usersOf(parts []string) (id string, found bool) {
	if len(parts) != 7 || parts[4] != catalog.Groups || parts[6] != "contained_resources" {
		return "", false
	}
	return parts[5], true
}

// groupsOfSet returns the groups whose users a set contains.
func groupsOfSet(set *Object) []ref {
	groups := slices.Clone(set.list("users_of").refs)
	for _, orn := range set.list("resources").texts {
		if id, found := usersOf(strings.Split(orn, ":")); found {
			groups = append(groups, ref{id: id})
		}
	}
	return groups
}

// setCoversApps reports whether a resource set contains all OIDC apps.
func setCoversApps(set *Object) bool {
	return set.list("all_apps_of").has(schema.OIDCClient) || slices.ContainsFunc(set.list("resources").texts, allOIDC)
}

// allOIDC reports whether a resource name means all OIDC apps.
func allOIDC(orn string) bool {
	parts := strings.Split(orn, ":")
	return len(parts) == 6 && parts[4] == catalog.Apps && parts[5] == schema.OIDCClient
}

// coversApps reports whether a role is limited to the catalog entry that every declared app belongs
// to.
func (w *versionIndex) coversApps(r role) bool {
	if r.typ != "CUSTOM" {
		return r.catalogApps.has(schema.OIDCClient)
	}
	set := w.find(r.set)
	return set != nil && setCoversApps(set)
}

// groupsOfUsers returns the groups on whose users a role may act.
func (w *versionIndex) groupsOfUsers(r role) []ref {
	if r.typ != "CUSTOM" {
		return r.groups.refs
	}
	set := w.find(r.set)
	if set == nil {
		return nil
	}
	return groupsOfSet(set)
}
