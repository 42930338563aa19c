package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/oktaform/oktaform/internal/budget"
)

// HCL converts the two results of a conditional expression to one type. Two objects of the org may
// have no common type, because each has a profile with its own attributes. A conditional expression
// with a result that is or contains an object therefore returns the chosen result unconverted.

// takeAsIs changes the conditional expressions below a node in this way.
func takeAsIs(root hclsyntax.Node) {
	done := map[*hclsyntax.ConditionalExpr]bool{}
	_ = hclsyntax.VisitAll(root, func(n hclsyntax.Node) hcl.Diagnostics {
		x, ok := n.(*hclsyntax.ConditionalExpr)
		if !ok || done[x] {
			return nil
		}
		// Other code holds a pointer to the expression, so it stays and is changed to a single
		// result.
		original := *x
		done[&original] = true
		always := hcl.Range{Filename: x.SrcRange.Filename, Start: x.SrcRange.Start, End: x.SrcRange.Start}
		x.Condition = &hclsyntax.LiteralValueExpr{Val: cty.True, SrcRange: always}
		x.FalseResult = &hclsyntax.LiteralValueExpr{Val: cty.NullVal(cty.DynamicPseudoType), SrcRange: always}
		x.TrueResult = &choice{parentheses(&original), &original}
		return nil
	})
}

// choice is a conditional expression.
type choice struct {
	*hclsyntax.ParenthesesExpr
	of *hclsyntax.ConditionalExpr
}

// Value evaluates each part of the expression once.
func (c *choice) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	x := *c.of
	yes, no := evaluate(x.TrueResult, ctx), evaluate(x.FalseResult, ctx)
	if budget.HoldObjects(yes.value.Type()) || budget.HoldObjects(no.value.Type()) {
		condition := evaluate(x.Condition, ctx)
		x.Condition = condition
		bare, _ := condition.value.Unmark()
		switch chosen, err := convert.Convert(bare, cty.Bool); {
		case condition.diags.HasErrors() || err != nil || chosen.IsNull(): // HCL refuses it
		case chosen.IsKnown() && chosen.True():
			no.value = cty.NullVal(cty.DynamicPseudoType)
		case chosen.IsKnown():
			yes.value = cty.NullVal(cty.DynamicPseudoType)
		case !yes.value.Type().Equals(no.value.Type()):
			yes.value, no.value = cty.DynamicVal, cty.DynamicVal
		}
	}
	x.TrueResult, x.FalseResult = yes, no
	return x.Value(ctx)
}

// evaluated is an expression with its value.
type evaluated struct {
	*hclsyntax.ParenthesesExpr
	value cty.Value
	diags hcl.Diagnostics
}

func evaluate(expr hclsyntax.Expression, ctx *hcl.EvalContext) *evaluated {
	v, diags := expr.Value(ctx)
	return &evaluated{parentheses(expr), v, diags}
}

func (e *evaluated) Value(*hcl.EvalContext) (cty.Value, hcl.Diagnostics) { return e.value, e.diags }

func parentheses(expr hclsyntax.Expression) *hclsyntax.ParenthesesExpr {
	return &hclsyntax.ParenthesesExpr{Expression: expr, SrcRange: expr.Range()}
}
