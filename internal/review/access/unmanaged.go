package access

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review/phrase"
)

// This file finds rights that the org decides: elements of additive sets, and sets whose changes
// are ignored. No file names them, so whoever is let in on them may gain anything.

// Unmanaged are rights of an object that the org decides.
type Unmanaged struct{ Addr, Sets string }

// String describes the rights.
func (u Unmanaged) String() string { return "what the org holds of " + u.Sets + " of " + u.Addr }

// Unmanaged returns which of the object's sets of rights may hold more in the org than is declared.
func (o *Object) Unmanaged(sets ...string) []Unmanaged {
	sets = slices.DeleteFunc(sets, func(set string) bool {
		return !o.Facts.Has(set) || !slices.Contains(o.Additive, set) && !o.Lifecycle.Ignores(set)
	})
	if len(sets) == 0 {
		return nil
	}
	return []Unmanaged{{o.Addr.String(), phrase.List(sets)}}
}

// UnmanagedRights returns the rights of an object that the org decides, without the members of a
// group.
func (o *Object) UnmanagedRights() []Unmanaged {
	var sets []string
	for _, a := range o.Facts.Attributes {
		if a.Meaning == MeansRights && !a.Released {
			sets = append(sets, a.Name)
		}
	}
	return o.Unmanaged(sets...)
}

// UnmanagedRoles returns the rights that the org decides among a principal's roles: its own, those
// of its groups, and what custom roles and their resource sets hold.
func (w *Index) UnmanagedRoles(o *Object) []Unmanaged {
	list := o.Unmanaged(BlockAdminRole)
	for _, g := range w.groups[o.Addr.String()] {
		list = append(list, g.Unmanaged(BlockAdminRole)...)
	}
	for _, r := range w.AllRoles(o) {
		for _, part := range []*Object{w.Find(r.Role), w.Find(r.set)} {
			if r.Type == "CUSTOM" && part != nil {
				list = append(list, part.UnmanagedRights()...)
			}
		}
	}
	return list
}

// RolesUnjudged says in words why nobody can tell what all roles of a principal allow; nil if
// somebody can.
func (w *Index) RolesUnjudged(o *Object) (reasons []string) {
	if _, known := o.Blocks(BlockAdminRole); !known {
		reasons = append(reasons, "admin roles aren't known yet")
	}
	for _, r := range w.AllRoles(o) {
		if _, unknown := w.RoleEntries(r, nil); unknown != "" {
			reasons = append(reasons, unknown)
		}
	}
	for _, u := range w.UnmanagedRoles(o) {
		reasons = append(reasons, u.String())
	}
	return reasons
}

// Unjudged reports whether nobody can tell what all rights of a principal are.
func (w *Index) Unjudged(o *Object) bool {
	rights := func(why string) bool { return !strings.HasPrefix(why, WhoMayUse) }
	return w.unmanages(o) || slices.ContainsFunc(w.Of(o).Unknown, rights)
}

// unmanages reports whether the org decides rights of a principal.
func (w *Index) unmanages(o *Object) bool {
	return len(o.Unmanaged(AttrOktaAPIScopes)) > 0 || len(w.UnmanagedRoles(o)) > 0
}
