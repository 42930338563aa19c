package functions

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// arranging are functions that select and arrange values without examining unknown ones.
var arranging = []string{"can", "chunklist", "coalesce", "coalescelist", "concat", "element", "flatten", "keys", "length", "lookup",
	"merge", "one", "reverse", "slice", "tolist", "tomap", "toset", "try", "values", "zipmap"}

// succeeds reports whether an expression that has evaluated to v succeeds whatever its unknown
// parts become. An object that is not created yet has an unknown id, but it exists for expressions.
func succeeds(expr hcl.Expression, v cty.Value) bool {
	if v.IsWhollyKnown() {
		return true
	}
	return v.IsKnown() && !holdsAnyType(v) && arranges(expr)
}

// holdsAnyType reports whether a part of a value has no type yet.
func holdsAnyType(v cty.Value) bool {
	found := false
	_ = cty.Walk(v, func(_ cty.Path, part cty.Value) (bool, error) {
		bare, _ := part.Unmark()
		found = found || !bare.IsKnown() && bare.Type().HasDynamicTypes()
		return !found, nil
	})
	return found
}

// arranges reports whether an expression only selects and arranges values.
func arranges(expr hcl.Expression) bool {
	node, ok := expr.(hclsyntax.Node)
	if !ok {
		return false
	}
	only := true
	hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.FunctionCallExpr:
			only = only && slices.Contains(arranging, n.Name)
		case *hclsyntax.BinaryOpExpr:
			only = only && (n.Op == hclsyntax.OpEqual || n.Op == hclsyntax.OpNotEqual)
		case *hclsyntax.UnaryOpExpr, *hclsyntax.TemplateExpr, *hclsyntax.TemplateJoinExpr:
			only = only && literalTemplate(n)
		}
		return nil
	})
	return only
}

// literalTemplate reports whether a template is a string without expressions.
func literalTemplate(n hclsyntax.Node) bool {
	t, ok := n.(*hclsyntax.TemplateExpr)
	return ok && t.IsStringLiteral()
}
