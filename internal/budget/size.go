package budget

import (
	"math/big"

	"github.com/zclconf/go-cty/cty"
)

// Size is how large a value is.
type Size struct{ Elements, Text int }

func (s Size) plus(other Size) Size { return Size{s.Elements + other.Elements, s.Text + other.Text} }

// Measure tells the size of a value, or which limit it exceeds. It stops at the first
// limit, so that it takes no longer for values whose parts share memory.
func Measure(v cty.Value) (Size, error) {
	var s Size
	err := s.add(v, 0)
	return s, err
}

func (s *Size) add(v cty.Value, depth int) error {
	s.Elements++
	switch {
	case s.Elements > MaxValue:
		return exceeded("it has more than %d elements, with those within them, and a value may have %d; split the list, or pass on only what is needed of it", MaxValue, MaxValue)
	case depth > 2*MaxDepth:
		return exceeded("it is nested more than %d levels deep; flatten it", 2*MaxDepth)
	case v.IsMarked():
		v, _ = v.Unmark()
	}
	if !v.IsKnown() || v.IsNull() {
		return nil
	}
	t := v.Type()
	switch {
	case t == cty.String:
		s.Text += len(v.AsString())
	case t == cty.Number:
		n, err := numberText(v.AsBigFloat())
		if err != nil {
			return err
		}
		s.Text += n
	case t.IsObjectType():
		for name := range t.AttributeTypes() {
			s.Text += len(name)
			if err := s.add(v.GetAttr(name), depth+1); err != nil {
				return err
			}
		}
	case t.IsListType(), t.IsTupleType(), t.IsSetType(), t.IsMapType():
		for it := v.ElementIterator(); it.Next(); {
			key, elem := it.Element()
			if t.IsMapType() {
				s.Text += len(key.AsString())
			}
			if err := s.add(elem, depth+1); err != nil {
				return err
			}
		}
	}
	if s.Text > MaxText {
		return exceeded("it holds more than %d MB of text, and a value may hold %d; pass on only what is needed of it", MaxText>>20, MaxText>>20)
	}
	return nil
}

// numberText is about how many bytes a number takes when it is written without an
// exponent, as cty does.
func numberText(n *big.Float) (int, error) {
	if n.IsInf() {
		return 4, nil
	}
	exponent := n.MantExp(nil)
	if exponent > MaxExponent || exponent < -MaxExponent {
		return 0, exceeded("it is a number beyond 2 to the power of %d, or as close to zero; use a smaller number", MaxExponent)
	}
	if exponent < 0 {
		exponent = -exponent
	}
	return 20 + exponent/3 + int(n.MinPrec())/3, nil
}

// Numeric reports why a text must not be converted to a number: the conversion takes
// time with the square of the digits, and a huge exponent makes a number that takes
// gigabytes when it is written.
func Numeric(text string) error {
	if len(text) > MaxDigits {
		return exceeded("it is a text of more than %d bytes, which is too long for a number", MaxDigits)
	}
	n, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
	if err != nil {
		return nil // whoever converts it says so
	}
	_, err = numberText(n)
	return err
}

// Convertible reports why a value must not be converted to a type.
func Convertible(v cty.Value, to cty.Type) error {
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
	case to.HasDynamicTypes():
		if err := Unifiable(from); err != nil {
			return err
		}
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
		if err := Convertible(inner, elem(name)); err != nil {
			return err
		}
	}
	return nil
}

// Unifiable reports why no common type of the elements in a type must be looked for:
// for elements of different types that takes time and memory with their square.
func Unifiable(types ...cty.Type) error {
	n, mixed := 0, false
	var first cty.Type
	var count func(t cty.Type)
	count = func(t cty.Type) {
		switch {
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
	for _, t := range types {
		count(t)
	}
	if mixed && n > MaxMixed {
		return exceeded("it has more than %d elements of different types, for which a common type would have to be found; give all of them the same type, for example with tostring", MaxMixed)
	}
	return nil
}
