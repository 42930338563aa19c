package functions

import (
	"errors"
	"strconv"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/schema"
)

func conversions() []Func {
	return []Func{
		{Name: "can", Function: canFunc(nil), attempt: canFunc, Doc: "Whether an expression has a value, and not an error."},
		{Name: "issensitive", Function: issensitive, Doc: "Whether a value is marked as sensitive."},
		{Name: "nonsensitive", Function: nonsensitive, Doc: "The value without the mark, if it is computed from a secret and not secret itself."},
		{Name: "sensitive", Function: sensitive, Doc: "The value, marked so that no output shows it."},
		{Name: "tobool", Function: to(cty.Bool), Doc: "The value as a bool."},
		{Name: "tolist", Function: to(cty.List(cty.DynamicPseudoType)), Doc: "The value as a list, with elements of one type."},
		{Name: "tomap", Function: to(cty.Map(cty.DynamicPseudoType)), Doc: "The value as a map, with elements of one type."},
		{Name: "tonumber", Function: to(cty.Number), Doc: "The value as a number."},
		{Name: "toset", Function: to(cty.Set(cty.DynamicPseudoType)), Doc: "The value as a set: no order, and nothing twice."},
		{Name: "tostring", Function: to(cty.String), Doc: "The value as a string."},
		{Name: "try", Function: tryFunc(nil), attempt: tryFunc, Doc: "The value of the first expression that has one."},
	}
}

// anyValue is the parameter of functions that only examine marks.
func anyValue() []function.Parameter {
	return []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowNull: true, AllowMarked: true, AllowDynamicType: true}}
}

func typeOfArgument(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil }

var sensitive = function.New(&function.Spec{
	Params: anyValue(),
	Type:   typeOfArgument,
	Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return args[0].Mark(schema.Sensitive), nil },
})

// nonsensitive removes the mark from the value itself; sensitive parts inside stay sensitive.
var nonsensitive = function.New(&function.Spec{
	Params: anyValue(),
	Type:   typeOfArgument,
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		v, marks := args[0].Unmark()
		delete(marks, schema.Sensitive)
		return v.WithMarks(marks), nil
	},
})

var issensitive = function.New(&function.Spec{
	Params: anyValue(),
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		switch v := args[0]; {
		case v.HasMark(schema.Sensitive):
			return cty.True, nil
		case !v.IsKnown():
			// It may turn out to be sensitive.
			return cty.UnknownVal(cty.Bool), nil
		}
		return cty.False, nil
	},
})

// to returns a conversion function. It keeps marks of elements, so that a list with one sensitive
// element does not become sensitive as a whole.
func to(want cty.Type) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "v", Type: cty.DynamicPseudoType, AllowNull: true, AllowMarked: true, AllowDynamicType: true}},
		Type: func(args []cty.Value) (cty.Type, error) {
			got := args[0].Type()
			concrete, err := budget.Concrete(got, want)
			if err != nil {
				return cty.NilType, argError(0, err)
			}
			if !got.Equals(concrete) && convert.GetConversionUnsafe(got, concrete) == nil {
				return cty.NilType, cannotConvert(got.FriendlyName(), want)
			}
			return concrete, nil
		},
		Impl: func(args []cty.Value, t cty.Type) (cty.Value, error) {
			v, err := budget.Convert(args[0], t)
			if errors.As(err, new(*budget.Error)) {
				return cty.NilVal, err
			}
			if err == nil {
				return v, nil
			}
			bare, _ := args[0].UnmarkDeep()
			if bare.Type() != cty.String || bare.IsNull() {
				return cty.NilVal, cannotConvert(bare.Type().FriendlyName(), want)
			}
			quoted := strconv.Quote(bare.AsString())
			switch want {
			case cty.Bool:
				return cty.NilVal, function.NewArgErrorf(0, `cannot convert %s to bool; only the strings "true" or "false" are allowed`, quoted)
			case cty.Number:
				return cty.NilVal, function.NewArgErrorf(0, `cannot convert %s to number; given string must be a decimal representation of a number`, quoted)
			}
			return cty.NilVal, cannotConvert("string", want)
		},
	})
}

func cannotConvert(got string, want cty.Type) error {
	return function.NewArgErrorf(0, "cannot convert %s to %s", got, want.FriendlyNameForConstraint())
}
