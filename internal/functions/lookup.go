package functions

import (
	"errors"
	"fmt"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// lookup takes marked maps as they are, so that one sensitive value in a map
// doesn't make the others sensitive.
var lookup = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "inputMap", Type: cty.DynamicPseudoType, AllowMarked: true},
		{Name: "key", Type: cty.String, AllowMarked: true},
	},
	VarParam: &function.Parameter{Name: "default", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true},
	Type:     lookupType,
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
		from, fromMarks := args[0].Unmark()
		key, keyMarks := args[1].Unmark()
		if v, ok := at(from, key); ok {
			return v.WithMarks(fromMarks, keyMarks), nil
		}
		if len(args) < 3 {
			return cty.NilVal, fmt.Errorf("lookup failed to find key %q", key.AsString())
		}
		v, err := convert.Convert(args[2], t)
		if err != nil {
			return cty.NilVal, function.NewArgError(2, err)
		}
		return v.WithMarks(fromMarks, keyMarks), nil
	},
})

func lookupType(args []cty.Value) (cty.Type, error) {
	if len(args) > 3 {
		return cty.NilType, fmt.Errorf("lookup() takes two or three arguments, got %d", len(args))
	}
	t := args[0].Type()
	switch {
	case t.IsObjectType() && !args[1].IsKnown():
		return cty.DynamicPseudoType, nil
	case t.IsObjectType():
		key, _ := args[1].Unmark()
		switch {
		case t.HasAttribute(key.AsString()):
			return t.AttributeType(key.AsString()), nil
		case len(args) == 3:
			return args[2].Type(), nil
		}
		return cty.NilType, function.NewArgErrorf(0, "the given object has no attribute %q", key.AsString())
	case t.IsMapType():
		if len(args) == 3 {
			if _, err := convert.Convert(args[2], t.ElementType()); err != nil {
				return cty.NilType, function.NewArgErrorf(2, "the default value must have the same type as the map elements")
			}
		}
		return t.ElementType(), nil
	}
	return cty.NilType, function.NewArgErrorf(0, "lookup() requires a map as the first argument")
}

// at gives the element of a map or the attribute of an object.
func at(from, key cty.Value) (cty.Value, bool) {
	if name := key.AsString(); from.Type().IsObjectType() {
		if !from.Type().HasAttribute(name) {
			return cty.NilVal, false
		}
		return from.GetAttr(name), true
	}
	if from.HasIndex(key).False() {
		return cty.NilVal, false
	}
	return from.Index(key), true
}

var matchkeys = function.New(&function.Spec{
	Params: []function.Parameter{
		param("values", cty.List(cty.DynamicPseudoType)), param("keys", cty.List(cty.DynamicPseudoType)), param("searchset", cty.List(cty.DynamicPseudoType)),
	},
	Type: func(args []cty.Value) (cty.Type, error) {
		if sameType(args[1], args[2]) == cty.NilType {
			return cty.NilType, errors.New("keys and searchset must be of the same type")
		}
		return args[0].Type(), nil
	},
	RefineResult: notNull,
	Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
		common := sameType(args[1], args[2])
		keys, err := convert.Convert(args[1], common)
		if err != nil {
			return cty.NilVal, function.NewArgError(1, err)
		}
		searchset, err := convert.Convert(args[2], common)
		if err != nil {
			return cty.NilVal, function.NewArgError(2, err)
		}
		values := args[0].AsValueSlice()
		switch {
		case len(values) != keys.LengthInt():
			return cty.NilVal, errors.New("length of keys and values should be equal")
		case !keys.IsWhollyKnown() || !searchset.IsWhollyKnown():
			return cty.UnknownVal(t), nil
		}
		var found []cty.Value
		for i, key := range keys.AsValueSlice() {
			if hasElement(searchset, key) {
				found = append(found, values[i])
			}
		}
		return listOf(t.ElementType(), found), nil
	},
})

func sameType(a, b cty.Value) cty.Type {
	t, _ := convert.UnifyUnsafe([]cty.Type{a.Type(), b.Type()})
	return t
}

// hasElement expects wholly known values.
func hasElement(list, value cty.Value) bool {
	for _, v := range list.Elements() {
		if v.RawEquals(value) {
			return true
		}
	}
	return false
}

func listOf(element cty.Type, values []cty.Value) cty.Value {
	if len(values) == 0 {
		return cty.ListValEmpty(element)
	}
	return cty.ListVal(values)
}

var transpose = define(cty.Map(cty.List(cty.String)), func(args []cty.Value) (cty.Value, error) {
	if !args[0].IsWhollyKnown() {
		return cty.UnknownVal(cty.Map(cty.List(cty.String))), nil
	}
	turned := map[string][]cty.Value{}
	for key, list := range args[0].Elements() {
		if list.IsNull() {
			return cty.NilVal, function.NewArgErrorf(0, "input must not contain null list")
		}
		for _, s := range list.Elements() {
			if s.IsNull() {
				return cty.NilVal, function.NewArgErrorf(0, "input must not contain null string")
			}
			turned[s.AsString()] = append(turned[s.AsString()], key)
		}
	}
	if len(turned) == 0 {
		return cty.MapValEmpty(cty.List(cty.String)), nil
	}
	result := map[string]cty.Value{}
	for s, keys := range turned {
		result[s] = cty.ListVal(keys)
	}
	return cty.MapVal(result), nil
}, param("values", cty.Map(cty.List(cty.String))))
