package budget

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Body adds metering to the expressions in a body.
func (m *Meter) Body(body *hclsyntax.Body) { m.inside(body) }

// Expression adds metering to an expression with a budget of its own, such as an argument of a
// block.
func (m *Meter) Expression(expr hclsyntax.Expression) hclsyntax.Expression {
	m.inside(expr)
	return m.root(expr)
}

func (m *Meter) root(expr hclsyntax.Expression) hclsyntax.Expression {
	if plain(expr) {
		return expr
	}
	return m.wrap(expr, wholeExpression)
}

// Inner adds metering to an expression that counts against the one being evaluated, such as the
// template of a templatefile call.
func (m *Meter) Inner(expr hclsyntax.Expression) hclsyntax.Expression {
	m.inside(expr)
	return expr
}

// inside wraps the expressions below a node that can multiply values. It does not wrap references
// and constants: they create nothing, and other code looks for them.
func (m *Meter) inside(root hclsyntax.Node) {
	nested := map[hclsyntax.Expression]bool{} // constructors inside others, which are measured with these
	hclsyntax.VisitAll(root, func(node hclsyntax.Node) hcl.Diagnostics {
		switch x := node.(type) {
		case *hclsyntax.Attribute:
			x.Expr = m.root(x.Expr)
		case *hclsyntax.Block:
			if each := x.Body.Attributes["for_each"]; x.Type == "dynamic" && each != nil {
				each.Expr = m.wrap(each.Expr, dynamicBlocks)
			}
		case *hclsyntax.ForExpr:
			x.KeyExpr, x.CondExpr = m.wrap(x.KeyExpr, step), m.wrap(x.CondExpr, step)
			x.ValExpr = m.wrap(x.ValExpr, collected)
			x.CollExpr = m.constructor(x.CollExpr, nested)
		case *hclsyntax.TemplateExpr:
			for i, part := range x.Parts {
				if _, constant := part.(*hclsyntax.LiteralValueExpr); !constant {
					x.Parts[i] = m.wrap(part, templatePart)
				}
			}
		case *hclsyntax.FunctionCallExpr:
			for i, arg := range x.Args {
				x.Args[i] = m.constructor(arg, nested)
			}
		case *hclsyntax.BinaryOpExpr:
			if x.Op.Type == cty.Number {
				x.LHS, x.RHS = m.wrap(x.LHS, operand), m.wrap(x.RHS, operand)
			} else {
				x.LHS, x.RHS = m.constructor(x.LHS, nested), m.constructor(x.RHS, nested)
			}
		case *hclsyntax.ConditionalExpr:
			x.TrueResult, x.FalseResult = m.wrap(x.TrueResult, alternative), m.wrap(x.FalseResult, alternative)
		case *hclsyntax.TupleConsExpr:
			for _, elem := range x.Exprs {
				nested[elem] = true
			}
		case *hclsyntax.ObjectConsExpr:
			for _, item := range x.Items {
				nested[item.ValueExpr] = true
			}
		case *hclsyntax.SplatExpr:
			x.Source = m.constructor(x.Source, nested)
		case *hclsyntax.IndexExpr:
			x.Collection = m.constructor(x.Collection, nested)
		}
		return nil
	})
}

// constructor wraps an expression that constructs a list or an object.
func (m *Meter) constructor(expr hclsyntax.Expression, nested map[hclsyntax.Expression]bool) hclsyntax.Expression {
	switch expr.(type) {
	case *hclsyntax.TupleConsExpr, *hclsyntax.ObjectConsExpr:
		if !nested[expr] && !plain(expr) {
			return m.wrap(expr, visited)
		}
	}
	return expr
}

// plain reports whether an expression is a constant or a reference.
func plain(expr hclsyntax.Expression) bool {
	switch x := expr.(type) {
	case *hclsyntax.LiteralValueExpr, *hclsyntax.ScopeTraversalExpr, *hclsyntax.RelativeTraversalExpr, *hclsyntax.IndexExpr:
		return true
	case *hclsyntax.TemplateExpr:
		return x.IsStringLiteral()
	case *hclsyntax.TupleConsExpr:
		for _, elem := range x.Exprs {
			if _, reference := elem.(*hclsyntax.ScopeTraversalExpr); reference || !plain(elem) {
				return false
			}
		}
		return true
	}
	return false
}

// counting says what is counted of a value.
type counting int

const (
	wholeExpression counting = iota // a value that is kept
	collected                       // an element that a for expression collects
	step                            // a key or a condition of a for expression
	templatePart                    // text that goes into a template
	operand                         // of arithmetic
	alternative                     // of a conditional, whose alternatives get a common type
	visited                         // something that an operation looks at
	dynamicBlocks                   // the for_each of a dynamic block
)

// metered is an expression whose values are counted. In the tree it looks like parentheses.
type metered struct {
	*hclsyntax.ParenthesesExpr
	meter *Meter
	as    counting
}

func (m *Meter) wrap(expr hclsyntax.Expression, as counting) hclsyntax.Expression {
	if _, already := expr.(*metered); already || expr == nil {
		return expr
	}
	return &metered{&hclsyntax.ParenthesesExpr{Expression: expr, SrcRange: expr.Range()}, m, as}
}

// UnwrapExpression is called by hcl, which examines the form of some expressions.
func (e *metered) UnwrapExpression() hcl.Expression { return e.Expression }

// Value evaluates the expression, and counts.
func (e *metered) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if e.isRoot() {
		e.meter.begin()
	} else if err := e.meter.work(stepCost); err != nil {
		return cty.DynamicVal, e.tooMuch(err)
	}
	v, diags := e.Expression.Value(ctx)
	if diags.HasErrors() {
		if e.isRoot() {
			diags = distinct(diags)
		}
		return v, diags
	}
	err := e.count(v)
	if err == nil && e.isRoot() {
		err = e.meter.failed()
	}
	if err != nil {
		return cty.DynamicVal, append(diags, e.tooMuch(err)...)
	}
	return v, diags
}

// distinct leaves out errors that are like an earlier one: a for expression gives one for each
// element, and a limit that is reached one for each expression around it.
func distinct(diags hcl.Diagnostics) hcl.Diagnostics {
	type likeness struct{ summary, detail, place string }
	seen := map[likeness]bool{}
	return slices.DeleteFunc(diags, func(d *hcl.Diagnostic) bool {
		like := likeness{summary: d.Summary, detail: d.Detail}
		if d.Summary == tooExpensive {
			like.detail = ""
		} else if d.Subject != nil {
			like.place = d.Subject.String()
		}
		repeated := seen[like]
		seen[like] = true
		return repeated
	})
}

// isRoot reports whether the expression has a budget of its own.
func (e *metered) isRoot() bool { return e.as == wholeExpression || e.as == dynamicBlocks }

func (e *metered) count(v cty.Value) error {
	bare, _ := v.Unmark()
	switch e.as {
	case wholeExpression:
		return e.meter.finish(v)
	case step:
		return nil
	case operand:
		if bare.Type() == cty.String && bare.IsKnown() && !bare.IsNull() {
			return Numeric(bare.AsString())
		}
	case dynamicBlocks:
		if bare.IsKnown() && !bare.IsNull() && bare.CanIterateElements() {
			e.meter.kept.Add(dynamicCost * int64(bare.LengthInt()))
		}
		return e.meter.finish(v)
	case alternative:
		if err := unifiable(v.Type()); err != nil {
			return err
		}
	}
	size, err := e.meter.Visit(v)
	if err == nil && (e.as == collected || e.as == templatePart) {
		err = e.meter.hold(size)
	}
	return err
}

const tooExpensive = "Expression too expensive"

func (e *metered) tooMuch(err error) hcl.Diagnostics {
	var limit *Error
	e.meter.Fail(err)
	if !errors.As(err, &limit) {
		return refused("Expression failed", e.Range(), "%s.", err)
	}
	return refused(tooExpensive, e.Range(), "%s", fmt.Sprintf("This can't be evaluated: %s.", limit.Detail))
}

// Bare returns the expression without parentheses and metering.
func Bare(expr hcl.Expression) hcl.Expression {
	for {
		switch x := expr.(type) {
		case *metered:
			expr = x.Expression
		case *hclsyntax.ParenthesesExpr:
			expr = x.Expression
		default:
			return expr
		}
	}
}
