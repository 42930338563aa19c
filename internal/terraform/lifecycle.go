package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// lifecycleBlock keeps prevent_destroy, ignore_changes and the conditions.
func (w *blockWriter) lifecycleBlock(b *hclsyntax.Block) {
	for _, a := range inOrder(b.Body.Attributes) {
		switch a.Name {
		case "prevent_destroy":
			if text, err := w.expr(a.Expr, nil, w.each); err == nil {
				w.lifecycle = append(w.lifecycle, "prevent_destroy = "+text)
			}
		case "ignore_changes":
			w.ignores = append(w.ignores, w.ignored(a)...)
		default:
			w.remark(a.SrcRange, "%s: lifecycle: oktaform has no %s", w.r.terraform(), a.Name)
		}
	}
	for _, inner := range b.Body.Blocks {
		text := inner.Type + " {\n"
		for _, a := range inOrder(inner.Body.Attributes) {
			value, err := w.expr(a.Expr, nil, w.each)
			if err != nil {
				w.remark(a.SrcRange, "%s: %s: %v", w.r.terraform(), inner.Type, err)
				text = ""
				break
			}
			text += a.Name + " = " + value + "\n"
		}
		if text != "" {
			w.lifecycle = append(w.lifecycle, text+"}")
		}
	}
}

// writtenLifecycle returns the lifecycle block; "" if nothing is in it.
func (w *blockWriter) writtenLifecycle() string {
	lines := slices.Clone(w.lifecycle)
	slices.Sort(w.ignores)
	switch names := slices.Compact(w.ignores); {
	case slices.Contains(names, everything):
		lines = slices.Insert(lines, min(1, len(lines)), "ignore_changes = all")
	case len(names) > 0:
		lines = slices.Insert(lines, min(1, len(lines)), "ignore_changes = ["+strings.Join(names, ", ")+"]")
	}
	if len(lines) == 0 {
		return ""
	}
	return "lifecycle {\n" + strings.Join(lines, "\n") + "\n}"
}

// ignored writes the names of ignore_changes.
func (w *blockWriter) ignored(a *hclsyntax.Attribute) (names []string) {
	list, ok := a.Expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		return []string{everything}
	}
	for _, e := range list.Exprs {
		t, ok := e.(*hclsyntax.ScopeTraversalExpr)
		if !ok {
			continue
		}
		ours := w.r.attribute(t.Traversal.RootName())
		if t.Traversal.RootName() == "jwks" {
			ours = "public_key"
		}
		if slices.Contains(w.r.form.Ignore, t.Traversal.RootName()) {
			continue
		}
		if ours == "" || len(t.Traversal) > 1 {
			w.remark(a.SrcRange, "%s: ignore_changes: %s has no counterpart", w.r.terraform(), string(t.Range().SliceBytes(w.source(t.Range().Filename))))
			continue
		}
		names = append(names, ours)
	}
	return names
}
