package review

import "slices"

// sharedRules are about custom roles and resource sets themselves: the org may assign them to
// principals that the configuration does not declare.
func sharedRules() []Rule {
	return []Rule{
		{ID: "G45", Title: "A custom role or resource set grows", Severity: Low, Worst: Medium,
			Rationale: "Whoever has the role in the org may do more: others than this configuration declares may have it, too.",
			Source:    "Okta's roles API: custom roles and resource sets are assigned apart", Fix: "Look up who else has it, and make a role or set of its own for what only some need.", gains: grownShares},
	}
}

// grownShares finds custom roles and resource sets that grow without a gain for any declared
// principal. Such gains are reported at the principal.
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
			blank := func(b Blank) bool {
				return b.Via == r.String() && (p.Before == nil || !slices.Contains(p.Before.Blank, b))
			}
			if slices.ContainsFunc(p.gained.list, gained) || slices.ContainsFunc(p.After.Blank, blank) {
				return true
			}
		}
	}
	return false
}
