package budget

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"pgregory.net/rapid"
)

// nested is a text in which brackets stand within each other.
func nested(open, inside, end string, levels int) string {
	return strings.Repeat(open, levels) + inside + strings.Repeat(end, levels)
}

// TestDepthIsCountedBeforeParsing: one level below the limit passes, one above doesn't, in every
// syntax that has a recursive parser.
func TestDepthIsCountedBeforeParsing(t *testing.T) {
	expression := func(text string) error {
		if diags := Expression([]byte(text), "x.hcl"); diags.HasErrors() {
			return diags
		}
		return nil
	}
	source := func(text string) error {
		if diags := Source([]byte(text), "x.hcl"); diags.HasErrors() {
			return diags
		}
		return nil
	}
	template := func(text string) error {
		if diags := Template([]byte(text), "x.tmpl"); diags.HasErrors() {
			return diags
		}
		return nil
	}
	for _, c := range []struct {
		name             string
		check            func(string) error
		open, inside, to string
	}{
		{"lists", expression, "[", "1", "]"},
		{"objects", expression, "{a=", "1", "}"},
		{"brackets", expression, "(", "1", ")"},
		{"negations", expression, "!", "true", ""},
		{"indexes", expression, "", "a", "[0]"},
		{"conditions", expression, "true ? 1 : ", "1", ""},
		{"sums", expression, "1+", "1", ""},
		{"blocks", source, "b {\n", "", "}\n"},
		{"templates", template, "${\"", "x", "\"}"},
		{"directives", template, "%{ if true }", "x", "%{ endif }"},
		{"JSON lists", func(s string) error { return JSON([]byte(s)) }, "[", "1", "]"},
		{"JSON objects", func(s string) error { return JSON([]byte(s)) }, `{"a":`, "1", "}"},
		{"YAML lists", func(s string) error { return YAML([]byte(s)) }, "[", "1", "]"},
		{"YAML sequences", func(s string) error { return YAML([]byte(s)) }, "- ", "1", ""},
	} {
		if err := c.check(nested(c.open, c.inside, c.to, MaxDepth/5)); err != nil {
			t.Errorf("%s, a fifth of the limit: %v", c.name, err)
		}
		if err := c.check(nested(c.open, c.inside, c.to, 2*MaxDepth)); err == nil {
			t.Errorf("%s, twice the limit: no error", c.name)
		}
	}
}

// TestSharedPartsCountEachTime: a value is as large as the tree that a reader walks, though its
// parts may share memory.
func TestSharedPartsCountEachTime(t *testing.T) {
	v := cty.StringVal("0123456789")
	for range 19 {
		v = cty.TupleVal([]cty.Value{v, v})
	}
	size, err := Measure(v)
	if err != nil || size.Elements < 1<<19 || size.Text != 10<<19 {
		t.Errorf("%+v, %v; want 2^19 texts of 10 bytes", size, err)
	}
	for range 30 {
		v = cty.TupleVal([]cty.Value{v, v})
	}
	var limit *Error
	if _, err := Measure(v); !errors.As(err, &limit) {
		t.Errorf("2^49 texts: %v; want an error that names a limit", err)
	}
}

// TestConvertIsConvert: within the limits, conversion gives what cty gives.
func TestConvertIsConvert(t *testing.T) {
	scalars := []cty.Value{cty.StringVal("a"), cty.StringVal("12"), cty.NumberIntVal(7), cty.True, cty.NullVal(cty.String), cty.UnknownVal(cty.Number), cty.DynamicVal}
	types := []cty.Type{cty.String, cty.Number, cty.List(cty.String), cty.Set(cty.String), cty.Map(cty.String), cty.List(cty.DynamicPseudoType), cty.DynamicPseudoType,
		cty.Object(map[string]cty.Type{"a": cty.String}), cty.Tuple([]cty.Type{cty.String})}
	rapid.Check(t, func(t *rapid.T) {
		elements := rapid.SliceOfN(rapid.SampledFrom(scalars), 0, 8).Draw(t, "elements")
		v := rapid.SampledFrom(scalars).Draw(t, "scalar")
		switch rapid.IntRange(0, 2).Draw(t, "form") {
		case 0:
			v = cty.TupleVal(elements)
		case 1:
			named := map[string]cty.Value{}
			for i, e := range elements {
				named[string(rune('a'+i))] = e
			}
			v = cty.ObjectVal(named)
		}
		want := rapid.SampledFrom(types).Draw(t, "type")
		got, err := Convert(v, want)
		expected, refused := convert.Convert(v, want)
		if (err != nil) != (refused != nil) || err == nil && !got.RawEquals(expected) {
			t.Fatalf("%#v to %s: %#v, %v; cty gives %#v, %v", v, want.FriendlyName(), got, err, expected, refused)
		}
	})
}

// TestForecast: what a function would make of little is refused before it is called.
func TestForecast(t *testing.T) {
	number := func(n int64) cty.Value { return cty.NumberIntVal(n) }
	as := func(n int) cty.Value { return cty.StringVal(strings.Repeat("a", n)) }
	list := func(n int) cty.Value { return cty.ListVal(slices.Repeat([]cty.Value{cty.Zero}, n)) }
	for _, c := range []struct {
		name string
		args []cty.Value
		ok   bool
	}{
		{"indent", []cty.Value{number(4), cty.StringVal("a\nb")}, true},
		{"indent", []cty.Value{number(2_000_000_000), cty.StringVal("a\nb")}, false},
		{"setproduct", []cty.Value{list(10), list(10)}, true},
		{"setproduct", []cty.Value{list(3000), list(3000)}, false},
		{"range", []cty.Value{number(10)}, true},
		{"format", []cty.Value{cty.StringVal("%5d"), number(1)}, true},
		{"format", []cty.Value{cty.StringVal("%999999999d"), number(1)}, false},
		{"regexall", []cty.Value{cty.StringVal("a(.*b)?"), as(5_000)}, true},
		{"regexall", []cty.Value{cty.StringVal("a(.*b)?"), as(50_000)}, false}, // each match reads to the end
		{"replace", []cty.Value{as(50_000), cty.StringVal("/a(.*b)?/"), cty.StringVal("")}, false},
		{"regexall", []cty.Value{cty.StringVal("[a-z]"), as(100_000)}, true},
		{"regexall", []cty.Value{cty.StringVal("a+"), as(400_000)}, true},
		{"replace", []cty.Value{as(400_000), cty.StringVal("/[^a-z]/"), cty.StringVal("-")}, true},
		{"replace", []cty.Value{as(1_000_000), cty.StringVal("/a/"), as(100)}, false},
		{"regex", []cty.Value{cty.StringVal("a(.*b)?"), as(100_000)}, true},
		{"regex", []cty.Value{cty.StringVal("(((a?){30}){30}b)"), as(1_000_000)}, false},
		{"regexall", []cty.Value{cty.StringVal("(a)(b)?(c)?"), as(2_000_000)}, false}, // elements
	} {
		if err := new(Meter).Call(c.name, c.args); (err == nil) != c.ok {
			t.Errorf("%s of %d arguments: %v; want an error: %v", c.name, len(c.args), err, !c.ok)
		}
	}
}

// TestErrorsAreGivenOnce: an error in a for expression isn't repeated for each element.
func TestErrorsAreGivenOnce(t *testing.T) {
	objects := cty.TupleVal(slices.Repeat([]cty.Value{cty.EmptyObjectVal}, 3))
	for text, want := range map[string]int{
		`[for x in objects : x.one]`:          1,
		`[for x in objects : [x.one, x.two]]`: 2,
		`[for i, x in objects : regex(i)]`:    1,
	} {
		expr, diags := hclsyntax.ParseExpression([]byte(text), "main.hcl", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		_, diags = new(Meter).Expression(expr).Value(&hcl.EvalContext{Variables: map[string]cty.Value{"objects": objects}})
		if len(diags) != want {
			t.Errorf("%s: %d errors, want %d; the first is %s", text, len(diags), want, diags[0])
		}
	}
}
