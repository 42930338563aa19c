package plan

import "slices"

// Same reports whether two plans would do the same.
func Same(a, b *Plan) bool {
	act := func(p *Plan) []Change {
		return slices.DeleteFunc(slices.Clone(p.Changes), func(c Change) bool { return c.Action == NoOp })
	}
	return slices.EqualFunc(act(a), act(b), func(x, y Change) bool {
		return x.Addr == y.Addr && x.Action == y.Action && x.ID == y.ID && x.Owner == y.Owner &&
			x.Before.RawEquals(y.Before) && x.After.RawEquals(y.After)
	})
}
