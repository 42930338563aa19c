package config

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/dynblock"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// scope is one instance of a module during an evaluation.
type scope struct {
	module *module
	path   string    // the module calls, with their instance keys
	call   *instance // the module block; nil for the root module
	// placeholder means that the scope stands for unknown instances, or for none.
	placeholder bool
	// absent means that the scope stands for no instance at all.
	absent     bool
	expansions map[*node]*expansion
	paths      cty.Value // the value of path; NilVal: not needed yet
}

// named returns the name of something in the scope for messages.
func (s *scope) named(name string) string {
	if s.path == "" {
		return name
	}
	return s.path + ": " + name
}

// expansion holds the instances of a node in a scope.
type expansion struct {
	instances []*instance
	byKey     map[string]*instance // for a repeated node
	// unknown means that the instances cannot be determined yet.
	unknown bool
	notYet  *hcl.Diagnostic // the error for that, if it is one
	// placeholder stands for the instances if there are none, or they are unknown.
	placeholder *instance
	diags       hcl.Diagnostics
	value       cty.Value // the value of a reference to the whole block; NilVal: not needed yet
}

// instance is one instance of a node in a scope, with its value.
type instance struct {
	node        *node
	scope       *scope
	key         string               // as written in an address; "" for a single one
	rep         map[string]cty.Value // each or count
	placeholder bool
	absent      bool   // whether it stands for no instance at all, as with count = 0
	inner       *scope // of a module block

	evaluated bool
	value     cty.Value       // of a variable, a local value, an output
	desired   *schema.Desired // of an object
	diags     hcl.Diagnostics
	reference cty.Value     // the value of a reference to an object; NilVal: not needed yet
	depends   []schema.Addr // dependencies
	follows   bool          // whether depends is computed
}

// outer returns the scope whose names the instance's expressions use, and their each or count.
func (in *instance) outer() (*scope, map[string]cty.Value) {
	if in.node.class == classVar && in.scope.call != nil {
		return in.scope.call.scope, in.scope.call.rep
	}
	return in.scope, in.rep
}

func (in *instance) addr() schema.Addr {
	if in.node.class == classData {
		return schema.Addr{Module: in.scope.path, Data: true, Kind: in.node.kind.Source(), Name: in.node.name, Key: in.key}
	}
	return schema.Addr{Module: in.scope.path, Kind: in.node.kind.Name, Name: in.node.name, Key: in.key}
}

// expand returns the instances of the node.
func (e *Evaluation) expand(s *scope, n *node) *expansion {
	if x, ok := s.expansions[n]; ok {
		return x
	}
	x := &expansion{}
	s.expansions[n] = x
	if !n.repeated() {
		x.instances = []*instance{e.instance(s, n, instanceKey{}, s.placeholder, s.absent)}
		return x
	}
	keys, known := e.keys(s, n, x)
	x.unknown, x.byKey = !known, map[string]*instance{}
	for _, key := range keys {
		in := e.instance(s, n, key, s.placeholder, s.absent)
		x.instances = append(x.instances, in)
		x.byKey[key.key] = in
	}
	if len(x.instances) == 0 && (!n.broken || n.class == classObject) {
		x.placeholder = e.instance(s, n, n.unknownInstance(), true, known || s.absent)
	}
	return x
}

// at returns the instance with that key, as written in an address; nil if there is none.
func (x *expansion) at(key string) *instance {
	switch {
	case x.byKey != nil:
		return x.byKey[key]
	case key == "" && len(x.instances) > 0:
		return x.instances[0]
	}
	return nil
}

// keys evaluates for_each or count.
func (e *Evaluation) keys(s *scope, n *node, x *expansion) (keys []instanceKey, known bool) {
	if n.broken {
		return nil, false
	}
	_, expr := n.argument()
	ctx := e.repeatContext(s, n)
	v, diags := expr.Value(ctx)
	x.diags = append(x.diags, diags...)
	if diags.HasErrors() {
		return nil, false
	}
	keys, known, problem := n.instances(v)
	if *e.expanded += len(keys); *e.expanded > maxInstances && problem == "" {
		problem = fmt.Sprintf("with it there would be more than %d instances in all.", maxInstances)
	}
	if problem != "" {
		x.diags = append(x.diags, n.problem(problem, ctx))
		return nil, false
	}
	if !known && !s.placeholder {
		x.notYet = n.problem(n.notYet(), ctx)
	}
	return keys, known
}

// mayBecomeKnown reports whether what is unknown in a for_each or count can be known when planning:
// a variable without a value, which only validate allows, or the result of a data source.
func (e *Evaluation) mayBecomeKnown() bool { return e.c.unset || e.c.data }

func (e *Evaluation) instance(s *scope, n *node, key instanceKey, placeholder, absent bool) *instance {
	in := &instance{node: n, scope: s, key: key.key, rep: key.rep, placeholder: placeholder, absent: absent}
	if n.called != nil {
		in.inner = newScope(n.called, schema.ModulePath(s.path, n.name, key.key), in)
	}
	return in
}

func newScope(m *module, path string, call *instance) *scope {
	s := &scope{module: m, path: path, call: call, expansions: map[*node]*expansion{}}
	s.placeholder, s.absent = call != nil && call.placeholder, call != nil && call.absent
	return s
}

// only returns the single instance of a node that is never repeated.
func (e *Evaluation) only(s *scope, n *node) *instance { return e.expand(s, n).instances[0] }

// walk calls f for every instance of every node, in the order of the files; those in modules follow
// the call.
func (e *Evaluation) walk(f func(*instance)) { e.walkScope(e.main, f) }

func (e *Evaluation) walkScope(s *scope, f func(*instance)) {
	visit := func(in *instance) {
		f(in)
		if in.inner != nil {
			e.walkScope(in.inner, f)
		}
	}
	for _, n := range s.module.order {
		x := e.expand(s, n)
		for _, in := range x.instances {
			visit(in)
		}
		if x.placeholder != nil && e.lenient {
			visit(x.placeholder)
		}
	}
}

// at returns the instance of an object with that address; nil if there is none.
func (e *Evaluation) at(addr schema.Addr) *instance {
	s := e.main
	calls, err := schema.ParseModule(addr.Module)
	if err != nil {
		return nil
	}
	for _, call := range calls {
		n := s.module.nodes["module."+call.Name]
		if n == nil {
			return nil
		}
		in := e.expand(s, n).at(call.Key)
		if in == nil || in.inner == nil {
			return nil
		}
		s = in.inner
	}
	n := s.module.nodes[addr.Kind+"."+addr.Name]
	if n == nil || n.class != classObject {
		return nil
	}
	return e.expand(s, n).at(addr.Key)
}

// expanded returns the node's body with the blocks that its dynamic blocks produce.
func (n *node) expanded(ctx *hcl.EvalContext) hcl.Body {
	if !n.dynamic {
		return n.body
	}
	return dynblock.Expand(n.body, ctx)
}
