package generate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// value returns the object's value in the kind of its block.
func (t *target) value() schema.Value {
	if t.kind.Name == t.object.Kind {
		return t.kind.Declarable(t.object.Value)
	}
	// The admin roles of a user.
	attrs := schema.Values{}
	for i := range t.kind.Blocks {
		attrs[t.kind.Blocks[i].Type] = t.object.Value.GetAttr(t.kind.Blocks[i].Type)
	}
	return t.kind.New(attrs)
}

// refused says what the language refuses in an object of the org; "" if nothing.
func refused(t *target) string {
	value := t.value()
	for i := range t.kind.Attrs {
		a := &t.kind.Attrs[i]
		if a.Computed || a.Local || a.WriteOnly {
			continue
		}
		v := value.GetAttr(a.Name)
		if a.Required && (v.IsNull() || v.Type() == cty.String && schema.Text(v) == "") {
			return fmt.Sprintf("it has no %s, which a %s requires", a.Name, t.kind.Title)
		}
		for _, element := range elementsOf(v) {
			if word := schema.Text(element); len(a.OneOf) > 0 && word != "" && !slices.Contains(a.OneOf, word) {
				return fmt.Sprintf("its %s is %q, which this version of oktaform doesn't know", a.Name, word)
			}
		}
	}
	for i := range t.kind.Blocks {
		b := &t.kind.Blocks[i]
		for _, block := range schema.Elements(value.GetAttr(b.Type)) {
			for j := range b.Attrs {
				a := &b.Attrs[j]
				if a.Local {
					continue
				}
				if word := schema.Text(block.GetAttr(a.Name)); len(a.OneOf) > 0 && word != "" && !slices.Contains(a.OneOf, word) {
					return fmt.Sprintf("%s of its %s is %q, which this version of oktaform doesn't know", a.Name, b.Type, word)
				}
			}
		}
	}
	if t.kind.Check == nil || t.kind.OnExisting {
		return ""
	}
	for _, p := range t.kind.Check(value) {
		return p.Summary + ": " + p.Detail
	}
	return ""
}

func elementsOf(v cty.Value) []cty.Value {
	if v.IsNull() || !v.Type().IsListType() {
		return []cty.Value{v}
	}
	return schema.Elements(v)
}

// attributes writes the attributes that differ from their defaults. Required
// ones come first, then the others in the order of the language reference.
func (w *writer) attributes(p *printer, t *target, attrs []schema.Attr, get func(string) cty.Value) error {
	for _, required := range []bool{true, false} {
		for i := range attrs {
			a := &attrs[i]
			if a.Required != required || a.Local || a.WriteOnly || a.VersionOf != "" || a.Computed && !w.chosen(t, a, get(a.Name)) {
				continue
			}
			expr, err := w.expression(t, a, get)
			if err != nil {
				return err
			}
			if expr != "" {
				p.attr(a.Name, expr)
			}
		}
	}
	return nil
}

// chosen reports whether somebody chose the value of a computed attribute: Okta makes client
// ids of the app's id.
func (w *writer) chosen(t *target, a *schema.Attr, v cty.Value) bool {
	return a.Settable && a.Immutable && schema.Text(v) != "" && schema.Text(v) != t.object.ID
}

// expression returns the expression of an attribute; "" if it is omitted.
func (w *writer) expression(t *target, a *schema.Attr, get func(string) cty.Value) (string, error) {
	v := get(a.Name)
	switch {
	case len(t.more[a.Name]) > 0:
		return listOf(append(quotedAll(v), t.more[a.Name]...)), nil
	case v.IsNull(), a.Default != cty.NilVal && v.RawEquals(a.Default), a.DefaultFrom != "" && v.RawEquals(get(a.DefaultFrom)):
		return "", nil
	case a.Unmanaged && (v.Type() == cty.Bool && v.False() || v.Type().IsListType() && v.LengthInt() == 0):
		return "", nil // Okta's default
	case a.JSON:
		return jsonExpression(schema.Text(v))
	case a.Type.Equals(schema.Ref):
		return w.refExpression(t, a, v), nil
	case schema.IsRef(a.Type):
		return w.refList(t, a, v)
	case a.HoldsIDs():
		var list []string
		for _, id := range schema.Elements(v) {
			expr := expressionOf(id)
			if ref, ok := w.reference(t, schema.Text(id)); ok {
				expr = ref
			}
			list = append(list, expr)
		}
		return listOf(list), nil
	}
	return expressionOf(v), nil
}

// refExpression returns the expression of one reference.
func (w *writer) refExpression(t *target, a *schema.Attr, ref cty.Value) string {
	id, name := schema.Text(ref.GetAttr("id")), schema.Text(ref.GetAttr("name"))
	if a.NameOrID {
		if name != "" && w.policyNames(name) == 1 {
			return quoted(name)
		}
		return quoted(id)
	}
	w.know(a, ref)
	if expr, ok := w.reference(t, id); ok {
		return expr
	}
	return quoted(id)
}

// policyNames returns the number of policies with that name.
func (w *writer) policyNames(name string) (n int) {
	for _, p := range w.inv.Policies {
		if p.Name == name {
			n++
		}
	}
	return n
}

// quotedAll returns the strings of a list as expressions.
func quotedAll(v cty.Value) (list []string) {
	for _, e := range schema.Elements(v) {
		list = append(list, quoted(schema.Text(e)))
	}
	return list
}

// refList returns the expression of a list of references, without those in t.more.
func (w *writer) refList(t *target, a *schema.Attr, v cty.Value) (string, error) {
	var list []string
	for _, ref := range schema.Elements(v) {
		id := schema.Text(ref.GetAttr("id"))
		if t.detailed[a.Name+" "+id] {
			continue // a block describes it
		}
		w.know(a, ref)
		if expr, ok := w.reference(t, id); ok {
			list = append(list, expr)
		}
	}
	if len(list) == 0 {
		return "", nil
	}
	slices.Sort(list)
	return listOf(list), nil
}

// blocks writes the nested blocks.
func (w *writer) blocks(p *printer, t *target) error {
	value := t.value()
	for i := range t.kind.Blocks {
		b := &t.kind.Blocks[i]
		for _, block := range schema.Elements(value.GetAttr(b.Type)) {
			if !w.needed(t, b, block, value) {
				continue
			}
			p.open(b.Type, labelOf(b, block)...)
			attrs := slices.DeleteFunc(slices.Clone(b.Attrs), func(a schema.Attr) bool { return a.Name == b.Label })
			get := func(name string) cty.Value { return block.GetAttr(name) }
			if err := w.attributes(p, t, attrs, get); err != nil {
				return err
			}
			if b.KeyMaterial {
				expr, err := jsonExpression(schema.Text(block.GetAttr("public_jwk")))
				if err != nil {
					return err
				}
				p.attr("jwk", expr)
			}
			p.close()
		}
	}
	return nil
}

func labelOf(b *schema.Block, block cty.Value) []string {
	if b.Label == "" {
		return nil
	}
	return []string{schema.Text(block.GetAttr(b.Label))}
}

// needed reports whether omitting a nested block would mean something else.
func (w *writer) needed(t *target, b *schema.Block, block cty.Value, value schema.Value) bool {
	switch {
	case b.SecuritySensitive:
		// Okta gives every app that uses secrets one active secret.
		all := schema.Elements(value.GetAttr(b.Type))
		return len(all) > 1 || slices.ContainsFunc(all, func(s cty.Value) bool { return schema.Text(s.GetAttr("status")) != "ACTIVE" })
	case b.Of != "" && b.Unmanaged:
		return b.Tells(block)
	}
	return true
}

// noteDetails finds the elements of lists that blocks describe.
func (t *target) noteDetails() {
	t.detailed = map[string]bool{}
	for i := range t.kind.Blocks {
		b := &t.kind.Blocks[i]
		if b.Of == "" || !b.Unmanaged {
			continue
		}
		for _, block := range schema.Elements(t.value().GetAttr(b.Type)) {
			if b.Tells(block) {
				t.detailed[b.Of+" "+schema.Text(block.GetAttr(b.Key[0]).GetAttr("id"))] = true
			}
		}
	}
}

// comment returns a text as one line of a comment.
func comment(format string, args ...any) string {
	return plain(fmt.Sprintf(format, args...))
}

// plain returns a text in one line, without control characters.
func plain(s string) string {
	quoted := strconv.Quote(s)
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(quoted[1 : len(quoted)-1])
}
