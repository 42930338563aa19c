package config

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// What is literal has the value that HCL gives it, and refers to nothing.
func TestLiteral(t *testing.T) {
	for text, want := range map[string]bool{
		`"a"`: true, `""`: true, `"é e\u0301 \n$${x} %%{y}"`: true, `1`: true, `1.50`: true, `true`: true, `null`: true,
		`[]`: true, `["a", "b"]`: true, `["a", 1, null, ["b"], []]`: true, "<<E\na\nb\nE\n": true,
		`var.x`: false, `"${var.x}"`: false, `"a${var.x}"`: false, `["a", var.x]`: false, `[["${var.x}"]]`: false, `{ a = "b" }`: false,
		`-1`: false, `("a")`: false, `upper("a")`: false, `[for x in ["a"] : x]`: false,
	} {
		expr, diags := hclsyntax.ParseExpression([]byte(text), "x.hcl", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(text, diags)
		}
		if got := literal(expr); got != want {
			t.Errorf("%s is literal: %v", text, got)
		}
		if !want {
			continue
		}
		value, diags := expr.Value(nil)
		if got := literalValue(expr); diags.HasErrors() || !got.RawEquals(value) || len(expr.Variables()) > 0 {
			t.Errorf("%s is %#v, not %#v", text, got, value)
		}
	}
}
