package schema

import (
	"testing"

	"github.com/zclconf/go-cty/cty"
)

// A reference whose id was unknown while planning may stand elsewhere among the
// others once it is known.
func TestAgreesWhateverTheIDTurnsOutToBe(t *testing.T) {
	refs := func(ids ...string) cty.Value {
		var list []cty.Value
		for _, id := range ids {
			ref := map[string]cty.Value{"id": cty.UnknownVal(cty.String), "addr": cty.StringVal("group." + id), "name": cty.NullVal(cty.String)}
			switch id {
			case "?":
			case "unknown":
				list = append(list, cty.UnknownVal(Ref))
				continue
			default:
				ref["id"] = cty.StringVal(id)
			}
			list = append(list, cty.ObjectVal(ref))
		}
		return cty.ListVal(list)
	}
	for _, test := range []struct {
		want, got cty.Value
		agrees    bool
	}{
		{refs("b", "?"), refs("a", "b"), true},
		{refs("b", "?"), refs("b", "c"), true},
		{refs("?", "?"), refs("a", "b"), true},
		{refs("b", "?"), refs("a", "c"), false},
		{refs("b", "?"), refs("b"), false},
		{refs("a", "b"), refs("a", "b"), true},
		{refs("a"), refs("b"), false},
		// Of an unknown reference, nothing tells whether it is one more.
		{refs("a", "unknown"), refs("a"), true},
		{refs("?", "unknown"), refs("a"), true},
		{refs("?", "unknown"), refs("a", "b"), true},
		{refs("a", "unknown"), refs("b"), false},
		{refs("a", "unknown"), refs("a", "b", "c"), false},
	} {
		if got := Agrees(test.want, test.got); got != test.agrees {
			t.Errorf("%#v and %#v: %v", test.want, test.got, got)
		}
	}
	if !IsRef(refs("a").Type()) {
		t.Error("not what a kind holds")
	}
}
