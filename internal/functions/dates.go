package functions

import (
	"time"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func dates() []Func {
	return []Func{
		{Name: "formatdate", Function: stdlib.FormatDateFunc, Doc: "A timestamp written in a format such as \"YYYY-MM-DD\"."},
		{Name: "timeadd", Function: stdlib.TimeAddFunc, Doc: "A timestamp moved by a duration such as \"-1h30m\"."},
		{Name: "timecmp", Function: timecmp, Doc: "-1, 0 or 1: whether the first timestamp is earlier, the same moment, or later."},
	}
}

var timecmp = define(cty.Number, func(args []cty.Value) (cty.Value, error) {
	var at [2]time.Time
	for i, arg := range args {
		// Adding nothing is the way to the library's explanation of what is
		// wrong with a timestamp, which is Terraform's.
		if _, err := stdlib.TimeAdd(arg, cty.StringVal("0s")); err != nil {
			return cty.NilVal, function.NewArgError(i, err)
		}
		t, err := time.Parse(time.RFC3339, arg.AsString())
		if err != nil {
			return cty.NilVal, function.NewArgError(i, err)
		}
		at[i] = t
	}
	return cty.NumberIntVal(int64(at[0].Compare(at[1]))), nil
}, param("timestamp_a", cty.String), param("timestamp_b", cty.String))
