package plan

import "slices"

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
