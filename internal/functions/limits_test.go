package functions

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/schema"
)

// TestNothingCatchesALimit: an expression that exceeds a limit has no value, whatever catches the
// error within it. Its value could otherwise differ between two machines.
func TestNothingCatchesALimit(t *testing.T) {
	const costly = `setproduct(wide, wide)`
	for _, row := range []string{
		`try(` + costly + `, [])`,
		`try("", ` + costly + `)`, // succeeds before
		`can(` + costly + `)`,
		`can(can(` + costly + `))`,
		`try(try(` + costly + `, []), [])`,
		`[for i in [1]: try(` + costly + `, i)]`,
		`"${can(` + costly + `)}"`,
		`coalesce(try(` + costly + `, null), "x")`,
		`coalescelist(try(` + costly + `, []), ["x"])`,
		`lookup({}, "a", can(` + costly + `))`,
		`can(` + costly + `) ? "x" : "y"`,
		`later == "" ? ` + costly + ` : []`,
		`true ? ` + costly + ` : []`,
		`false ? ` + costly + ` : []`,
		`true ? "x" : ` + costly,
		`false && can(` + costly + `)`,
		`true || can(` + costly + `)`,
		`try(indent(2000000000, "a\nb"), "")`,
		`try(format("%999999999d", 1), "")`,
		`try(tonumber(join("", [for i in wide: "1"])), 0)`,
		`can(1 + join("", [for i in wide: "1"]))`,
		`try(jsondecode(join("", [for i in wide: "["])), "")`,
		`try(yamldecode(join("", concat([for i in wide: "["], [for i in wide: "]"]))), "")`,
		`try(templatestring("$${join(\"\", setproduct(wide, wide))}", { wide = wide }), "")`,
		`try(templatestring(join("", [for i in wide: "$${[" ]), {}), "")`,
		`try(format("%999999999${secret}d", 1), "")`,
		`can(tonumber(join("", [for i in wide: secret])))`,
	} {
		diags := evaluated(t, row)
		succeedsBefore := strings.HasPrefix(row, `try("",`)
		switch {
		case succeedsBefore && diags.HasErrors():
			t.Errorf("%s: %v", row, diags)
		case !succeedsBefore && !strings.Contains(diags.Error(), "This can't be evaluated") && !strings.Contains(diags.Error(), "a value may have"):
			t.Errorf("%s: %v; want an exceeded limit", row, diags)
		case strings.Contains(diags.Error(), "7913"):
			t.Errorf("%s tells the secret: %v", row, diags)
		}
	}
	for _, row := range []string{`try(tonumber("x"), 0)`, `can(jsondecode("["))`, `true ? 1 : tonumber("x")`, `coalesce(null, "x")`} {
		if diags := evaluated(t, row); diags.HasErrors() {
			t.Errorf("%s: %v", row, diags)
		}
	}
}

// evaluated is what is wrong with an expression of a configuration.
func evaluated(t *testing.T, text string) hcl.Diagnostics {
	t.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(text), "row", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %v", text, diags)
	}
	meter := new(budget.Meter)
	_, diags = meter.Expression(expr).Value(&hcl.EvalContext{
		Functions: Table(Options{Meter: meter}),
		Variables: map[string]cty.Value{"wide": cty.ListVal(slices.Repeat([]cty.Value{cty.Zero}, 3000)), "later": cty.UnknownVal(cty.String), "secret": cty.StringVal("7913").Mark(schema.Sensitive)},
	})
	return diags
}
