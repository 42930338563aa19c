package config

import (
	"slices"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Known tells what the org holds for a declared object; nil: nothing yet.
type Known func(schema.Addr) *schema.Object

// Evaluation evaluates blocks on demand, each once, with what was known of the
// org when it was first asked for. It may be used by several goroutines.
type Evaluation struct {
	c     *Config
	known Known
	mu    sync.Mutex
	memo  map[*node]*evaluated
}

type evaluated struct {
	value   cty.Value      // of a local value
	desired schema.Desired // of an object
	diags   hcl.Diagnostics
}

// Evaluate begins an evaluation. A nil known means that nothing is known.
func (c *Config) Evaluate(known Known) *Evaluation {
	if known == nil {
		known = func(schema.Addr) *schema.Object { return nil }
	}
	return &Evaluation{c: c, known: known, memo: map[*node]*evaluated{}}
}

// All evaluates every declared object, in the order of the files.
func (e *Evaluation) All() ([]schema.Desired, hcl.Diagnostics) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []schema.Desired
	var diags hcl.Diagnostics
	for _, n := range e.c.order {
		switch n.class {
		case "object":
			r := e.eval(n)
			diags = append(diags, r.diags...)
			all = append(all, r.desired)
		case "local":
			diags = append(diags, e.eval(n).diags...)
		}
	}
	return all, diags
}

// Object evaluates the declared object at addr.
func (e *Evaluation) Object(addr schema.Addr) (schema.Desired, hcl.Diagnostics) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.eval(e.c.nodes[addr.String()])
	return r.desired, r.diags
}

func (e *Evaluation) eval(n *node) *evaluated {
	if r, ok := e.memo[n]; ok {
		return r
	}
	r := &evaluated{}
	e.memo[n] = r
	if n.broken {
		r.value = cty.DynamicVal
		if n.kind != nil {
			r.desired = schema.Desired{Addr: n.addr(), Kind: n.kind, Range: n.rng, Value: cty.UnknownVal(n.kind.Type())}
		}
		return r
	}
	switch n.class {
	case "local":
		r.value, r.diags = n.expr.Value(e.context(n))
	case "object":
		r.desired, r.diags = e.object(n)
	}
	return r
}

// context holds just the variables that the node refers to: a context with
// everything would make each evaluation as long as the configuration.
func (e *Evaluation) context(n *node) *hcl.EvalContext {
	groups := map[string]map[string]cty.Value{}
	ctx := &hcl.EvalContext{Variables: map[string]cty.Value{}, Functions: e.c.funcs}
	for _, ref := range n.refs {
		if ref.to.class == "org" {
			ctx.Variables["org"] = e.c.orgScope()
			continue
		}
		root := ref.traversal.RootName()
		if groups[root] == nil {
			groups[root] = map[string]cty.Value{}
		}
		groups[root][ref.to.name] = e.scope(ref.to)
	}
	for root, names := range groups {
		ctx.Variables[root] = cty.ObjectVal(names)
	}
	return ctx
}

// scope is what a reference to the node evaluates to.
func (e *Evaluation) scope(n *node) cty.Value {
	switch n.class {
	case "var":
		return e.c.values[n.name]
	case "local":
		if r := e.eval(n); !r.diags.HasErrors() {
			return r.value
		}
	case "object":
		if r := e.eval(n); !r.diags.HasErrors() && r.desired.Value.IsKnown() {
			return e.objectScope(r.desired)
		}
	}
	return cty.DynamicVal // its own errors are reported where they are
}

// objectScope is an object as other blocks see it: its attributes, its address,
// the name that people know it by, and its id once it exists.
func (e *Evaluation) objectScope(d schema.Desired) cty.Value {
	attrs := d.Value.AsValueMap()
	// The object may have come into being since its own body was evaluated.
	e.fillComputed(attrs, d)
	id := cty.UnknownVal(cty.String).RefineNotNull()
	if object := e.known(d.Addr); object != nil && object.ID != "" {
		id = cty.StringVal(object.ID)
	}
	attrs["name"] = d.Value.GetAttr(d.Kind.Label)
	attrs["addr"] = cty.StringVal(d.Addr.String())
	attrs["id"] = id
	return cty.ObjectVal(attrs)
}

// dependsOn lists the objects that the node refers to, also through local
// values.
func (n *node) dependsOn() []schema.Addr {
	var addrs []schema.Addr
	seen := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		for _, ref := range n.refs {
			if seen[ref.to] {
				continue
			}
			seen[ref.to] = true
			switch ref.to.class {
			case "object":
				addrs = append(addrs, ref.to.addr())
			case "local":
				visit(ref.to)
			}
		}
	}
	visit(n)
	slices.SortFunc(addrs, schema.CompareAddr)
	return addrs
}

func (n *node) addr() schema.Addr { return schema.Addr{Kind: n.kind.Name, Name: n.name} }

// object evaluates one declared object.
func (e *Evaluation) object(n *node) (schema.Desired, hcl.Diagnostics) {
	d := schema.Desired{
		Addr: n.addr(), Kind: n.kind, DependsOn: n.dependsOn(), Range: n.rng,
		Local: map[string]cty.Value{}, Ranges: map[string]hcl.Range{},
		Value: cty.UnknownVal(n.kind.Type()),
	}
	if n.kind.Mark != schema.MarkNone {
		d.Owner = schema.Owner{Owner: e.c.Owner, Addr: d.Addr.String()}
	}
	spec := n.kind.Spec()
	ctx := e.context(n)
	// What could be decoded is checked even where something couldn't.
	raw, diags := decodeBody(n.body, spec, ctx)
	dec := &decoder{ctx: ctx, now: e.c.opts.Now}
	content, _ := n.body.Content(hcldec.ImpliedSchema(spec))
	attrs := dec.attrs(n.kind.Attrs, raw, content, n.rng, d.Local)
	for name, a := range content.Attributes {
		d.Ranges[name] = a.Range
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
	declared := content.Blocks.OfType(b.Type)
	spec := hcldec.ImpliedSchema(b.Spec())
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
		out = append(out, cty.ObjectVal(attrs))
	}
	if len(out) == 0 {
		return cty.ListValEmpty(b.ValueType())
	}
	return cty.ListVal(out)
}

// fillComputed gives the attributes that only Okta sets: as they are in the
// org, or unknown.
func (e *Evaluation) fillComputed(attrs map[string]cty.Value, d schema.Desired) {
	object := e.known(d.Addr)
	for _, a := range d.Kind.Attrs {
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
