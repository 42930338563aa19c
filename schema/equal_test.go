package schema_test

import (
	"testing"

	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/schema"
)

// TestRawEquals: the short way to compare says what cty's says, also where one part of
// a value is another one, unknown or marked.
func TestRawEquals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, value := eachKind(t, true)
		other := values(k, true).Draw(t, "other")
		parts := 0
		_ = cty.Walk(value.Cty(), func(cty.Path, cty.Value) (bool, error) { parts++; return true, nil })
		at, seen := rapid.IntRange(0, parts-1).Draw(t, "part"), -1
		how := rapid.IntRange(0, 2).Draw(t, "change")
		changed, err := cty.Transform(value.Cty(), func(path cty.Path, v cty.Value) (cty.Value, error) {
			if seen++; seen != at || len(path) == 0 {
				return v, nil
			}
			switch {
			case how == 0:
				return v.Mark(schema.Sensitive), nil
			case how == 1 || v.Type() != cty.String:
				return cty.UnknownVal(v.Type()), nil
			}
			return cty.StringVal("another"), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, a := range value.Cty().AsValueMap() {
			for _, b := range []cty.Value{a, changed.GetAttr(name), other.GetAttr(name)} {
				if got, want := schema.RawEquals(a, b), a.RawEquals(b); got != want {
					t.Fatalf("%s: %v instead of %v for\n%#v\n%#v", name, got, want, a, b)
				}
				if got, want := schema.RawEquals(b, a), b.RawEquals(a); got != want {
					t.Fatalf("%s: %v instead of %v for\n%#v\n%#v", name, got, want, b, a)
				}
			}
		}
	})
}
