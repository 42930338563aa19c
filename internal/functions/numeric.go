package functions

import (
	"errors"
	"math"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	"github.com/zclconf/go-cty/cty/gocty"
)

func numeric() []Func {
	return []Func{
		{Name: "abs", Function: stdlib.AbsoluteFunc, Doc: "The number without its sign."},
		{Name: "ceil", Function: stdlib.CeilFunc, Doc: "The nearest whole number that is not less."},
		{Name: "floor", Function: stdlib.FloorFunc, Doc: "The nearest whole number that is not greater."},
		{Name: "log", Function: floats("num", "base", logarithm), Doc: "The logarithm of a number in a base."},
		{Name: "max", Function: stdlib.MaxFunc, Doc: "The greatest of the numbers."},
		{Name: "min", Function: stdlib.MinFunc, Doc: "The least of the numbers."},
		{Name: "parseint", Function: stdlib.ParseIntFunc, Doc: "The whole number that a string spells in a base from 2 to 62."},
		{Name: "pow", Function: floats("num", "power", math.Pow), Doc: "A number raised to a power."},
		{Name: "signum", Function: stdlib.SignumFunc, Doc: "-1, 0 or 1: the sign of a number."},
		{Name: "sum", Function: sum, Doc: "The sum of a list of numbers."},
	}
}

func logarithm(num, base float64) float64 { return math.Log(num) / math.Log(base) }

// floats makes a function of two numbers that counts in floating point. cty has
// no NaN, and panics on one.
func floats(first, second string, compute func(a, b float64) float64) function.Function {
	return define(cty.Number, func(args []cty.Value) (cty.Value, error) {
		var a, b float64
		if err := gocty.FromCtyValue(args[0], &a); err != nil {
			return cty.NilVal, function.NewArgError(0, err)
		}
		if err := gocty.FromCtyValue(args[1], &b); err != nil {
			return cty.NilVal, function.NewArgError(1, err)
		}
		result := compute(a, b)
		if math.IsNaN(result) {
			return cty.NilVal, errors.New("the result isn't a number")
		}
		return cty.NumberFloatVal(result), nil
	}, param(first, cty.Number), param(second, cty.Number))
}

var sum = define(cty.Number, func(args []cty.Value) (cty.Value, error) {
	list := args[0]
	switch t := list.Type(); {
	case !list.CanIterateElements():
		return cty.NilVal, function.NewArgErrorf(0, "cannot sum noniterable")
	case !t.IsListType() && !t.IsSetType() && !t.IsTupleType():
		return cty.NilVal, function.NewArgErrorf(0, "argument must be list, set, or tuple. Received %s", t.FriendlyName())
	case !list.IsWhollyKnown():
		return cty.UnknownVal(cty.Number), nil
	case list.LengthInt() == 0:
		return cty.NilVal, function.NewArgErrorf(0, "cannot sum an empty list")
	}
	total := cty.Zero
	for _, v := range list.AsValueSlice() {
		n, err := convert.Convert(v, cty.Number)
		if err != nil || n.IsNull() {
			return cty.NilVal, function.NewArgErrorf(0, "argument must be list, set, or tuple of number values")
		}
		if total.AsBigFloat().IsInf() && n.AsBigFloat().IsInf() && !total.RawEquals(n) {
			return cty.NilVal, errors.New("can't compute sum of opposing infinities")
		}
		total = total.Add(n)
	}
	return total, nil
}, param("list", cty.DynamicPseudoType))
