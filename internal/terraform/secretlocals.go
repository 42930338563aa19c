package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/secretname"
)

// Secrets in .tf files stand in locals as often as in attributes: under a telling name, inside an
// object, or under any name where a password refers to the local.

// secretLocals returns the names of the locals that attributes such as password use.
func (f *folder) secretLocals() map[string]bool {
	if f.secrets != nil {
		return f.secrets
	}
	f.secrets = map[string]bool{}
	exprs := map[string]hclsyntax.Expression{}
	var queue []string
	use := func(e hclsyntax.Expression) {
		for _, t := range e.Variables() {
			if name := localName(t); name != "" && !f.secrets[name] {
				f.secrets[name] = true
				queue = append(queue, name)
			}
		}
	}
	for _, s := range f.sources {
		for _, block := range s.body.Blocks {
			if block.Type == "locals" {
				for _, a := range block.Body.Attributes {
					exprs[a.Name] = a.Expr
				}
			}
		}
		_ = hclsyntax.VisitAll(s.body, func(n hclsyntax.Node) hcl.Diagnostics {
			if a, ok := n.(*hclsyntax.Attribute); ok && secretname.Is(a.Name) {
				use(a.Expr)
			}
			return nil
		})
	}
	for len(queue) > 0 {
		e := exprs[queue[0]]
		if queue = queue[1:]; e != nil {
			use(e)
		}
	}
	return f.secrets
}

func localName(t hcl.Traversal) string {
	if t.RootName() != "local" || len(t) < 2 {
		return ""
	}
	attr, _ := t[1].(hcl.TraverseAttr)
	return attr.Name
}

// secretInClear reports whether an expression holds a text that is a secret: by the name that it is
// given, by that of an attribute within, or because it is a private key.
func secretInClear(name string, expr hclsyntax.Expression) bool {
	named := secretname.Is(name)
	found := false
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.LiteralValueExpr:
			if v := n.Val; v.Type() == cty.String && !v.IsNull() && v.AsString() != "" {
				found = found || named || secretname.PrivateKey(v.AsString())
			}
		case *hclsyntax.ObjectConsExpr:
			for _, item := range n.Items {
				if key, diags := item.KeyExpr.Value(nil); !diags.HasErrors() && key.Type() == cty.String && key.IsKnown() && !key.IsNull() {
					found = found || secretname.Is(key.AsString()) && hasText(item.ValueExpr)
				}
			}
		}
		return nil
	})
	return found
}

func hasText(expr hclsyntax.Expression) bool { return secretInClear("secret", expr) }
