package config

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// access is what one reference uses of an object or module: which of its instances, and which
// attribute. What the expression does not show is empty and means everything.
type access struct {
	key       hcl.Expression
	attr      string
	attrRange hcl.Range
}

// access returns what a reference uses. `group.g["a"].id` is one traversal; `group.g[each.key].id`
// is an index into one, which only the node's expressions show.
func (l *linker) access(t hcl.Traversal, to *node, rest hcl.Traversal) access {
	if len(rest) == 0 {
		if !to.repeated() {
			return access{}
		}
		return l.node.accesses()[t.SourceRange().String()]
	}
	var a access
	if index, ok := rest[0].(hcl.TraverseIndex); ok && to.repeated() {
		a.key = hcl.StaticExpr(index.Key, index.SrcRange)
		rest = rest[1:]
	}
	if len(rest) > 0 {
		a.attr, a.attrRange = attrStep(rest[0])
	}
	return a
}

func attrStep(step hcl.Traverser) (string, hcl.Range) {
	if attr, ok := step.(hcl.TraverseAttr); ok {
		return attr.Name, attr.SrcRange
	}
	return "", hcl.Range{}
}

// accesses finds the indexes with an expression, and the splats, by the position of what they apply
// to.
func (n *node) accesses() map[string]access {
	if n.indexed != nil {
		return n.indexed
	}
	n.indexed = map[string]access{}
	var root hclsyntax.Node
	if n.expr != nil {
		root, _ = n.expr.(hclsyntax.Node)
	} else if n.block != nil {
		root, _ = n.block.Body.(*hclsyntax.Body)
	}
	if root == nil || root == (*hclsyntax.Body)(nil) {
		return n.indexed // JSON
	}
	after := map[hclsyntax.Expression]hcl.Traversal{}
	hclsyntax.VisitAll(root, func(x hclsyntax.Node) hcl.Diagnostics {
		switch x := x.(type) {
		case *hclsyntax.RelativeTraversalExpr:
			after[x.Source] = x.Traversal
		case *hclsyntax.IndexExpr:
			if of, ok := x.Collection.(*hclsyntax.ScopeTraversalExpr); ok {
				a := access{}
				if early(x.Key) {
					a.key = x.Key
				}
				if rest := after[x]; len(rest) > 0 {
					a.attr, a.attrRange = attrStep(rest[0])
				}
				n.indexed[of.SrcRange.String()] = a
			}
		case *hclsyntax.SplatExpr:
			of, ok := x.Source.(*hclsyntax.ScopeTraversalExpr)
			each, ok2 := x.Each.(*hclsyntax.RelativeTraversalExpr)
			if ok && ok2 && len(each.Traversal) > 0 {
				a := access{}
				a.attr, a.attrRange = attrStep(each.Traversal[0])
				n.indexed[of.SrcRange.String()] = a
			}
		}
		return nil
	})
	return n.indexed
}

// early reports whether a key can be evaluated before the value that it indexes: it uses no object,
// and no variable of a surrounding for expression.
func early(key hcl.Expression) bool {
	return !slices.ContainsFunc(key.Variables(), func(t hcl.Traversal) bool {
		return !slices.Contains([]string{"each", "count", "var", "local", "path"}, t.RootName())
	})
}

// check reports what the node does not have.
func (a access) check(to *node, t, rest hcl.Traversal) *hcl.Diagnostic {
	if to.class != classObject && to.class != classModule && to.class != classData || to.kind == nil && to.class == classData {
		return nil
	}
	bad := func(summary, format string, args ...any) *hcl.Diagnostic {
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...), Subject: t.SourceRange().Ptr()}
	}
	if len(rest) > 0 {
		_, isIndex := rest[0].(hcl.TraverseIndex)
		_, isAttr := rest[0].(hcl.TraverseAttr)
		argument, _ := to.argument()
		switch {
		case isAttr && to.repeated():
			example := "each.key"
			if argument == "count" {
				example = "count.index"
			}
			return bad("Missing instance key", "Because %s has %q set, its attributes must be accessed on specific instances.\n\nFor example, to correlate with indices of a referring block, use:\n    %s[%s]",
				to.key, argument, to.key, example)
		case isIndex && !to.repeated():
			return bad("Unexpected instance key", "Because %s does not have \"count\" or \"for_each\" set, references to it must not include an index key. Remove the bracketed index to refer to its single instance.", to.key)
		}
	}
	if a.attr == "" {
		return nil
	}
	title, names := "A "+titleOf(to.key[:len(to.key)-len(to.name)-1])+" has no attribute", []string(nil)
	if to.kind != nil {
		names = ReferenceNames(to.kind)
	} else {
		if to.called == nil || to.broken {
			return nil
		}
		title = fmt.Sprintf("The module in %s has no output", to.called.dir)
		for _, n := range to.called.outputs() {
			names = append(names, n.name)
		}
	}
	if slices.Contains(names, a.attr) {
		return nil
	}
	d := bad("Unsupported attribute", "%s %q.%s", title, a.attr, DidYouMean(a.attr, names))
	d.Subject, d.Context = &a.attrRange, t.SourceRange().Ptr()
	return d
}
