package config

import (
	"testing"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"pgregory.net/rapid"
)

// TestConverted: the short way to a list gives what converting gives.
func TestConverted(t *testing.T) {
	values := []cty.Value{cty.StringVal("a"), cty.StringVal(""), cty.NumberIntVal(1), cty.True, cty.NullVal(cty.String), cty.UnknownVal(cty.String), cty.DynamicVal,
		cty.StringVal("s").Mark("m"), cty.NullVal(cty.DynamicPseudoType), cty.ListVal([]cty.Value{cty.StringVal("x")})}
	types := []cty.Type{cty.String, cty.Number, cty.List(cty.String), cty.List(cty.Number), cty.List(cty.List(cty.String)), cty.DynamicPseudoType, cty.List(cty.DynamicPseudoType)}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SampledFrom(values).Draw(t, "value")
		if rapid.Bool().Draw(t, "tuple") {
			v = cty.TupleVal(rapid.SliceOfN(rapid.SampledFrom(values), 0, 3).Draw(t, "elements"))
			if rapid.Bool().Draw(t, "marked") {
				v = v.Mark("m")
			}
		}
		want := rapid.SampledFrom(types).Draw(t, "type")
		got, err := converted(v, want)
		whole, wrong := convert.Convert(v, want)
		if (err == nil) != (wrong == nil) || err == nil && !got.RawEquals(whole) {
			t.Fatalf("%#v to %#v: %#v %v, want %#v %v", v, want, got, err, whole, wrong)
		}
	})
}
