package config

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// object evaluates one declared object.
func (e *Evaluation) object(in *instance) (schema.Desired, hcl.Diagnostics) {
	n := in.node
	d := schema.Desired{
		Addr: in.addr(), Kind: n.kind, DependsOn: e.dependsOn(in), Range: n.rng,
		Local: map[string]cty.Value{}, Ranges: map[string]hcl.Range{},
		Value: cty.UnknownVal(n.kind.Type()),
	}
	if n.kind.Mark != schema.MarkNone {
		d.Owner = schema.Owner{Owner: e.c.Owner, Addr: d.Addr.String()}
	}
	spec := n.kind.Spec()
	ctx := e.context(in)
	body := n.expanded(ctx)
	// What could be decoded is checked even where something couldn't.
	raw, diags := decodeBody(body, spec, ctx)
	dec := &decoder{ctx: ctx, now: e.c.opts.Now}
	content, _ := body.Content(n.kind.BodySchema())
	attrs := dec.attrs(n.kind.Attrs, raw, content, n.rng, d.Local)
	for name, a := range content.Attributes {
		d.Ranges[name] = a.Range
	}
	for _, b := range content.Blocks {
		for _, name := range []string{b.Type, b.Type + "." + strings.Join(b.Labels, ".")} {
			if _, first := d.Ranges[name]; !first {
				d.Ranges[name] = b.DefRange
			}
		}
	}
	for i := range n.kind.Blocks {
		b := &n.kind.Blocks[i]
		attrs[b.Type] = e.blocks(b, raw.GetAttr(b.Type), content, dec, &d)
	}
	e.fillComputed(attrs, d)
	e.c.addSuffix(n.kind, attrs)
	value := cty.ObjectVal(attrs)
	if label := n.kind.Label; attrs[label].IsMarked() {
		dec.error(content.Attributes[label], "Sensitive value for "+label,
			"%s is how plans and messages name a %s, so it can't be made from a sensitive value.", label, n.kind.Title)
	}
	if !diags.HasErrors() && !dec.diags.HasErrors() && n.kind.Check != nil {
		unmarked, _ := value.UnmarkDeep()
		for _, p := range n.kind.Check(unmarked) {
			p.Detail = withoutSecrets(p.Detail, value)
			dec.diags = append(dec.diags, problem(p, n, content))
		}
	}
	d.Value = n.kind.Normal(value)
	n.metaArguments(&d, dec)
	if object := e.known(d.Addr); object != nil {
		d.Keep(object.Value)
	}
	return d, append(diags, dec.diags...)
}

// blocks evaluates the nested blocks of one type.
func (e *Evaluation) blocks(b *schema.Block, tuple cty.Value, content *hcl.BodyContent, dec *decoder, d *schema.Desired) cty.Value {
	tuple, _ = tuple.Unmark()
	if !tuple.IsKnown() {
		// A dynamic block over something that isn't known.
		return cty.UnknownVal(cty.List(b.ValueType()))
	}
	declared := content.Blocks.OfType(b.Type)
	spec := b.BodySchema()
	out := []cty.Value{}
	i := 0
	for it := tuple.ElementIterator(); it.Next() && i < len(declared); i++ {
		_, raw := it.Element()
		inner, _ := declared[i].Body.Content(spec)
		local := map[string]cty.Value{}
		attrs := dec.attrs(b.Attrs, raw, inner, declared[i].DefRange, local)
		if b.KeyMaterial {
			e.keyMaterial(attrs, local, declared[i], inner, dec, d)
		}
		for _, a := range b.Attrs {
			if a.Computed && attrs[a.Name].IsNull() {
				attrs[a.Name] = cty.UnknownVal(a.Type)
			}
		}
		out = append(out, cty.ObjectVal(attrs))
	}
	switch {
	case len(out) == 0 && b.Unmanaged:
		return cty.NullVal(cty.List(b.ValueType()))
	case len(out) == 0:
		return cty.ListValEmpty(b.ValueType())
	}
	return cty.ListVal(out)
}

// fillComputed gives the attributes that only Okta sets: as they are in the
// org, or unknown.
func (e *Evaluation) fillComputed(attrs map[string]cty.Value, d schema.Desired) {
	object := e.known(d.Addr)
	for i := range d.Kind.Attrs {
		a := &d.Kind.Attrs[i]
		if a.Derive != nil {
			attrs[a.Name] = a.Derive(d.Local)
			continue
		}
		if !a.Computed || a.Default != cty.NilVal || a.Settable && !attrs[a.Name].IsNull() && attrs[a.Name].IsKnown() {
			continue
		}
		attrs[a.Name] = cty.UnknownVal(a.Type)
		if object != nil {
			attrs[a.Name] = object.Value.GetAttr(a.Name)
		}
	}
}
