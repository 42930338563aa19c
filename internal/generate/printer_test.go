package generate

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"golang.org/x/text/unicode/norm"
)

// quotedAs is how HCL reads a text: composed (NFC), and with U+FFFD in place of what is no UTF-8.
func quotedAs(s string) string { return norm.NFC.String(strings.ToValidUTF8(s, "\ufffd")) }

func TestExpressions(t *testing.T) {
	for _, row := range []struct {
		v    cty.Value
		want string
	}{
		{cty.StringVal(`say "hi" ${x} %{y} \`), `"say \"hi\" $${x} %%{y} \\"`},
		{cty.StringVal("two\nlines"), `"two\nlines"`},
		{cty.NullVal(cty.String), "null"},
		{cty.True, "true"},
		{cty.NumberIntVal(12), "12"},
		{cty.ListValEmpty(cty.String), "[]"},
		{cty.ListVal([]cty.Value{cty.StringVal("a"), cty.StringVal("b")}), `["a", "b"]`},
		{cty.MapValEmpty(cty.String), "{}"},
		{cty.MapVal(map[string]cty.Value{"b c": cty.StringVal("1"), "a": cty.StringVal("2"), "for": cty.StringVal("3"), "${x}": cty.StringVal("4")}),
			"{\n  \"$${x}\" = \"4\"\n  a = \"2\"\n  \"b c\" = \"1\"\n  \"for\" = \"3\"\n}"},
		{cty.TupleVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{"x": cty.True})}), "[{\n  x = true\n}]"},
	} {
		if got := expressionOf(row.v); got != row.want {
			t.Errorf("%#v:\n%s\nwant\n%s", row.v, got, row.want)
		}
	}
	long := strings.Repeat("x", lineWidth)
	if got, want := listOf([]string{quoted(long), `"b"`}), "[\n  \""+long+"\",\n  \"b\",\n]"; got != want {
		t.Errorf("a long list:\n%s", got)
	}
}

// JSON objects become expressions that have the same value, without members that are null.
func TestJSONExpressions(t *testing.T) {
	for raw, want := range map[string]string{
		`{}`:                     "",
		`{"a":null}`:             "",
		`{"b":1.50,"a":[true]}`:  "{\n  a = [true]\n  b = 1.50\n}",
		`{"for":{"x":null}}`:     "{\n  \"for\" = {\n    x = null\n  }\n}",
		`{"k":"${x}\n\"quoted"}`: "{\n  k = \"$${x}\\n\\\"quoted\"\n}",
	} {
		if got, err := jsonExpression(raw); err != nil || got != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", raw, err, got, want)
		}
	}
	if _, err := jsonExpression(`[1]`); err == nil {
		t.Error("a list is no object")
	}
}

// What the printer writes is one block, in HCL's syntax.
func TestPrinter(t *testing.T) {
	p := &printer{}
	p.comment(comment("%s", "a \"note\"\nof \\ two lines"))
	p.open("group", `na"me`)
	p.attr("name", quoted("x"))
	p.open("admin_role", "REPORT_ADMIN")
	p.close()
	p.open("lifecycle")
	p.attr("list", "[\n  1,\n]")
	p.close()
	p.close()
	want := `# a "note"\nof \ two lines
group "na\"me" {
  name = "x"

  admin_role "REPORT_ADMIN" {}

  lifecycle {
    list = [
      1,
    ]
  }
}
`
	if p.String() != want {
		t.Errorf("%s\nwant\n%s", p, want)
	}
	if _, diags := hclsyntax.ParseConfig(p.Bytes(), "x.hcl", hcl.InitialPos); diags.HasErrors() {
		t.Error(diags)
	}
}
