package config

import (
	"fmt"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/budget"
)

// hcl evaluates expressions of the JSON syntax itself, and parses their templates in each
// evaluation. Here they are converted to expressions of the native syntax, so that budgets apply to
// them too.

// jsonBody is a body in the JSON syntax.
type jsonBody struct {
	hcl.Body
	c *Config
}

func (b jsonBody) Content(s *hcl.BodySchema) (*hcl.BodyContent, hcl.Diagnostics) {
	content, diags := b.Body.Content(s)
	return b.counting(content), diags
}

func (b jsonBody) PartialContent(s *hcl.BodySchema) (*hcl.BodyContent, hcl.Body, hcl.Diagnostics) {
	content, rest, diags := b.Body.PartialContent(s)
	return b.counting(content), jsonBody{rest, b.c}, diags
}

func (b jsonBody) JustAttributes() (hcl.Attributes, hcl.Diagnostics) {
	attrs, diags := b.Body.JustAttributes()
	return b.attributes(attrs), diags
}

func (b jsonBody) counting(content *hcl.BodyContent) *hcl.BodyContent {
	if content == nil {
		return nil
	}
	content.Attributes = b.attributes(content.Attributes)
	for _, block := range content.Blocks {
		block.Body = jsonBody{block.Body, b.c}
	}
	return content
}

func (b jsonBody) attributes(attrs hcl.Attributes) hcl.Attributes {
	for _, a := range attrs {
		if _, already := a.Expr.(*jsonExpression); !already {
			original := a.Expr
			a.Expr = &jsonExpression{original, sync.OnceValues(func() (hclsyntax.Expression, hcl.Diagnostics) {
				expr, diags := nativeExpression(original)
				if diags.HasErrors() {
					return nil, diags
				}
				expr = b.c.meter.Expression(expr)
				takeAsIs(expr)
				return expr, diags
			})}
		}
	}
	return attrs
}

// jsonExpression is an expression in the JSON syntax. Code that needs its syntactic form, such as a
// list of references or a type, gets the original.
type jsonExpression struct {
	hcl.Expression
	native func() (hclsyntax.Expression, hcl.Diagnostics)
}

// UnwrapExpression is called by hcl, which examines the form of some expressions.
func (e *jsonExpression) UnwrapExpression() hcl.Expression { return e.Expression }

// Value evaluates the expression. Without a context, strings are not templates.
func (e *jsonExpression) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	if ctx == nil {
		return e.Expression.Value(nil)
	}
	native, diags := e.native()
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	return native.Value(ctx)
}

func nativeExpression(expr hcl.Expression) (hclsyntax.Expression, hcl.Diagnostics) {
	at := expr.Range()
	if pairs, diags := hcl.ExprMap(expr); !diags.HasErrors() {
		object := &hclsyntax.ObjectConsExpr{SrcRange: at, OpenRange: expr.StartRange()}
		seen := map[string]bool{}
		for _, pair := range pairs {
			name, _ := pair.Key.Value(nil)
			key, diags := jsonTemplate(name.AsString(), pair.Key.Range())
			value, more := nativeExpression(pair.Value)
			if diags = append(diags, more...); diags.HasErrors() {
				return nil, diags
			}
			if seen[name.AsString()] {
				return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Duplicate object attribute",
					Detail: fmt.Sprintf("An attribute named %q was already defined in this object.", name.AsString()), Subject: pair.Key.Range().Ptr()}}
			}
			seen[name.AsString()] = true
			object.Items = append(object.Items, hclsyntax.ObjectConsItem{KeyExpr: key, ValueExpr: value})
		}
		return object, nil
	}
	if list, diags := hcl.ExprList(expr); !diags.HasErrors() {
		tuple := &hclsyntax.TupleConsExpr{SrcRange: at, OpenRange: expr.StartRange()}
		for _, elem := range list {
			native, diags := nativeExpression(elem)
			if diags.HasErrors() {
				return nil, diags
			}
			tuple.Exprs = append(tuple.Exprs, native)
		}
		return tuple, nil
	}
	v, diags := expr.Value(nil)
	if !diags.HasErrors() && v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
		return jsonTemplate(v.AsString(), at)
	}
	return &hclsyntax.LiteralValueExpr{Val: v, SrcRange: at}, diags
}

// jsonTemplate parses a string that begins after its quotation mark. If it contains escapes,
// positions are shifted.
func jsonTemplate(text string, at hcl.Range) (hclsyntax.Expression, hcl.Diagnostics) {
	if diags := budget.Template([]byte(text), at.Filename); diags.HasErrors() {
		return nil, diags
	}
	start := at.Start
	start.Column++
	start.Byte++
	return hclsyntax.ParseTemplate([]byte(text), at.Filename, start)
}
