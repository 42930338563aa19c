package plan

import (
	"slices"

	"github.com/oktaform/oktaform/schema"
)

// order says what must wait for what.
//
// An object is written after those that it refers to, and after another one
// has given up the name that it takes. An object is deleted after those that
// refer to it have let go of it. Deletions wait for nothing else: rights that
// are taken away must not stay because something new could not be made. Within
// one object the org package keeps the order that matters for access: surplus
// goes first, grants come last.
//
// These wishes can go in a circle: a group whose address was renamed is
// deleted so that the new one can have its name; the new one has to be there
// before an app can be assigned to it; and the app lets go of the old one only
// then. So the wishes are taken up in that order, and one that would close a
// circle is left out. The configuration's references never go in a circle.
func order(p *Plan, declared []schema.Desired) {
	g := newGraph(p)
	for _, d := range declared {
		c := g.byAddr[d.Addr.String()]
		for _, addr := range d.DependsOn {
			if before := g.byAddr[addr.String()]; c != nil && before != nil {
				g.waits[c] = append(g.waits[c], before) // never in a circle
			}
		}
	}
	labels := freed(p)
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Action != Delete && c.Kind.Unique {
			if before := labels[labelKey(c.Kind, text(c.After.GetAttr(c.Kind.Label)))]; before != nil {
				g.wait(c, before)
			}
		}
	}
	deleted := map[string]*Change{} // by id
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Action == Delete {
			deleted[c.ID] = c
		}
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		for _, id := range references(c.Before) {
			if gone := deleted[id]; gone != nil && c.Action != NoOp {
				g.wait(gone, c)
			}
		}
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		for _, before := range g.waits[c] {
			c.DependsOn = append(c.DependsOn, before.Addr)
		}
		slices.SortFunc(c.DependsOn, schema.CompareAddr)
		c.DependsOn = slices.Compact(c.DependsOn)
	}
}

// freed finds the changes after which a name that must be unique is free.
func freed(p *Plan) map[string]*Change {
	labels := map[string]*Change{}
	for i := range p.Changes {
		c := &p.Changes[i]
		if !c.Kind.Unique || c.Prior == nil {
			continue
		}
		before := labelKey(c.Kind, text(c.Before.GetAttr(c.Kind.Label)))
		if c.Action == Delete || before != labelKey(c.Kind, text(c.After.GetAttr(c.Kind.Label))) {
			labels[before] = c
		}
	}
	return labels
}

// graph holds what waits for what.
type graph struct {
	byAddr map[string]*Change // declared objects
	waits  map[*Change][]*Change
}

func newGraph(p *Plan) *graph {
	g := &graph{byAddr: map[string]*Change{}, waits: map[*Change][]*Change{}}
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Action != Delete {
			g.byAddr[c.Addr.String()] = c
		}
	}
	return g
}

// wait makes c wait for before, unless before waits for c.
func (g *graph) wait(c, before *Change) {
	if !g.reaches(before, c, map[*Change]bool{}) {
		g.waits[c] = append(g.waits[c], before)
	}
}

// reaches reports whether from is to, or waits for it in one or more steps.
func (g *graph) reaches(from, to *Change, seen map[*Change]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	return slices.ContainsFunc(g.waits[from], func(c *Change) bool { return g.reaches(c, to, seen) })
}
