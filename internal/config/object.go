package config

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// object evaluates one declared object. If one of its references names nothing, all references are
// unknown, so that the rest can still be checked.
func (e *Evaluation) object(in *instance) (*schema.Desired, hcl.Diagnostics) {
	n := in.node
	d := &schema.Desired{
		Addr: in.addr(), Kind: n.kind, DependsOn: e.dependsOn(in), Range: n.rng,
		Local: map[string]cty.Value{}, Value: n.kind.Unknown(),
	}
	if n.kind.Owned() {
		d.Owner = schema.Owner{Owner: e.c.Owner, Addr: d.Addr.String()}
	}
	ctx := &hcl.EvalContext{Functions: e.c.funcs}
	switch {
	case !n.broken:
		ctx = e.context(in)
	case n.dynamic:
		return d, nil // its blocks cannot be determined
	}
	content, diags := n.content(ctx)
	raw, more := n.evaluated(content, n.kind.Spec(), ctx)
	diags = append(diags, more...)
	// What could be decoded is checked even if something could not.
	dec := &decoder{ctx: ctx, now: e.c.opts.Now}
	attrs := dec.attrs(n.kind.Attrs, raw, content, n.rng, d.Local)
	d.Positions = positions(content)
	for i := range n.kind.Blocks {
		b := &n.kind.Blocks[i]
		attrs[b.Type], more = e.blocks(n, b, content, dec, d)
		diags = append(diags, more...)
	}
	e.fillComputed(attrs, d)
	e.c.addSuffix(n.kind, attrs)
	if label := n.kind.Label; attrs[label].IsMarked() {
		dec.error(content.Attributes[label], "Sensitive value for "+label,
			"Plans and messages show %s of a %s, so its value must not be sensitive.", label, n.kind.Title)
	}
	d.Value = n.kind.New(attrs)
	for _, p := range n.kind.Problems(d.Value.Unmarked()) {
		p.Detail = withoutSecrets(p.Detail, d.Value.Cty())
		dec.diags = append(dec.diags, problem(p, n, content))
	}
	d.Value = n.kind.Normal(d.Value)
	if !n.broken {
		n.metaArguments(d, dec)
	}
	object := e.known(d.Addr)
	if object != nil {
		d.CopyUnmanaged(object.Value)
	}
	e.leaveOut(d, object)
	diags = append(asInFile(diags), dec.diags...)
	if !diags.HasErrors() {
		diags = append(diags, e.conditions(in, d, ctx)...)
	}
	return d, diags
}

// positions returns the positions of a body's contents.
func positions(content *hcl.BodyContent) schema.Positions {
	list := make(schema.Positions, 0, len(content.Attributes)+2*len(content.Blocks))
	for name, a := range content.Attributes {
		list = append(list, schema.Position{Name: name, Range: a.Range})
	}
	for _, b := range content.Blocks {
		list = append(list, schema.Position{Name: b.Type, Range: b.DefRange},
			schema.Position{Name: b.Type + "." + strings.Join(b.Labels, "."), Range: b.DefRange})
	}
	return list
}

// content returns the content of the object's block, with the blocks that its dynamic blocks
// produce.
func (n *node) content(ctx *hcl.EvalContext) (*hcl.BodyContent, hcl.Diagnostics) {
	content, diags := n.expanded(ctx).Content(n.kind.BodySchema())
	return content, suggest(diags, n.kind.BodySchema(), "for_each", "count", "depends_on", "authoritative", "lifecycle")
}

// blocks evaluates the nested blocks of one type.
func (e *Evaluation) blocks(n *node, b *schema.Block, content *hcl.BodyContent, dec *decoder, d *schema.Desired) (cty.Value, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	var out []cty.Value
	known := true
	for _, block := range content.Blocks.OfType(b.Type) {
		inner, more := block.Body.Content(b.BodySchema())
		diags = append(diags, suggest(more, b.BodySchema())...)
		raw, more := n.evaluated(inner, b.Spec(), dec.ctx)
		diags = append(diags, more...)
		if b.Label != "" {
			raw[b.Label] = cty.StringVal(block.Labels[0])
		}
		if body, ok := block.Body.(hcldec.UnknownBody); ok && body.Unknown() {
			known = false // it stands for the blocks of a dynamic block over an unknown value
			continue
		}
		local := map[string]cty.Value{}
		attrs := dec.attrs(b.Attrs, raw, inner, block.DefRange, local)
		if b.KeyMaterial {
			e.keyMaterial(attrs, local, block, inner, dec, d)
		}
		for _, a := range b.Attrs {
			if a.Computed && attrs[a.Name].IsNull() {
				attrs[a.Name] = cty.UnknownVal(a.Type)
			}
			if a.FromVariable {
				e.fromVariable(&a, attrs, inner, dec)
			}
		}
		out = append(out, b.New(attrs))
	}
	switch {
	case !known:
		return cty.UnknownVal(cty.List(b.ValueType())), diags
	case len(out) == 0 && b.Unmanaged:
		return cty.NullVal(cty.List(b.ValueType())), diags
	case len(out) == 0:
		return cty.ListValEmpty(b.ValueType()), diags
	}
	return cty.ListVal(out), diags
}

// fillComputed sets the attributes that only Okta sets: as they are in the org, or unknown.
func (e *Evaluation) fillComputed(attrs map[string]cty.Value, d *schema.Desired) {
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
