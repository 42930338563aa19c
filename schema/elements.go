package schema

import (
	"sync"

	"github.com/zclconf/go-cty/cty"
)

// Elements are the elements of a list, set or tuple without marks; none where it is
// null or unknown.
//
// cty's own iterators make a number for each element, which takes longer than most of
// what is done with it.
func Elements(list cty.Value) []cty.Value {
	n := length(list)
	if n == 0 {
		return nil
	}
	if t := list.Type(); n > len(indexes()) || !t.IsListType() && !t.IsTupleType() {
		return list.AsValueSlice()
	}
	elems := make([]cty.Value, n)
	for i := range elems {
		elems[i] = element(list, i)
	}
	return elems
}

// length is the number of elements; none where the list is null or unknown.
func length(list cty.Value) int {
	if list.IsNull() || !list.IsKnown() {
		return 0
	}
	return list.LengthInt()
}

// element is one element of a list or tuple without marks.
func element(list cty.Value, i int) cty.Value {
	if i < len(indexes()) {
		return list.Index(indexes()[i])
	}
	return list.Index(cty.NumberIntVal(int64(i)))
}

// WhollyKnown is cty's IsWhollyKnown, without iterators for a list of texts.
func WhollyKnown(v cty.Value) bool {
	if v.IsMarked() || !v.Type().IsListType() || !v.Type().ElementType().IsPrimitiveType() {
		return v.IsWhollyKnown()
	}
	for i := range length(v) {
		if !element(v, i).IsKnown() {
			return false
		}
	}
	return v.IsKnown()
}

// indexes are the numbers from 0 on, as values.
var indexes = sync.OnceValue(func() []cty.Value {
	all := make([]cty.Value, 256)
	for i := range all {
		all[i] = cty.NumberIntVal(int64(i))
	}
	return all
})
