package access

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema/kinds"
)

// ResourceSetKind: a resource set names the objects that custom roles on it cover.
var ResourceSetKind = &Kind{
	name: "resource_set", Source: "resource_set", names: byLabel,
	Part: func(r Role) Ref { return r.set },
	Attributes: []Attribute{
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
	Elements   map[string][]string // by kind of object, in words
	All        map[string]bool
	userGroups []string // groups whose users are in the set
	Unknown    bool
}

func (h Holding) of(kind string) (elements []string, all bool) { return h.Elements[kind], h.All[kind] }

// HoldingOf returns the contents of a resource set.
func (w *Index) HoldingOf(set *Object) Holding {
	h := Holding{Elements: map[string][]string{}, All: map[string]bool{}}
	add := func(kind, attr, words string) {
		l := set.List(attr)
		h.Unknown = h.Unknown || l.Unknown
		h.Elements[kind] = append(h.Elements[kind], each(words, append(l.names(), l.Texts...))...)
	}
	add(catalog.Groups, "groups", "")
	add(catalog.Users, "users_of", "users of ")
	add(catalog.Users, "users", "")
	add(catalog.Apps, "apps", "")
	h.userGroups = set.List("users_of").names()
	h.All[catalog.Users] = slices.ContainsFunc(set.List("users_of").Refs, Ref.everyone)
	all := set.List("all")
	for _, kind := range all.Texts {
		h.All[kind] = true
	}
	add(catalog.Apps, "all_apps_of", "all apps of ")
	resources := set.List("resources")
	h.Unknown = h.Unknown || all.Unknown || resources.Unknown
	for _, orn := range resources.Texts {
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
		h.All[kind] = true
	case users:
		h.Elements[catalog.Users] = append(h.Elements[catalog.Users], "users of group "+group)
		h.userGroups = append(h.userGroups, "group "+group)
	default:
		h.Elements[kind] = append(h.Elements[kind], strings.Join(rest, ":"))
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
func groupsOfSet(set *Object) []Ref {
	groups := slices.Clone(set.List("users_of").Refs)
	for _, orn := range set.List("resources").Texts {
		if id, found := usersOf(strings.Split(orn, ":")); found {
			groups = append(groups, Ref{ID: id})
		}
	}
	return groups
}

// setCoversApps reports whether a resource set contains all OIDC apps.
func setCoversApps(set *Object) bool {
	return set.List("all_apps_of").Has(kinds.OIDCClient) || slices.ContainsFunc(set.List("resources").Texts, allOIDC)
}

// allOIDC reports whether a resource name means all OIDC apps.
func allOIDC(orn string) bool {
	parts := strings.Split(orn, ":")
	return len(parts) == 6 && parts[4] == catalog.Apps && parts[5] == kinds.OIDCClient
}

// CoversApps reports whether a role is limited to the catalog entry that every declared app belongs
// to.
func (w *Index) CoversApps(r Role) bool {
	if r.Type != "CUSTOM" {
		return r.CatalogApps.Has(kinds.OIDCClient)
	}
	set := w.Find(r.set)
	return set != nil && setCoversApps(set)
}

// GroupsOfUsers returns the groups on whose users a role may act.
func (w *Index) GroupsOfUsers(r Role) []Ref {
	if r.Type != "CUSTOM" {
		return r.Groups.Refs
	}
	set := w.Find(r.set)
	if set == nil {
		return nil
	}
	return groupsOfSet(set)
}
