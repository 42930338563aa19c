package schema

import (
	"testing"

	"github.com/zclconf/go-cty/cty"
)

func TestEqual(t *testing.T) {
	ref := func(id, addr, name cty.Value) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{"id": id, "addr": addr, "name": name})
	}
	text, unknown, null := cty.StringVal, cty.UnknownVal(cty.String), cty.NullVal(cty.String)
	role := func(name string, target cty.Value) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{"type": text(name), "target": target})
	}
	a, b := ref(text("1"), text("group.a"), text("A")), ref(text("2"), text("group.b"), text("B"))
	for _, test := range []struct {
		of            string
		want, got     cty.Value
		equal, agrees bool
	}{
		{"texts", text("x"), text("x"), true, true},
		{"other texts", text("x"), text("y"), false, false},
		{"a mark", text("x").Mark(Sensitive), text("x"), true, true},
		{"a mark inside", cty.ListVal([]cty.Value{text("x").Mark(Sensitive)}), cty.ListVal([]cty.Value{text("x")}), true, true},
		{"null", null, null, true, true},
		{"null and an empty text", null, text(""), false, false},
		{"unknown and known", unknown, text("x"), false, true},
		{"known and unknown", text("x"), unknown, false, false},
		{"unknown and unknown", unknown, unknown, true, true},
		{"null and unknown", null, unknown, false, false},
		{"the order of a list", cty.ListVal([]cty.Value{text("x"), text("y")}), cty.ListVal([]cty.Value{text("y"), text("x")}), false, false},
		{"the order of references", cty.ListVal([]cty.Value{a, b}), cty.ListVal([]cty.Value{b, a}), true, true},
		{"one reference more", cty.ListVal([]cty.Value{a, b}), cty.ListVal([]cty.Value{a}), false, false},
		{"one reference twice", cty.ListVal([]cty.Value{a, a}), cty.ListVal([]cty.Value{a, b}), false, false},
		{"an unknown list", cty.UnknownVal(cty.List(Ref)), cty.ListVal([]cty.Value{a}), false, true},
		{"an unknown reference beside another", cty.ListVal([]cty.Value{a, cty.UnknownVal(Ref)}), cty.ListVal([]cty.Value{a}), false, true},
		{"names of one object", a, ref(text("1"), text(""), text("Alpha")), true, true},
		{"one name of two objects", a, ref(text("2"), text("group.a"), text("A")), false, false},
		{"an unknown id", ref(unknown, text("group.a"), text("A")), a, false, true},
		{"unknown ids at one address", ref(unknown, text("group.a"), text("A")), ref(unknown, text("group.a"), text("A")), true, true},
		{"unknown ids at two addresses", ref(unknown, text("group.a"), text("A")), ref(unknown, text("group.b"), text("A")), false, true},
		{"names without an id", ref(null, text(""), text("A")), ref(null, text(""), text("A")), true, true},
		{"other names without an id", ref(null, text(""), text("A")), ref(null, text(""), text("B")), false, false},
		{"the order of blocks", cty.ListVal([]cty.Value{role("x", a), role("y", b)}), cty.ListVal([]cty.Value{role("y", b), role("x", a)}), true, true},
		{"blocks with other references", cty.ListVal([]cty.Value{role("x", a)}), cty.ListVal([]cty.Value{role("x", b)}), false, false},
		{"maps", cty.MapVal(map[string]cty.Value{"k": text("x")}), cty.MapVal(map[string]cty.Value{"k": text("y")}), false, false},
	} {
		if got := Equal(test.want, test.got); got != test.equal {
			t.Errorf("%s: Equal says %v", test.of, got)
		}
		if got := Agrees(test.want, test.got); got != test.agrees {
			t.Errorf("%s: Agrees says %v", test.of, got)
		}
	}
}
