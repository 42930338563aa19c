package fileedit

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// blocks edits the nested blocks of one type that differ.
func (o *Object) blocks(b *schema.Block, declared, actual cty.Value) error {
	was, is := byKey(b, declared), byKey(b, actual)
	for _, key := range slices.Sorted(maps.Keys(was)) {
		now, stays := is[key]
		if stays && schema.Equal(was[key], now) {
			continue
		}
		block := o.find(b, was[key])
		if block == nil {
			return refuse(o.block.DefRange(), "the %s block %s can't be distinguished from others: edit it by hand", b.Type, key)
		}
		if !stays {
			o.cutBlock(block)
			continue
		}
		if err := o.nested(b, block, was[key], now); err != nil {
			return err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(is)) {
		if _, declared := was[key]; declared {
			continue
		}
		text, err := o.blockText(b, is[key])
		if err != nil {
			return err
		}
		o.append(o.block, text, true)
	}
	return nil
}

// nested edits the attributes of one nested block.
func (o *Object) nested(b *schema.Block, block *hclsyntax.Block, was, is cty.Value) error {
	if b.KeyMaterial && schema.Text(was.GetAttr("thumbprint")) != schema.Text(is.GetAttr("thumbprint")) {
		return o.key(block, is)
	}
	for i := range b.Attrs {
		a := &b.Attrs[i]
		if a.Local || a.Computed && !a.Settable || a.Name == b.Label || schema.Equal(was.GetAttr(a.Name), is.GetAttr(a.Name)) {
			continue
		}
		if err := o.attribute(block, a, was.GetAttr(a.Name), is.GetAttr(a.Name)); err != nil {
			return err
		}
	}
	return nil
}

// key replaces a public key that is written in the block itself.
func (o *Object) key(block *hclsyntax.Block, is cty.Value) error {
	jwk := block.Body.Attributes["jwk"]
	if jwk == nil {
		return refuse(block.DefRange(), "the org has another key under this key id (thumbprint %s), and this block names a file: revert the change with apply, or replace the file by hand", schema.Text(is.GetAttr("thumbprint")))
	}
	text, err := jwkExpression(is)
	if err != nil {
		return err
	}
	if !literal(jwk.Expr) {
		return o.computed(jwk)
	}
	r := jwk.Expr.Range()
	o.replace(r.Start.Byte, r.End.Byte, strings.ReplaceAll(text, "\n", "\n"+o.indent(r.Start.Byte)))
	return nil
}

// find returns the block in the file that declares a nested block; nil if several may.
func (o *Object) find(b *schema.Block, v cty.Value) *hclsyntax.Block {
	var found []*hclsyntax.Block
	for _, block := range o.block.Body.Blocks {
		if block.Type == b.Type && (b.Label == "" || len(block.Labels) == 1 && block.Labels[0] == schema.Text(v.GetAttr(b.Label))) {
			found = append(found, block)
		}
	}
	if len(found) > 1 {
		found = slices.DeleteFunc(found, func(block *hclsyntax.Block) bool { return !o.has(block, b, v) })
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// has reports whether a block has the keys of a value.
func (o *Object) has(block *hclsyntax.Block, b *schema.Block, v cty.Value) bool {
	for _, name := range b.Key {
		key := v.GetAttr(name)
		if name == b.Label || key.IsNull() || !key.IsKnown() || b.Attr(name).Computed {
			continue
		}
		at := block.Body.Attributes[name]
		if at == nil || !o.denotes(at.Expr, key) {
			return false
		}
	}
	return true
}

// blockText returns a nested block with the org's values.
func (o *Object) blockText(b *schema.Block, v cty.Value) (string, error) {
	var lines []string
	label := ""
	if b.Label != "" {
		text := schema.Text(v.GetAttr(b.Label))
		if a := b.Attr(b.Label); text == "" && a.VersionOf != "" {
			text = schema.Text(v.GetAttr(a.VersionOf))
		}
		if text == "" {
			return "", refuse(o.block.DefRange(), "the org's %s has no %s, which is the label of the block: revert the change with apply", b.Type, b.Label)
		}
		label = " " + quoted(text)
	}
	if b.KeyMaterial {
		jwk, err := jwkExpression(v)
		if err != nil {
			return "", err
		}
		lines = append(lines, "jwk = "+jwk)
	}
	for i := range b.Attrs {
		a := &b.Attrs[i]
		if a.Local {
			continue // not stored in the org
		}
		held := unmarked(v.GetAttr(a.Name))
		pin := b.SecuritySensitive && a.Settable // so that the block means exactly this one
		if a.Computed && !pin || a.Unmanaged || a.Name == b.Label || held.IsNull() || isDefault(a, held) || isEmpty(held) {
			continue
		}
		text, why := expression(a, held)
		if why != "" {
			return "", refuse(o.block.DefRange(), "%s: %s", b.Type, why)
		}
		lines = append(lines, a.Name+" = "+text)
	}
	if len(lines) == 0 {
		return b.Type + label + " {}\n", nil
	}
	return b.Type + label + " {\n  " + strings.ReplaceAll(strings.Join(lines, "\n"), "\n", "\n  ") + "\n}\n", nil
}

// jwkExpression returns a public key as an HCL object.
func jwkExpression(v cty.Value) (string, error) {
	members := map[string]string{}
	if err := json.Unmarshal([]byte(schema.Text(v.GetAttr("public_jwk"))), &members); err != nil {
		return "", err
	}
	var lines []string
	for _, name := range slices.SortedFunc(maps.Keys(members), func(a, b string) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), strings.Compare(a, b))
	}) {
		lines = append(lines, name+" = "+quoted(members[name]))
	}
	return "{\n  " + strings.Join(lines, "\n  ") + "\n}", nil
}

// place sorts the key type first.
func place(member string) int {
	if member == "kty" {
		return 0
	}
	return 1
}

func byKey(b *schema.Block, list cty.Value) map[string]cty.Value {
	out := map[string]cty.Value{}
	list = unmarked(list)
	if list.IsNull() || !list.IsKnown() {
		return out
	}
	for _, v := range schema.Elements(list) {
		out[b.KeyOf(v)] = v
	}
	return out
}

func isEmpty(v cty.Value) bool {
	return v.IsKnown() && !v.IsNull() && v.Type().IsListType() && v.LengthInt() == 0
}
