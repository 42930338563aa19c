package terraform

import (
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// publicKey writes a jwks block.
func (w *blockWriter) publicKey(b *hclsyntax.Block) {
	kid, ok := literalText(attrOf(b, "kid"))
	if !ok {
		w.remark(b.TypeRange, "%s: jwks: the kid of a key must be a string without references; declare the key as public_key \"KID\" { jwk = ... }", w.r.terraform())
		return
	}
	var members []string
	if kty, _ := literalText(attrOf(b, "kty")); kty == "EC" {
		members = append(members, `crv = "P-256"`) // the only curve that has no Terraform attribute
	}
	for _, a := range inOrder(b.Body.Attributes) {
		if a.Name == "kid" {
			continue
		}
		text, err := w.expr(a.Expr, nil, w.each)
		if err != nil {
			w.remark(a.SrcRange, "%s: jwks: %v; declare the key as public_key %s { jwk = ... }", w.r.terraform(), err, quoted(kid))
			return
		}
		members = append(members, a.Name+" = "+text)
	}
	w.blocks = append(w.blocks, "public_key "+quoted(kid)+" {\njwk = {\n"+strings.Join(members, "\n")+"\n}\n}")
}

// publicKeys writes a dynamic jwks block.
func (w *blockWriter) publicKeys(b *hclsyntax.Block) {
	fail := func(err error) {
		w.remark(b.TypeRange, "%s: dynamic jwks: %v; declare the keys as public_key blocks", w.r.terraform(), err)
	}
	i := slices.IndexFunc(b.Body.Blocks, func(inner *hclsyntax.Block) bool { return inner.Type == "content" })
	if i < 0 {
		fail(errors.New("it has no content"))
		return
	}
	iterator := iteratorOf(b)
	within := scope{roots: map[string]string{iterator: "ITERATOR"}}
	forEach, err := w.expr(attrOf(b, "for_each"), nil, w.each)
	if err != nil {
		fail(err)
		return
	}
	content := b.Body.Blocks[i]
	kid, err := w.expr(attrOf(content, "kid"), nil, within)
	if err != nil {
		fail(err)
		return
	}
	var members []string
	for _, a := range inOrder(content.Body.Attributes) {
		text, err := w.expr(a.Expr, nil, within)
		switch {
		case err != nil:
			fail(err)
			return
		case a.Name != "kid":
			members = append(members, a.Name+" = "+text)
		}
	}
	if kty, _ := literalText(attrOf(content, "kty")); kty == "EC" {
		members = append(members, `crv = "P-256"`)
	}
	text := "dynamic \"public_key\" {\nfor_each = " + forEach + "\nlabels = [" + kid + "]\ncontent {\njwk = {\n" + strings.Join(members, "\n") + "\n}\n}\n}"
	w.blocks = append(w.blocks, strings.ReplaceAll(text, "ITERATOR", "public_key"))
}

// iteratorOf returns the name of the iterator of a dynamic block.
func iteratorOf(b *hclsyntax.Block) string {
	if e := attrOf(b, "iterator"); e != nil {
		return hcl.ExprAsKeyword(e)
	}
	return b.Labels[0]
}

// flattened writes a block whose attributes are attributes of the object here, such as network.
func (w *blockWriter) flattened(b *hclsyntax.Block) bool {
	var lines []string
	for _, a := range inOrder(b.Body.Attributes) {
		name := b.Type + "_" + a.Name
		if w.r.kind.Attr(name) == nil {
			return false
		}
		text, err := w.value(w.r.kind.Attr(name), a.Expr, w.each, w.r.name+"_"+name, w.r)
		if err != nil {
			w.remark(a.SrcRange, "%s: %s: %s: %v", w.r.terraform(), b.Type, a.Name, err)
			continue
		}
		lines = append(lines, name+" = "+text)
	}
	w.lines = append(w.lines, lines...)
	return len(b.Body.Attributes) > 0
}
