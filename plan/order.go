package plan

import (
	"slices"

	"github.com/oktaform/oktaform/schema"
)

// order says what must wait for what.
//
// An object is written after those that it refers to, and deleted before
// them. Deletions wait for nothing else: rights that are taken away must not
// stay because something new could not be made. Within one object the org
// package keeps the order that matters for access: surplus goes first, grants
// come last.
func order(p *Plan, declared []schema.Desired) {
	needs := map[string][]schema.Addr{}
	for _, d := range declared {
		needs[d.Addr.String()] = d.DependsOn
	}
	deleted := map[string]*Change{} // by id
	labels := map[string]*Change{}  // by label, where labels are unique
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Action == Delete {
			deleted[c.ID] = c
			if c.Kind.Unique {
				labels[labelKey(c.Kind, text(c.Before.GetAttr(c.Kind.Label)))] = c
			}
		}
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		// Whatever refers to an object that goes is changed, or goes itself, first.
		for _, id := range references(c.Before) {
			if gone := deleted[id]; gone != nil && gone.ID != c.ID && c.Action != NoOp {
				gone.DependsOn = append(gone.DependsOn, c.Addr)
			}
		}
		if c.Action == Delete {
			continue
		}
		c.DependsOn = append(c.DependsOn, needs[c.Addr.String()]...)
		if gone := labels[labelKey(c.Kind, text(c.After.GetAttr(c.Kind.Label)))]; gone != nil && gone.ID != c.ID {
			c.DependsOn = append(c.DependsOn, gone.Addr)
		}
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		slices.SortFunc(c.DependsOn, schema.CompareAddr)
		c.DependsOn = slices.Compact(c.DependsOn)
	}
}
