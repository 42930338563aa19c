package functions

import (
	"errors"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/oktaform/oktaform/internal/budget"
)

func collections() []Func {
	return []Func{
		{Name: "alltrue", Function: quantifier(cty.False), Doc: "Whether no element is false or null; true for an empty list."},
		{Name: "anytrue", Function: quantifier(cty.True), Doc: "Whether at least one element is true."},
		{Name: "chunklist", Function: stdlib.ChunklistFunc, Doc: "The list cut into lists of a size."},
		{Name: "coalesce", Function: coalesce, Doc: "The first argument that is neither null nor an empty string."},
		{Name: "coalescelist", Function: stdlib.CoalesceListFunc, Doc: "The first list that isn't empty."},
		{Name: "compact", Function: stdlib.CompactFunc, Doc: "The list without null and empty strings."},
		{Name: "concat", Function: stdlib.ConcatFunc, Doc: "Lists one after the other, as one."},
		{Name: "contains", Function: stdlib.ContainsFunc, Doc: "Whether a list or set has a value among its elements."},
		{Name: "distinct", Function: distinct, Doc: "The list without the elements that came before."},
		{Name: "element", Function: stdlib.ElementFunc, Doc: "The element at an index, which starts over at the end of the list."},
		{Name: "flatten", Function: stdlib.FlattenFunc, Doc: "The list with each list in it replaced by its elements."},
		{Name: "index", Function: index, Doc: "Where in a list a value is first found."},
		{Name: "keys", Function: stdlib.KeysFunc, Doc: "The keys of a map, sorted."},
		{Name: "length", Function: length, Doc: "The number of elements of a collection, or of characters of a string."},
		{Name: "lookup", Function: lookup, Doc: "The value of a map at a key, or else the default."},
		{Name: "matchkeys", Function: matchkeys, Doc: "Those values whose key, at the same index, is in the searchset."},
		{Name: "merge", Function: stdlib.MergeFunc, Doc: "Maps or objects as one; of one key the last value stays."},
		{Name: "one", Function: one, Doc: "The only element of a list or set, or null if it is empty."},
		{Name: "range", Function: stdlib.RangeFunc, Doc: "A list of numbers: (limit), (start, limit) or (start, limit, step)."},
		{Name: "reverse", Function: stdlib.ReverseListFunc, Doc: "The list backwards."},
		{Name: "setintersection", Function: stdlib.SetIntersectionFunc, Doc: "What is in all of the sets."},
		{Name: "setproduct", Function: stdlib.SetProductFunc, Doc: "Every combination of an element of each set."},
		{Name: "setsubtract", Function: stdlib.SetSubtractFunc, Doc: "What is in the first set and not in the second."},
		{Name: "setunion", Function: stdlib.SetUnionFunc, Doc: "What is in any of the sets."},
		{Name: "slice", Function: stdlib.SliceFunc, Doc: "The elements of a list from one index up to, and without, another."},
		{Name: "sort", Function: stdlib.SortFunc, Doc: "The list of strings in the order of their characters."},
		{Name: "transpose", Function: transpose, Doc: "A map of lists of strings turned around: from each string to its keys."},
		{Name: "values", Function: stdlib.ValuesFunc, Doc: "The values of a map, in the order of its keys."},
		{Name: "zipmap", Function: stdlib.ZipmapFunc, Doc: "A map from a list of keys and a list of their values."},
	}
}

// quantifier returns alltrue for False and anytrue for True: the value of an element that decides
// the result. null counts as false.
func quantifier(settles cty.Value) function.Function {
	return define(cty.Bool, func(args []cty.Value) (cty.Value, error) {
		result := settles.Not()
		for _, v := range args[0].AsValueSlice() {
			switch {
			case !v.IsKnown():
				result = cty.UnknownVal(cty.Bool)
			case v.IsNull() && settles.False(), v.RawEquals(settles):
				return settles, nil
			}
		}
		return result, nil
	}, param("list", cty.List(cty.Bool)))
}

var coalesce = function.New(&function.Spec{
	VarParam: &function.Parameter{Name: "vals", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true},
	Type: func(args []cty.Value) (cty.Type, error) {
		types := make([]cty.Type, len(args))
		for i, arg := range args {
			types[i] = arg.Type()
		}
		if slices.ContainsFunc(types, budget.HoldObjects) {
			return cty.DynamicPseudoType, nil // each is used unchanged
		}
		t, _ := convert.UnifyUnsafe(types)
		if t == cty.NilType {
			return t, errors.New("all arguments must have the same type")
		}
		return t, nil
	},
	RefineResult: notNull,
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
		for i, arg := range args {
			v, err := convert.Convert(arg, t)
			switch {
			case err != nil:
				return cty.NilVal, function.NewArgError(i, err)
			case !v.IsKnown():
				return cty.UnknownVal(t), nil
			case !v.IsNull() && !v.RawEquals(cty.StringVal("")):
				return v, nil
			}
		}
		return cty.NilVal, errors.New("no non-null, non-empty-string arguments")
	},
})

// distinct replaces the library's, which compares each element with all before it.
var distinct = function.New(&function.Spec{
	Params: stdlib.DistinctFunc.Params(),
	Type:   typeOfArgument,
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
		list := args[0]
		if !list.IsWhollyKnown() {
			return stdlib.Distinct(list)
		}
		seen := map[int][]cty.Value{}
		var kept []cty.Value
		for _, v := range list.AsValueSlice() {
			hash := v.Hash()
			if !slices.ContainsFunc(seen[hash], v.RawEquals) {
				seen[hash], kept = append(seen[hash], v), append(kept, v)
			}
		}
		return listOf(t.ElementType(), kept), nil
	},
})

var index = define(cty.Number, func(args []cty.Value) (cty.Value, error) {
	list, value := args[0], args[1]
	if t := list.Type(); !t.IsListType() && !t.IsTupleType() {
		return cty.NilVal, function.NewArgErrorf(0, "argument must be a list or tuple")
	}
	if list.LengthInt() == 0 {
		return cty.NilVal, function.NewArgErrorf(0, "cannot search an empty list")
	}
	for at, v := range list.Elements() {
		switch same := v.Equals(value); {
		case !same.IsKnown():
			return cty.UnknownVal(cty.Number), nil
		case same.True():
			return at, nil
		}
	}
	return cty.NilVal, errors.New("item not found")
}, param("list", cty.DynamicPseudoType), param("value", cty.DynamicPseudoType))

// length counts without examining elements, so it knows more about unknown and marked values than a
// function that gets only known ones.
var length = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true}},
	Type: func(args []cty.Value) (cty.Type, error) {
		t := args[0].Type()
		if t == cty.String || t == cty.DynamicPseudoType || t.IsObjectType() || t.IsTupleType() || t.IsCollectionType() {
			return cty.Number, nil
		}
		return cty.NilType, function.NewArgErrorf(0, "argument must be a string, a collection type, or a structural type")
	},
	RefineResult: notNull,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		v, marks := args[0].Unmark()
		switch t := v.Type(); {
		case t == cty.DynamicPseudoType:
			return cty.UnknownVal(cty.Number).WithMarks(marks), nil
		case t == cty.String:
			n, err := stdlib.Strlen(v)
			return n.WithMarks(marks), err
		case t.IsObjectType():
			return cty.NumberIntVal(int64(len(t.AttributeTypes()))).WithMarks(marks), nil
		}
		return v.Length().WithMarks(marks), nil
	},
})

var one = function.New(&function.Spec{
	Params: []function.Parameter{param("list", cty.DynamicPseudoType)},
	Type: func(args []cty.Value) (cty.Type, error) {
		t := args[0].Type()
		switch {
		case t.IsListType(), t.IsSetType():
			return t.ElementType(), nil
		case t.IsTupleType() && t.Length() == 0:
			return cty.DynamicPseudoType, nil
		case t.IsTupleType() && t.Length() == 1:
			return t.TupleElementType(0), nil
		}
		return cty.NilType, notOne()
	},
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
		list := args[0]
		if !list.Length().IsKnown() {
			return cty.UnknownVal(t), nil
		}
		switch elements := list.AsValueSlice(); len(elements) {
		case 0:
			return cty.NullVal(t), nil
		case 1:
			return elements[0], nil
		}
		return cty.NilVal, notOne()
	},
})

func notOne() error {
	return function.NewArgErrorf(0, "must be a list, set, or tuple value with either zero or one elements")
}
