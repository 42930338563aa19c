package schema

import "github.com/zclconf/go-cty/cty"

// Elements returns the elements of a list, set or tuple without marks; none if it is null or
// unknown.
func Elements(list cty.Value) []cty.Value {
	if length(list) == 0 {
		return nil
	}
	return list.AsValueSlice()
}

// length returns the number of elements; 0 if the list is null or unknown.
func length(list cty.Value) int {
	if list.IsNull() || !list.IsKnown() {
		return 0
	}
	return list.LengthInt()
}

// Text returns the string in a value; "" if there is none.
func Text(v cty.Value) string {
	if v == cty.NilVal {
		return ""
	}
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}
