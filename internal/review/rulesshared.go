package review

import (
	"slices"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
)

// sharedRules are about custom roles and resource sets themselves: the org may assign them to
// principals that the configuration does not declare.
func sharedRules() []Rule {
	return []Rule{
		{ID: "G45", Title: "A custom role or resource set grows", Severity: severity.Low, Worst: severity.Medium,
			Rationale: "Everybody who has the role in the org may do more, including principals that this configuration does not declare.",
			Source:    "Okta's roles API: custom roles and resource sets are assigned separately", Fix: "Look up who else has it, and create a separate role or set for what only some need.", gains: grownShares},
	}
}

// grownShares finds custom roles and resource sets that grow although no declared principal gains
// rights. Gains of declared principals have findings of their own.
func grownShares(x *examined, _ []Finding) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	x.pairs(func(was, is *access.Object) {
		if was == nil {
			return // nobody has it
		}
		if grown := growth[is.Facts]; grown != nil && !x.gainsBy(func(r access.Role) bool { return x.Find(is.Facts.Part(r)) == is }) {
			hits = append(hits, grown(x, was, is)...)
		}
	})
	return hits
}

// growth says for each kind that is part of role assignments how an object gives more than before
// to those who have such an assignment.
var growth = map[*access.Kind]func(x *examined, was, is *access.Object) []hit{
	access.CustomRoleKind:  grownRole,
	access.ResourceSetKind: (*examined).grownSet,
}

// gainsBy reports whether a principal gains something by such a role.
func (x *examined) gainsBy(such func(access.Role) bool) bool {
	for i := range x.review.Principals {
		p := &x.review.Principals[i]
		o := x.ByAddr[p.Addr.String()]
		if o == nil || p.After == nil {
			continue
		}
		for _, r := range x.AllRoles(o) {
			if r.Type != "CUSTOM" || !such(r) {
				continue
			}
			gained := func(e access.Entry) bool { return e.Via == r.String() }
			unlisted := func(b access.UnlistedPermission) bool {
				return b.Via == r.String() && (p.Before == nil || !slices.Contains(p.Before.UnlistedPermissions, b))
			}
			if slices.ContainsFunc(p.gained.List, gained) || slices.ContainsFunc(p.After.UnlistedPermissions, unlisted) {
				return true
			}
		}
	}
	return false
}

func grownRole(_ *examined, was, is *access.Object) []hit {
	before, after := was.List(access.AttrPermissions), is.List(access.AttrPermissions)
	more := access.Without(after.Texts, before.Texts)
	level := severity.None
	for _, permission := range more {
		risk := severity.Medium // if the catalog does not know it
		if operations := permitted(permission); len(operations) > 0 {
			risk = severity.Low
			for _, o := range operations {
				risk = max(risk, min(access.Risk(o), severity.Medium))
			}
		}
		level = max(level, risk)
	}
	if after.Unknown && !before.Unknown {
		more, level = append(more, "permissions that aren't known here"), severity.Medium
	}
	if len(more) == 0 {
		return nil
	}
	h := on(is, access.AttrPermissions, "it gains %s, and so does whoever else in the org has the role", phrase.List(more))
	h[0].severity = level
	return h
}

// permitted returns the operations that a permission allows.
func permitted(permission string) (list []catalog.Operation) {
	for _, o := range catalog.All() {
		if _, allowed := catalog.PermissionPermits(permission, o); allowed {
			list = append(list, o)
		}
	}
	return list
}

func (x *examined) grownSet(was, is *access.Object) []hit {
	before, after := x.before.HoldingOf(was), x.HoldingOf(is)
	var more []string
	level := severity.Low
	for kind, all := range after.All {
		if all && !before.All[kind] {
			more, level = append(more, "all "+kind), severity.Medium
		}
	}
	for kind, elements := range after.Elements {
		if !before.All[kind] {
			more = append(more, access.Without(elements, before.Elements[kind])...)
		}
	}
	if after.Unknown && !before.Unknown {
		more, level = append(more, "what isn't known here"), severity.Medium
	}
	if len(more) == 0 {
		return nil
	}
	slices.Sort(more)
	if rest := len(more) - 3; rest > 1 {
		more = append(more[:3], phrase.Count(rest, "other"))
	}
	h := on(is, "", "it holds %s now, for whoever else in the org has a role on it", phrase.List(more))
	h[0].severity = level
	return h
}
