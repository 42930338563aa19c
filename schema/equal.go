package schema

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// There is one notion of equality. Objects are compared in normal form (Normal), after Align has
// given both sides the same names; then Equal compares their parts. Agrees does the same for a
// wanted value that is not fully known.

// Changed returns the attributes and types of nested blocks that differ between two normal values
// of the kind. Write-only attributes never differ, nor do known attributes that only Okta sets.
func (k *Kind) Changed(before, after Value) []string {
	var names []string
	for i := range k.Attrs {
		a := &k.Attrs[i]
		if a.Local || a.WriteOnly || a.VersionOf != "" {
			continue
		}
		if !Equal(before.GetAttr(a.Name), after.GetAttr(a.Name)) {
			names = append(names, a.Name)
		}
	}
	for i := range k.Blocks {
		if name := k.Blocks[i].Type; !Equal(before.GetAttr(name), after.GetAttr(name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Equal reports whether Changed returns nothing.
func (k *Kind) Equal(before, after Value) bool {
	if before.IsNull() || after.IsNull() {
		return before.IsNull() && after.IsNull()
	}
	return len(k.Changed(before, after)) == 0
}

// Equal reports whether two values of one type are equal, ignoring marks. References are equal if
// their ids are. An unknown value only equals a value with the same refinements, such as a known
// prefix.
func Equal(a, b cty.Value) bool { return comparison{}.equal(unmarked(a), unmarked(b)) }

// Agrees reports whether got equals want in everything that want knows.
func Agrees(want, got cty.Value) bool {
	return comparison{unknownAgrees: true}.equal(unmarked(want), unmarked(got))
}

func unmarked(v cty.Value) cty.Value {
	if !marked(v) {
		return v
	}
	v, _ = v.UnmarkDeep()
	return v
}

// marked is like cty's ContainsMarked, which walks even through a string.
func marked(v cty.Value) bool {
	if v.Type().IsPrimitiveType() || v.IsMarked() || v.IsNull() || !v.IsKnown() {
		return v.IsMarked()
	}
	return v.ContainsMarked()
}

// comparison compares values without marks.
type comparison struct {
	unknownAgrees bool // whether an unknown first value agrees with anything
}

func (c comparison) equal(want, got cty.Value) bool {
	switch t := want.Type(); {
	case !want.IsKnown():
		return c.unknownAgrees || want.RawEquals(got)
	case want.IsNull() || got.IsNull() || !got.IsKnown():
		return want.IsNull() && got.IsNull()
	case t == cty.String && got.Type() == cty.String: // most values: RawEquals would walk them for marks
		return want.AsString() == got.AsString()
	case t.Equals(Ref):
		return c.refs(want, got)
	case t.IsObjectType():
		for name := range t.AttributeTypes() {
			if !c.equal(want.GetAttr(name), got.GetAttr(name)) {
				return false
			}
		}
		return true
	case t.IsListType() && t.ElementType().IsObjectType():
		return c.sets(want.AsValueSlice(), got.AsValueSlice())
	case t.IsListType() && c.unknownAgrees && slices.ContainsFunc(want.AsValueSlice(), func(e cty.Value) bool { return !e.IsKnown() }):
		return c.sets(want.AsValueSlice(), got.AsValueSlice()) // what was unknown may stand elsewhere, or equal another element
	case t.IsListType():
		return slices.EqualFunc(want.AsValueSlice(), got.AsValueSlice(), c.equal)
	}
	return want.RawEquals(got)
}

// refs compares references. Names and addresses do not matter once the id is known.
func (c comparison) refs(want, got cty.Value) bool {
	a, b := want.GetAttr("id"), got.GetAttr("id")
	switch {
	case !a.IsKnown() && c.unknownAgrees:
		return true
	case !a.IsKnown() && !b.IsKnown(), a.IsNull() && b.IsNull():
		return c.equal(want.GetAttr("addr"), got.GetAttr("addr")) && c.equal(want.GetAttr("name"), got.GetAttr("name"))
	}
	return c.equal(a, b)
}

// sets compares lists of references and nested blocks. They are sorted by values that may have been
// unknown, so their order does not matter.
func (c comparison) sets(want, got []cty.Value) bool {
	if !c.unknownAgrees && len(want) != len(got) {
		return false
	}
	// Fully known elements are matched first, the others to the rest.
	want, rest := slices.Clone(want), slices.Clone(got)
	slices.SortStableFunc(want, func(a, b cty.Value) int { return unknowns(a) - unknowns(b) })
	for _, w := range want {
		i := slices.IndexFunc(rest, func(g cty.Value) bool { return c.equal(w, g) })
		switch {
		case i >= 0:
			rest = slices.Delete(rest, i, i+1)
		case w.IsKnown() || !c.unknownAgrees || len(got) == 0: // otherwise it may be another reference to one of got
			return false
		}
	}
	return len(rest) == 0
}

// unknowns returns the number of unknown parts of a value; for a value that is unknown as a whole,
// a number above that.
func unknowns(v cty.Value) int {
	if !v.IsKnown() {
		return 1 << 30
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

// Mismatches returns the attributes and types of nested blocks in which the object that was read
// differs from the one that was sent. It compares only what was known and can be read.
func (k *Kind) Mismatches(sent, got Value) []string {
	got, sent = k.Align(k.Normal(got), k.Normal(sent.Unmarked()))
	sent, got = k.WithUnmanaged(k.Normal(sent), got), k.Normal(got)
	var names []string
	for name := range sent.All() {
		if a := k.Attr(name); a != nil && (a.WriteOnly || a.VersionOf != "" || a.Computed && a.Default == cty.NilVal) {
			continue
		}
		if !Agrees(sent.GetAttr(name), got.GetAttr(name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
