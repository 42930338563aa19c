package budget

import (
	"math/big"

	"github.com/zclconf/go-cty/cty"
)

// Size is the size of a value.
type Size struct{ Elements, Text int }

func (s Size) plus(other Size) Size { return Size{s.Elements + other.Elements, s.Text + other.Text} }

// Measure returns the size of a value, or which limit it exceeds. It stops at the first limit, so
// it takes no longer for values that share memory.
func Measure(v cty.Value) (Size, error) {
	var s Size
	if err, ok := s.addPlain(v); ok {
		return s, err
	}
	err := s.add(v, 0)
	return s, err
}

// exceeded is called for each element.
func (s *Size) exceeded(depth int) error {
	switch {
	case s.Elements > MaxValue:
		return exceeded("it has more than %d elements, with those within them, and a value may have %d; split the list, or pass on only what is needed of it", MaxValue, MaxValue)
	case s.Text > MaxText:
		return exceeded("it holds more than %d MB of text, and a value may hold %d; pass on only what is needed of it", MaxText>>20, MaxText>>20)
	case depth > 2*MaxDepth:
		return exceeded("it is nested more than %d levels deep; flatten it", 2*MaxDepth)
	}
	return nil
}

func (s *Size) add(v cty.Value, depth int) error {
	s.Elements++
	if err := s.exceeded(depth); err != nil {
		return err
	}
	v, _ = v.Unmark()
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
	return nil
}

// numberText returns the approximate length of a number printed without an exponent, as cty does.
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
