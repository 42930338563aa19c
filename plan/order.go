package plan

import (
	"slices"

	"github.com/oktaform/oktaform/schema"
)

// order sets which change waits for which.
//
// An object is written after those that it refers to, and deleted after its last dependent: a
// dependent gets its new target before the old one is deleted. A dependent that is removed only
// after the smoke tests (a replaced role, the old object of a replacement) defers the deletion
// until then, too (AfterTests). Deletions wait for nothing else: removed rights must not stay
// because something new could not be created. Within one object, package org keeps the order that
// matters for access: surplus rights are removed first, grants are added last.
//
// An object that takes a unique name is written after the one that gives it up. This is not always
// possible: two groups may swap their names; or the group that has the name is deleted only after
// an app no longer refers to it, which in turn waits for the new group. Then the object that has
// the name is renamed temporarily first (TemporaryRenames). References in a configuration are never
// circular.
func order(p *Plan, declared []schema.Desired) {
	g := newGraph(p)
	for _, d := range declared {
		c := g.byAddr[d.Addr.String()]
		for _, addr := range d.DependsOn {
			if before := g.byAddr[addr.String()]; c != nil && before != nil {
				g.waits[c] = append(g.waits[c], before) // never circular
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
		if c.Action == NoOp || len(deleted) == 0 {
			continue
		}
		refers := append(references(c.Kind, c.Before), mentions(c.Kind, c.Before)...)
		if c.TakesBack != nil {
			refers = append(refers, references(c.Kind, c.TakesBack.Value)...)
		}
		for _, id := range refers {
			if gone := deleted[id]; gone != nil && g.wait(gone, c) && c.keeps(id) && !p.Destroy {
				gone.AfterTests = true
			}
		}
	}
	g.afterTests(p) // before names, because an earlier use of a name takes precedence
	g.names(p)
	g.afterTests(p)
	for i := range p.Changes {
		c := &p.Changes[i]
		for _, before := range g.waits[c] {
			c.DependsOn = append(c.DependsOn, before.Addr)
		}
		slices.SortFunc(c.DependsOn, schema.CompareAddr)
		c.DependsOn = slices.Compact(c.DependsOn)
	}
}

// mentions returns the ids of other objects that a value contains as strings.
func mentions(k *schema.Kind, value schema.Value) (ids []string) {
	if value.IsNull() {
		return nil
	}
	for i := range k.Attrs {
		if a := &k.Attrs[i]; a.HoldsIDs() {
			for _, v := range listed(value, a.Name) {
				ids = append(ids, schema.Text(v))
			}
		}
	}
	return ids
}

// afterTests sets AfterTests on the changes that wait for one that has it.
func (g *graph) afterTests(p *Plan) {
	for more := true; more; {
		more = false
		for i := range p.Changes {
			c := &p.Changes[i]
			if !c.AfterTests && slices.ContainsFunc(g.waits[c], func(before *Change) bool { return before.AfterTests }) {
				c.AfterTests, more = true, true
			}
		}
	}
}

// names makes a change that takes a unique name wait for the change that gives it up.
func (g *graph) names(p *Plan) {
	free := freed(p)
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Action == Delete || c.Action == Forget || c.Action == NoOp {
			continue
		}
		if before := free[clientID(c.Kind, c.After)]; before != nil {
			g.wait(c, before)
		}
		if !c.Kind.Unique {
			continue
		}
		before := free[labelKey(c.Kind, schema.Text(c.After.GetAttr(c.Kind.Label)))]
		if before == nil || before == c || !before.AfterTests && g.wait(c, before) {
			continue
		}
		c.TemporaryRenames = append(c.TemporaryRenames, before.Addr)
		before.reason("makes way for " + c.Addr.String() + " under another name first")
	}
}

// freed returns the changes after which a unique name is free.
func freed(p *Plan) map[string]*Change {
	free := map[string]*Change{}
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Prior == nil {
			continue
		}
		if id := clientID(c.Kind, c.Before); id != "" && c.Action == Delete {
			free[id] = c
		}
		if !c.Kind.Unique {
			continue
		}
		before := labelKey(c.Kind, schema.Text(c.Before.GetAttr(c.Kind.Label)))
		if c.Action == Delete || before != labelKey(c.Kind, schema.Text(c.After.GetAttr(c.Kind.Label))) {
			free[before] = c
		}
	}
	return free
}

// clientID returns the key of an app's client id, which is unique in an org too; "" if there is
// none.
func clientID(k *schema.Kind, value schema.Value) string {
	if !k.IsApp() || value.IsNull() {
		return ""
	}
	if id := schema.Text(value.GetAttr("client_id")); id != "" {
		return "client_id " + id
	}
	return ""
}

// graph holds which change waits for which.
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
func (g *graph) wait(c, before *Change) bool {
	ok := !g.reaches(before, c, map[*Change]bool{})
	if ok {
		g.waits[c] = append(g.waits[c], before)
	}
	return ok
}

// reaches reports whether from is to, or waits for it directly or indirectly.
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

// TemporaryName returns a temporary name that no other object has, because ids are unique. Okta
// allows at least 100 characters in every name; a mark in the name uses some of them.
func TemporaryName(kind *schema.Kind, owner schema.Owner, name, id string) string {
	most := 100
	if kind.Mark == schema.MarkName {
		most = min(most, kind.MarkLimit-1-len([]rune(owner.ToText(""))))
	}
	if runes := []rune(name); len(runes)+1+len(id) > most {
		name = string(runes[:max(0, most-1-len(id))])
	}
	return name + "~" + id
}
