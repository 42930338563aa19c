package terraform

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/schema"
)

// otherwise is the value of a list without the part.
func (repetition) otherwise(attr *schema.Attr) string {
	if attr.Unmanaged {
		return "null"
	}
	return "[]"
}

// repetition returns how to write a repeated part: unchanged if the object is repeated in the same
// way, with a condition if only some instances of the object have it, else as a dynamic block.
func (w *blockWriter) repetition(p *resource) (rep repetition, ok bool) {
	for _, name := range []string{"for_each", "count"} {
		e := p.attr(name)
		if e == nil {
			continue
		}
		if f := w.collection(e); f == w.r { // an instance for each of the object
			return repetition{}, w.onlyKeys(p)
		}
		text, err := w.expr(e, nil, scope{})
		if err != nil {
			w.leave(p, e.Range(), "%s: %v", name, err)
			return repetition{}, false
		}
		if w.repeat == text && w.count == (name == "count") {
			return repetition{scope: w.eachOf(p)}, true
		}
		if condition, within, ok := w.filtered(e); ok {
			return repetition{scope: within, condition: condition}, true
		}
		if w.repeat != "" {
			w.leave(p, e.Range(), "its count or for_each differs from that of %s, to which it belongs", w.r.address())
			return repetition{}, false
		}
		if name == "count" {
			return repetition{scope: scope{roots: map[string]string{"count": "ITERATOR.value"}}, forEach: "range(" + text + ")"}, true
		}
		return repetition{scope: scope{roots: map[string]string{"each": "ITERATOR"}, values: w.eachOf(p).values}, forEach: text}, true
	}
	if w.repeat == "" {
		return repetition{}, true
	}
	// The resource is a part of one of the instances.
	for _, form := range w.r.kind.TerraformTypes(p.typ) {
		if e := p.attr(form.ID); e != nil && len(e.Variables()) > 0 {
			w.leave(p, p.block.TypeRange, "it belongs to one instance of %s: add it as a value of for_each", w.r.address())
			return repetition{}, false
		}
	}
	return repetition{}, true
}

// onlyKeys reports whether a part with an instance for each of the object uses the object's keys
// and id alone.
func (w *blockWriter) onlyKeys(p *resource) bool {
	ids := []string{}
	for _, form := range w.r.kind.TerraformTypes(p.typ) {
		ids = append(ids, form.ID)
	}
	for _, a := range inOrder(p.block.Body.Attributes) {
		if a.Name == "for_each" || slices.Contains(ids, a.Name) {
			continue
		}
		for _, t := range a.Expr.Variables() {
			if step, _ := attrName(t, 1); t.RootName() == "each" && step == "value" {
				w.leave(p, a.SrcRange, "%s: each.value is %s itself here: write it into its block", a.Name, w.r.address())
				return false
			}
		}
	}
	return true
}

// filtered recognises for_each = { for k, v in X : k => v if CONDITION }, where X repeats the
// object.
func (w *blockWriter) filtered(e hclsyntax.Expression) (condition string, within scope, ok bool) {
	loop, isLoop := e.(*hclsyntax.ForExpr)
	if !isLoop || loop.KeyExpr == nil || loop.CondExpr == nil || loop.Group || w.count || w.repeat == "" {
		return "", scope{}, false
	}
	over, err := w.expr(loop.CollExpr, nil, scope{})
	if err != nil || over != w.repeat || hcl.ExprAsKeyword(loop.KeyExpr) != loop.KeyVar || hcl.ExprAsKeyword(loop.ValExpr) != loop.ValVar {
		return "", scope{}, false
	}
	condition, err = w.expr(loop.CondExpr, nil, scope{roots: map[string]string{loop.KeyVar: "each.key", loop.ValVar: "each.value"}})
	return condition, scope{}, err == nil
}

// wrapped returns the body of a block as a dynamic block, if forEach is given. The first word of
// element is the type.
func wrapped(forEach, element string) string {
	if forEach == "" {
		return element
	}
	typ, body, _ := strings.Cut(element, " ")
	return "dynamic " + quoted(typ) + " {\nfor_each = " + forEach + "\ncontent " + strings.ReplaceAll(body, "ITERATOR", typ) + "\n}"
}
