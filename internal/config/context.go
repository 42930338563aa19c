package config

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// context contains only what the instance refers to: with a context of everything, each evaluation
// would take as long as the configuration is large.
func (e *Evaluation) context(in *instance) *hcl.EvalContext { return e.contextOf(in, in.node.uses) }

// repeatContext contains only what the node's for_each or count refers to. What its body refers to
// may not exist yet when the instances are counted, and its keys may need each or count.
func (e *Evaluation) repeatContext(s *scope, n *node) *hcl.EvalContext {
	return e.contextOf(&instance{node: n, scope: s}, n.repeatUses)
}

func (e *Evaluation) contextOf(in *instance, uses []*use) *hcl.EvalContext {
	s, _ := in.outer()
	ctx := e.plainContext(in, uses)
	groups := map[string]map[string]cty.Value{}
	for _, u := range uses {
		if u.order || u.plain() {
			continue
		}
		root := u.to.root()
		if groups[root] == nil {
			groups[root] = map[string]cty.Value{}
		}
		groups[root][u.to.name] = e.blockValue(s, u, ctx)
	}
	data := map[string]cty.Value{}
	for root, names := range groups {
		if source, ok := strings.CutPrefix(root, "data."); ok {
			data[source] = cty.ObjectVal(names)
			continue
		}
		ctx.Variables[root] = cty.ObjectVal(names)
	}
	if len(data) > 0 {
		ctx.Variables["data"] = cty.ObjectVal(data)
	}
	return ctx
}

// plain reports whether the used node has no instances to select from.
func (u *use) plain() bool {
	return u.to.class != classObject && u.to.class != classModule && u.to.class != classData
}

// root returns the first name of a reference to the node.
func (n *node) root() string {
	if n.kind != nil {
		return n.kind.Name
	}
	return string(n.class)
}

// plainContext contains what the keys of instances may refer to.
func (e *Evaluation) plainContext(in *instance, uses []*use) *hcl.EvalContext {
	s, rep := in.outer()
	ctx := &hcl.EvalContext{Variables: map[string]cty.Value{}, Functions: e.c.funcs}
	for name, value := range rep {
		ctx.Variables[name] = value
	}
	groups := map[string]map[string]cty.Value{}
	for _, u := range uses {
		switch {
		case u.order || !u.plain():
		case u.to.class == classOrg:
			ctx.Variables["org"] = e.c.orgScope()
		default:
			root := u.to.root()
			if groups[root] == nil {
				groups[root] = map[string]cty.Value{}
			}
			value := e.plainValue(e.only(s, u.to))
			if in.absent {
				value = anyOfType(value)
			}
			groups[root][u.to.name] = value
		}
	}
	for root, names := range groups {
		ctx.Variables[root] = cty.ObjectVal(names)
	}
	if s.paths == cty.NilVal {
		s.paths = cty.ObjectVal(map[string]cty.Value{"root": cty.StringVal("."), "module": cty.StringVal(s.module.dir)})
	}
	ctx.Variables["path"] = s.paths
	return ctx
}

// anyOfType returns an unknown value of the same type and marks. A block without instances
// is checked only for errors that do not depend on its variables: `count = var.x == null ? 0 : 1`
// has no instance if the rest of the block could not use the null.
func anyOfType(v cty.Value) cty.Value {
	_, marks := v.Unmark()
	return cty.UnknownVal(v.Type()).WithMarks(marks)
}

// plainValue returns the value of a variable, local value or output. Its errors are reported at its
// own place.
func (e *Evaluation) plainValue(in *instance) cty.Value {
	e.eval(in)
	if in.diags.HasErrors() {
		return cty.DynamicVal
	}
	return in.value
}

// blockValue returns the value of a reference to an object or module: one object, a tuple (count),
// or an object with an attribute for each key (for_each). If only some instances are used, it
// contains only these.
func (e *Evaluation) blockValue(s *scope, u *use, ctx *hcl.EvalContext) cty.Value {
	x := e.expand(s, u.to)
	if x.unknown || x.diags.HasErrors() || u.to.broken {
		return cty.DynamicVal
	}
	if picked, ok := x.pick(u, ctx); ok {
		some := map[string]cty.Value{}
		for _, in := range picked {
			some[in.name()] = e.instanceValue(in, u)
		}
		return cty.ObjectVal(some)
	}
	if u.to.class == classObject && x.value != cty.NilVal {
		return x.value
	}
	x.value = e.wholeValue(x, u)
	return x.value
}

func (e *Evaluation) wholeValue(x *expansion, u *use) cty.Value {
	if !u.to.repeated() {
		return e.instanceValue(x.instances[0], u)
	}
	if u.to.count != nil {
		list := make([]cty.Value, len(x.instances))
		for i, in := range x.instances {
			list[i] = e.instanceValue(in, u)
		}
		return cty.TupleVal(list)
	}
	all := map[string]cty.Value{}
	for _, in := range x.instances {
		all[in.name()] = e.instanceValue(in, u)
	}
	return cty.ObjectVal(all)
}

// pick returns the instances with the used keys; ok is false if they cannot be determined, or one
// does not exist.
func (x *expansion) pick(u *use, ctx *hcl.EvalContext) (list []*instance, ok bool) {
	if u.keys == nil {
		return nil, false
	}
	for _, expr := range u.keys {
		v, diags := expr.Value(ctx)
		v, _ = v.Unmark()
		if diags.HasErrors() || !v.IsKnown() || v.IsNull() || v.Type() != cty.String && v.Type() != cty.Number {
			return nil, false
		}
		in := x.at(schema.InstanceKey(v))
		if in == nil {
			return nil, false
		}
		list = append(list, in)
	}
	return list, true
}

// name returns the instance's key as an attribute name.
func (in *instance) name() string {
	if each, ok := in.rep["each"]; ok {
		return each.GetAttr("key").AsString()
	}
	return in.key
}

// instanceValue returns one object, or one instance of a module, as others see it.
func (e *Evaluation) instanceValue(in *instance, u *use) cty.Value {
	if in.node.class == classObject {
		return e.objectValue(in)
	}
	if in.node.class == classData {
		return e.plainValue(in)
	}
	outputs := map[string]cty.Value{}
	for _, out := range u.outputNodes() {
		outputs[out.name] = e.plainValue(e.only(in.inner, out))
	}
	return cty.ObjectVal(outputs)
}

// outputNodes returns the used outputs of the module.
func (u *use) outputNodes() []*node {
	if u.outputs == nil {
		return u.to.called.outputs()
	}
	var list []*node
	for _, name := range u.outputs {
		if n := u.to.called.nodes["output."+name]; n != nil {
			list = append(list, n)
		}
	}
	return list
}

func (e *Evaluation) objectValue(in *instance) cty.Value {
	if in.reference != cty.NilVal {
		return in.reference
	}
	e.eval(in)
	in.reference = cty.DynamicVal // its errors are reported at its own place
	if !in.diags.HasErrors() && !in.node.broken && in.desired.Value.IsKnown() {
		in.reference = e.referenced(in.desired)
	}
	return in.reference
}

// referenced returns an object as other blocks see it: its attributes, its address, its name and,
// once it exists, its id.
func (e *Evaluation) referenced(d *schema.Desired) cty.Value {
	attrs := d.Kind.Opened(d.Value.Cty()).AsValueMap()
	// The object may have been created since its own body was evaluated.
	e.fillComputed(attrs, d)
	if e.c.opts.Elsewhere {
		e.leaveToOrg(attrs, d)
	}
	id := cty.UnknownVal(cty.String).RefineNotNull()
	if object := e.known(d.Addr); object != nil && object.ID != "" {
		id = cty.StringVal(object.ID)
	}
	return d.Kind.Referenced(attrs, id, cty.StringVal(d.Addr.String()))
}
