package budget

import (
	"math/big"
	"reflect"
	"unsafe"

	"github.com/zclconf/go-cty/cty"
)

// Values are measured at each step of a for expression. cty's iterators allocate an object for each
// element, which takes fifty times as long as examining it. Plain values are therefore measured
// through cty's internal representation: lists, maps, strings, numbers and booleans. Other values,
// such as marked and unknown ones, use the public API.

// content mirrors the layout of cty.Value.
type content struct {
	_ cty.Type
	v any
}

// mirrors reports whether cty.Value still has the layout of content.
var mirrors = func() bool {
	t, here := reflect.TypeFor[cty.Value](), reflect.TypeFor[content]()
	return t.Size() == here.Size() && t.NumField() == 2 && t.Field(1).Offset == here.Field(1).Offset && t.Field(1).Type == here.Field(1).Type
}()

// addPlain measures a value as [Size.add] does; ok is false if it cannot.
func (s *Size) addPlain(v cty.Value) (err error, ok bool) {
	if !mirrors {
		return nil, false
	}
	before := *s
	err, ok = s.raw((*content)(unsafe.Pointer(&v)).v, 0)
	if !ok {
		*s = before
	}
	return err, ok
}

func (s *Size) raw(v any, depth int) (err error, ok bool) {
	s.Elements++
	if err := s.exceeded(depth); err != nil {
		return err, true
	}
	switch v := v.(type) {
	case nil, bool:
	case string:
		s.Text += len(v)
	case *big.Float:
		n, err := numberText(v)
		s.Text += n
		return err, true
	case []any:
		for _, elem := range v {
			if err, ok := s.raw(elem, depth+1); err != nil || !ok {
				return err, ok
			}
		}
	case map[string]any:
		for name, elem := range v {
			s.Text += len(name)
			if err, ok := s.raw(elem, depth+1); err != nil || !ok {
				return err, ok
			}
		}
	default:
		return nil, false
	}
	return nil, true
}
