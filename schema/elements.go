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
	if list.IsNull() || !list.IsKnown() {
		return nil
	}
	n, t := list.LengthInt(), list.Type()
	if n > len(indexes()) || !t.IsListType() && !t.IsTupleType() {
		return list.AsValueSlice()
	}
	elems := make([]cty.Value, n)
	for i := range elems {
		elems[i] = list.Index(indexes()[i])
	}
	return elems
}

// indexes are the numbers from 0 on, as values.
var indexes = sync.OnceValue(func() []cty.Value {
	all := make([]cty.Value, 256)
	for i := range all {
		all[i] = cty.NumberIntVal(int64(i))
	}
	return all
})
