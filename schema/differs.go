package schema

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Differs names the attributes and types of nested blocks in which an object as
// it was read isn't what was sent: wherever that was known, and what can be
// read back.
func (k *Kind) Differs(sent, got Value) []string {
	got, sent = k.Settle(k.Normal(got), k.Normal(sent.Unmarked()))
	sent, got = k.WithUnmanaged(k.Normal(sent), got), k.Normal(got)
	var names []string
	for name := range sent.All() {
		if a := k.Attr(name); a != nil && (a.WriteOnly || a.Since != "" || a.Computed && a.Default == cty.NilVal) {
			continue
		}
		if !Agrees(OnlyIDs(sent.GetAttr(name)), OnlyIDs(got.GetAttr(name))) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Agrees reports whether got equals want wherever want is known.
func Agrees(want, got cty.Value) bool {
	switch {
	case !want.IsKnown():
		return true
	case want.IsNull() || got.IsNull() || !got.IsKnown():
		return want.RawEquals(got)
	case want.Type().IsObjectType():
		for name := range want.Type().AttributeTypes() {
			if !Agrees(want.GetAttr(name), got.GetAttr(name)) {
				return false
			}
		}
		return true
	case want.Type().IsListType() && want.Type().ElementType().IsObjectType():
		return sameElements(want.AsValueSlice(), got.AsValueSlice())
	case want.Type().IsListType():
		return slices.EqualFunc(want.AsValueSlice(), got.AsValueSlice(), Agrees)
	}
	return want.RawEquals(got)
}

// sameElements compares references and nested blocks. They are sorted by what
// may have been unknown, so their order says nothing.
func sameElements(want, got []cty.Value) bool {
	want, rest := slices.Clone(want), slices.Clone(got)
	// What is known finds its own first, what isn't takes the rest.
	slices.SortStableFunc(want, func(a, b cty.Value) int { return cmp.Compare(unknowns(a), unknowns(b)) })
	for _, w := range want {
		i := slices.IndexFunc(rest, func(g cty.Value) bool { return Agrees(w, g) })
		switch {
		case i >= 0:
			rest = slices.Delete(rest, i, i+1)
		case w.IsKnown() || len(got) == 0: // else it is another reference to one of got
			return false
		}
	}
	return len(rest) == 0
}

// unknowns counts what isn't known in a value. Of one that is unknown as a whole, all is.
func unknowns(v cty.Value) int {
	if !v.IsKnown() {
		return math.MaxInt
	}
	n := 0
	_ = cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) {
		if !v.IsKnown() {
			n++
		}
		return true, nil
	})
	return n
}

// OnlyIDs reduces references to their ids, and sorts lists of them: under which
// names a run knows the targets doesn't matter to the org.
func OnlyIDs(v cty.Value) cty.Value {
	out, err := cty.Transform(v, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if v.Type().Equals(Ref) && v.IsKnown() && !v.IsNull() {
			return cty.ObjectVal(map[string]cty.Value{"id": v.GetAttr("id"), "addr": cty.NullVal(cty.String), "name": cty.NullVal(cty.String)}), nil
		}
		if v.Type().Equals(cty.List(Ref)) && v.IsKnown() && !v.IsNull() && v.LengthInt() > 0 {
			elems := v.AsValueSlice()
			slices.SortStableFunc(elems, func(a, b cty.Value) int { return strings.Compare(RefKey(a), RefKey(b)) })
			return cty.ListVal(elems), nil
		}
		return v, nil
	})
	if err != nil {
		return v
	}
	return out
}
