package budget

import (
	"math/big"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Convert is convert.Convert within the limits.
func Convert(v cty.Value, want cty.Type) (cty.Value, error) {
	want, err := Concrete(v.Type(), want)
	if err != nil {
		return cty.NilVal, err
	}
	if err := convertible(v, want); err != nil {
		return cty.NilVal, err
	}
	if all, ok := collection(v, want); ok {
		return all, nil
	}
	return convert.Convert(v, want)
}

// collection converts the elements of a tuple or object one by one. cty first compares the type of
// each element with that of every other, even if all are the same.
func collection(v cty.Value, want cty.Type) (cty.Value, bool) {
	bare, marks := v.Unmark()
	from := v.Type()
	if !known(bare) || !from.IsTupleType() && !from.IsObjectType() || !want.IsCollectionType() || want.IsMapType() != from.IsObjectType() ||
		want.HasDynamicTypes() || length(bare) <= maxTypes {
		return cty.NilVal, false
	}
	elem := want.ElementType()
	if elem.IsObjectType() && len(elem.OptionalAttributes()) > 0 {
		return cty.NilVal, false
	}
	if from.IsObjectType() {
		all := bare.AsValueMap()
		for name, v := range all {
			converted, err := convert.Convert(v, elem)
			if err != nil {
				return cty.NilVal, false // the conversion of the whole value explains it
			}
			all[name] = converted
		}
		return cty.MapVal(all).WithMarks(marks), true
	}
	all := bare.AsValueSlice()
	for i, v := range all {
		converted, err := convert.Convert(v, elem)
		if err != nil {
			return cty.NilVal, false
		}
		all[i] = converted
	}
	if want.IsSetType() {
		return cty.SetVal(all).WithMarks(marks), true
	}
	return cty.ListVal(all).WithMarks(marks), true
}

// maxTypes is the maximum number of different element types in a list that gets a common element
// type.
const maxTypes = 100

// Concrete replaces the element type of a type such as list(any) by the common type of the
// elements. cty compares every two elements to find it, even if all have the same type.
func Concrete(from, want cty.Type) (cty.Type, error) {
	if !want.IsCollectionType() || want.ElementType() != cty.DynamicPseudoType || !from.IsTupleType() && !from.IsObjectType() {
		return want, nil
	}
	var types []cty.Type
	add := func(t cty.Type) error {
		for _, known := range types {
			if known.Equals(t) {
				return nil
			}
		}
		if types = append(types, t); len(types) > maxTypes {
			return exceeded("it has elements of more than %d different types, which have no obvious common type; give all of them the same attributes", maxTypes)
		}
		return nil
	}
	if from.IsTupleType() {
		for _, t := range from.TupleElementTypes() {
			if err := add(t); err != nil {
				return want, err
			}
		}
	} else {
		for _, t := range from.AttributeTypes() {
			if err := add(t); err != nil {
				return want, err
			}
		}
	}
	common, _ := convert.UnifyUnsafe(types)
	if common == cty.NilType || common.HasDynamicTypes() {
		if n := max(len(types), lengthOf(from)); n > MaxMixed {
			return want, exceeded("it has more than %d elements of different types; give all of them the same type", MaxMixed)
		}
		return want, nil // the conversion reports the error
	}
	switch {
	case want.IsListType():
		return cty.List(common), nil
	case want.IsSetType():
		return cty.Set(common), nil
	}
	return cty.Map(common), nil
}

func lengthOf(t cty.Type) int {
	if t.IsTupleType() {
		return t.Length()
	}
	return len(t.AttributeTypes())
}

// unifiable returns why a value must not be converted to a common type with an alternative: that
// takes time in the square of the elements, and memory too if they have different types.
func unifiable(t cty.Type) error {
	if HoldObjects(t) {
		return nil // it is not converted
	}
	n, mixed := 0, false
	var first cty.Type
	var count func(t cty.Type)
	count = func(t cty.Type) {
		switch {
		case n > MaxSame:
		case t.IsTupleType():
			for _, elem := range t.TupleElementTypes() {
				count(elem)
			}
		case t.IsObjectType():
			for _, attr := range t.AttributeTypes() {
				count(attr)
			}
		case n == 0:
			n, first = 1, t
		default:
			n++
			mixed = mixed || !t.Equals(first)
		}
	}
	count(t)
	if n > MaxSame || mixed && n > MaxMixed {
		return exceeded("it has more than %d elements, or %d of different types, for which a type in common with the other value would have to be found; use a for expression with an if instead", MaxSame, MaxMixed)
	}
	return nil
}

// HoldObjects reports whether values of a type are, or contain, objects of the org as references
// return them. These need no common type with others.
func HoldObjects(t cty.Type) bool {
	switch {
	case t.IsObjectType():
		attrs := t.AttributeTypes()
		if attrs["addr"] == cty.String && attrs["id"] == cty.String {
			return true
		}
		for _, attr := range attrs {
			if HoldObjects(attr) {
				return true
			}
		}
	case t.IsTupleType():
		return slices.ContainsFunc(t.TupleElementTypes(), HoldObjects)
	case t.IsCollectionType():
		return HoldObjects(t.ElementType())
	}
	return false
}

// Numeric returns why a string must not be converted to a number: the conversion takes time in the
// square of the digits, and a number with a huge exponent takes gigabytes when it is printed.
func Numeric(text string) error {
	if len(text) > MaxDigits {
		return exceeded("it is a text of more than %d bytes, which is too long for a number", MaxDigits)
	}
	n, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
	if err != nil {
		return nil // the conversion reports the error
	}
	_, err = numberText(n)
	return err
}

// convertible returns why a value must not be converted to a type.
func convertible(v cty.Value, to cty.Type) error {
	bare, _ := v.Unmark()
	if !bare.IsKnown() || bare.IsNull() {
		return nil
	}
	from := bare.Type()
	switch {
	case to == cty.Number && from == cty.String:
		return Numeric(bare.AsString())
	case from.IsPrimitiveType() || to == cty.DynamicPseudoType || from.Equals(to):
		return nil
	}
	elem := func(string) cty.Type { return cty.DynamicPseudoType }
	switch {
	case to.IsCollectionType():
		elem = func(string) cty.Type { return to.ElementType() }
	case to.IsObjectType() && (from.IsObjectType() || from.IsMapType()):
		elem = func(name string) cty.Type {
			if to.HasAttribute(name) {
				return to.AttributeType(name)
			}
			return cty.DynamicPseudoType
		}
	case to.IsTupleType() && from.IsTupleType() && from.Length() == to.Length():
		types, i := to.TupleElementTypes(), -1
		elem = func(string) cty.Type { i++; return types[i] }
	}
	for it := bare.ElementIterator(); it.Next(); {
		key, inner := it.Element()
		name := ""
		if from.IsObjectType() || from.IsMapType() {
			name = key.AsString()
		}
		if err := convertible(inner, elem(name)); err != nil {
			return err
		}
	}
	return nil
}
