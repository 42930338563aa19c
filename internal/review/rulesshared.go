package review

import "slices"

// sharedRules are about custom roles and resource sets themselves: the org may assign them to
// principals that the configuration does not declare.
func sharedRules() []Rule {
	return []Rule{
		{ID: "G45", Title: "A custom role or resource set grows", Severity: Low, Worst: Medium,
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
	x.pairs(func(was, is *Object) {
		if was == nil {
			return // nobody has it
		}
		if is.kind.grown != nil && !x.gainsBy(func(r role) bool { return x.find(is.kind.part(r)) == is }) {
			hits = append(hits, is.kind.grown(x, was, is)...)
		}
	})
	return hits
}

// gainsBy reports whether a principal gains something by such a role.
func (x *examined) gainsBy(such func(role) bool) bool {
	for i := range x.review.Principals {
		p := &x.review.Principals[i]
		o := x.byAddr[p.Addr.String()]
		if o == nil || p.After == nil {
			continue
		}
		for _, r := range x.allRoles(o) {
			if r.typ != "CUSTOM" || !such(r) {
				continue
			}
			gained := func(e Entry) bool { return e.Via == r.String() }
			unlisted := func(b UnlistedPermission) bool {
				return b.Via == r.String() && (p.Before == nil || !slices.Contains(p.Before.UnlistedPermissions, b))
			}
			if slices.ContainsFunc(p.gained.list, gained) || slices.ContainsFunc(p.After.UnlistedPermissions, unlisted) {
				return true
			}
		}
	}
	return false
}
