package schema

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Changed names the attributes and types of nested blocks that differ between
// two normal values of the kind. Write-only attributes never differ by
// themselves, nor do those that only Okta sets, as long as they are known.
func (k *Kind) Changed(before, after Value) []string {
	var names []string
	for i := range k.Attrs {
		a := &k.Attrs[i]
		if a.Local || a.WriteOnly || a.Since != "" {
			continue
		}
		if (before.differs(a.place) || after.differs(a.place)) && !same(before.at(a.place), after.at(a.place)) {
			names = append(names, a.Name)
		}
	}
	for i := range k.Blocks {
		if place := k.Blocks[i].place; !same(before.at(place), after.at(place)) {
			names = append(names, k.Blocks[i].Type)
		}
	}
	slices.Sort(names)
	return names
}

// Equal reports whether nothing has Changed.
func (k *Kind) Equal(before, after Value) bool { return len(k.Changed(before, after)) == 0 }

// same reports whether two values are equal, whatever their marks. An unknown
// value is a change.
func same(a, b cty.Value) bool {
	if a.IsNull() || b.IsNull() { // the types are the same
		return a.IsNull() && b.IsNull()
	}
	return RawEquals(a, b) || RawEquals(unmarked(a), unmarked(b))
}

// RawEquals is cty's for two values of one type. That makes two numbers for each
// element of a list, and looks for much in a text.
func RawEquals(a, b cty.Value) bool {
	switch {
	case a.IsMarked() || b.IsMarked() || !a.IsKnown() || !b.IsKnown():
		return a.RawEquals(b)
	case a.IsNull() || b.IsNull():
		return a.IsNull() && b.IsNull()
	case a.Type() == cty.String && b.Type() == cty.String:
		return a.AsString() == b.AsString()
	case a.Type().IsListType() && b.Type().IsListType():
		n := a.LengthInt()
		equal := n == b.LengthInt()
		for i := 0; equal && i < n; i++ {
			equal = RawEquals(element(a, i), element(b, i))
		}
		return equal
	case a.Type().IsObjectType() && b.Type().IsObjectType():
		names := a.Type().AttributeTypes()
		if len(names) != len(b.Type().AttributeTypes()) {
			return false
		}
		for name := range names {
			if !b.Type().HasAttribute(name) || !RawEquals(a.GetAttr(name), b.GetAttr(name)) {
				return false
			}
		}
		return true
	}
	return a.RawEquals(b)
}

func unmarked(v cty.Value) cty.Value {
	if Marked(v) {
		v, _ = v.UnmarkDeep()
	}
	return v
}

// Marked reports whether there is a mark anywhere in a value. ContainsMarked does
// the same, with a path made for each part: too much for each attribute of
// thousands of objects.
func Marked(v cty.Value) bool {
	switch t := v.Type(); {
	case v.IsMarked():
		return true
	case v.IsNull() || !v.IsKnown() || t.IsPrimitiveType():
		return false
	case t.IsObjectType():
		for name := range t.AttributeTypes() {
			if Marked(v.GetAttr(name)) {
				return true
			}
		}
		return false
	case t.IsListType():
		for i := range v.LengthInt() {
			if Marked(element(v, i)) {
				return true
			}
		}
		return false
	case !v.CanIterateElements():
		return false
	}
	for it := v.ElementIterator(); it.Next(); {
		if _, elem := it.Element(); Marked(elem) {
			return true
		}
	}
	return false
}
