package config

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Most of what is written are texts and lists of texts. That takes neither a walk to see
// that it refers to nothing, nor a template to evaluate.

// literal reports whether an expression is made of constants alone; where it reports
// false, it may be, too.
func literal(expr hcl.Expression) bool {
	switch x := expr.(type) {
	case *hclsyntax.LiteralValueExpr:
		return true
	case *hclsyntax.TemplateExpr:
		return x.IsStringLiteral()
	case *hclsyntax.TupleConsExpr:
		return !slices.ContainsFunc(x.Exprs, func(elem hclsyntax.Expression) bool { return !literal(elem) })
	}
	return false
}

// literals reports whether a body holds nothing but attributes that are literal.
func literals(body hcl.Body) bool {
	tree, ok := native(body)
	if !ok || len(tree.Blocks) > 0 {
		return false
	}
	for _, a := range tree.Attributes {
		if !literal(a.Expr) {
			return false
		}
	}
	return true
}

// literalValue is the value of an expression that is literal.
func literalValue(expr hcl.Expression) cty.Value {
	switch x := expr.(type) {
	case *hclsyntax.TemplateExpr:
		return literalValue(x.Parts[0])
	case *hclsyntax.TupleConsExpr:
		elems := make([]cty.Value, len(x.Exprs))
		for i, elem := range x.Exprs {
			elems[i] = literalValue(elem)
		}
		return cty.TupleVal(elems)
	}
	return expr.(*hclsyntax.LiteralValueExpr).Val
}
