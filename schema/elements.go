package schema

import "github.com/zclconf/go-cty/cty"

// Elements are the elements of a list, set or tuple without marks; none where it is
// null or unknown.
func Elements(list cty.Value) []cty.Value {
	if length(list) == 0 {
		return nil
	}
	return list.AsValueSlice()
}

// length is the number of elements; none where the list is null or unknown.
func length(list cty.Value) int {
	if list.IsNull() || !list.IsKnown() {
		return 0
	}
	return list.LengthInt()
}
