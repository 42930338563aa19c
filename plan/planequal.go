package plan

import (
	"slices"

	"github.com/oktaform/oktaform/schema"
)

// Equal reports whether two plans would do the same.
func Equal(a, b *Plan) bool {
	changes := func(p *Plan) []Change {
		return slices.DeleteFunc(slices.Clone(p.Changes), func(c Change) bool { return c.Action == NoOp })
	}
	return slices.EqualFunc(changes(a), changes(b), func(x, y Change) bool {
		return x.Addr == y.Addr && x.Action == y.Action && x.ID == y.ID && x.Owner == y.Owner &&
			x.Kind.Equal(x.Before, y.Before) && x.Kind.Equal(x.After, y.After)
	})
}

// Differs reports whether a plan changes an attribute of an object, or, where that is "", the
// object as a whole.
func Differs(p *Plan, addr schema.Addr, attr string) bool {
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Addr != addr || c.Action == NoOp {
			continue
		}
		if attr == "" || c.Before.IsNull() || c.After.IsNull() || slices.Contains(c.Kind.Changed(c.Before, c.After), attr) {
			return true
		}
	}
	return false
}
