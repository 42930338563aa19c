package config

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Outside is a part of a configuration that depends on variables which may have other values where
// it is applied, set by the environment or options.
type Outside struct {
	// Addr is the address of an object; Test is the name of a smoke test, if it is about one.
	Addr schema.Addr
	Test string
	// Attribute is the attribute or type of blocks, or the meta-argument.
	Attribute string
	Variables []string
	// Print is the same in two versions if the dependence is.
	Print string
	Range hcl.Range
}

// Outside returns everything that depends on variables with a value here that does not come from an
// option.
func (c *Config) Outside() []Outside {
	if !c.parsed {
		return nil
	}
	o := &outside{closed: c.Evaluate(nil), open: c.openEvaluation()}
	if o.open == nil {
		return nil
	}
	o.closed.mu.Lock()
	defer o.closed.mu.Unlock()
	o.closed.walk(func(in *instance) {
		twin := o.twin(in)
		switch {
		case in.placeholder || in.node.broken || twin == nil:
		case in.node.class == classObject:
			o.object(in, twin)
		case in.node.class == classSmoke:
			o.test(in, twin)
		case in.node.class == classOrg, in.node.class == classIdentity:
			o.block(Outside{Attribute: in.node.block.Type}, in, twin)
		}
	})
	o.open.unexpanded(o.repeated)
	return o.list
}

// openEvaluation returns an evaluation without the values of variables that may have other values
// where the configuration is applied; nil if there are no such variables.
func (c *Config) openEvaluation() *Evaluation {
	open := map[string]bool{}
	for _, n := range c.main.order {
		if n.class != classVar || c.fromOptions[n.name] {
			continue
		}
		if bare, _ := c.values[n.name].UnmarkDeep(); bare != cty.NilVal && bare.IsWhollyKnown() {
			open[n.name] = true
		}
	}
	if len(open) == 0 {
		return nil
	}
	e := c.newEvaluation(nil)
	e.openVariables = open
	return e
}

// outside compares an evaluation with another one in which these variables are unknown.
type outside struct {
	closed, open *Evaluation
	list         []Outside
}

// add records a dependency, if there is one: m has seen what the value is computed from.
func (o *outside) add(what Outside, m *meaning) {
	if len(m.variables) > 0 {
		what.Variables, what.Print = slices.Sorted(maps.Keys(m.variables)), m.sum()
		o.list = append(o.list, what)
	}
}

func (o *outside) meaning() *meaning {
	m := o.open.meaning()
	m.variables = map[string]bool{}
	return m
}

// twin returns the same instance in the open evaluation, or the placeholder if its instances are
// unknown.
func (o *outside) twin(in *instance) *instance {
	s := o.open.main
	for _, call := range calls(in.scope) {
		if call = o.open.expand(s, call.node).like(call); call == nil {
			return nil
		}
		s = call.inner
	}
	return o.open.expand(s, in.node).like(in)
}

// like returns the instance with the key of another one, or the placeholder.
func (x *expansion) like(in *instance) *instance {
	if same := x.at(in.key); same != nil {
		return same
	}
	return x.placeholder
}

// calls returns the module calls around a scope, the outermost first.
func calls(s *scope) (list []*instance) {
	for ; s.call != nil; s = s.call.scope {
		list = append([]*instance{s.call}, list...)
	}
	return list
}

// repeated records that a block's instances depend on variables.
func (o *outside) repeated(in *instance) {
	what := Outside{Range: in.node.rng}
	switch in.node.class {
	case classObject:
		what.Addr = in.addr().Block()
	case classSmoke:
		what.Test = in.scope.named(in.node.name)
	default:
		return
	}
	for _, each := range append(calls(in.scope), in) {
		if each.node.repeated() {
			what.Attribute, _ = each.node.argument()
		}
	}
	o.add(what, o.made(func(m *meaning) {
		m.repeated(in)
		if !o.shown(in) { // nothing of the block is compared
			m.chooses = true
			m.block(in)
		}
	}))
}

// shown reports whether the values in a review produce an instance of a block.
func (o *outside) shown(in *instance) bool {
	s := o.closed.main
	for _, call := range calls(in.scope) {
		x := o.closed.expand(s, call.node)
		if len(x.instances) == 0 {
			return false
		}
		s = x.instances[0].inner
	}
	return len(o.closed.expand(s, in.node).instances) > 0
}

// made returns the meaning of what write writes. If an expression chooses between values, the
// current values of the variables count too, because another value may be chosen where the
// configuration is applied.
func (o *outside) made(write func(*meaning)) *meaning {
	m := o.meaning()
	write(m)
	if m.chooses && len(m.variables) > 0 {
		m = o.meaning()
		m.defaults = true
		write(m)
	}
	return m
}

func (o *outside) object(in, twin *instance) {
	body, ok := in.node.block.Body.(*hclsyntax.Body)
	if !ok {
		o.block(Outside{Addr: in.addr()}, in, twin)
		return
	}
	parts := partsOf(body)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if name == "for_each" || name == "count" || len(parts[name]) == 0 {
			continue
		}
		m := o.made(func(m *meaning) {
			for _, expr := range parts[name] {
				m.expression(twin, expr)
			}
		})
		o.add(Outside{Addr: in.addr(), Attribute: name, Range: parts[name][0].Range()}, m)
	}
}

// partsOf returns the expressions of a block's attributes and blocks, by name and type.
func partsOf(body *hclsyntax.Body) map[string][]hcl.Expression {
	parts := map[string][]hcl.Expression{}
	for name, a := range body.Attributes {
		parts[name] = append(parts[name], a.Expr)
	}
	for _, block := range body.Blocks {
		name := block.Type
		if name == "dynamic" && len(block.Labels) > 0 {
			name = block.Labels[0]
		}
		parts[name] = append(parts[name], expressions(block.Body)...)
	}
	return parts
}

func (o *outside) test(in, twin *instance) {
	what := Outside{Test: in.scope.named(in.node.name), Range: in.node.rng}
	body, ok := in.node.block.Body.(*hclsyntax.Body)
	if !ok || in.node.dynamic {
		o.block(what, in, twin)
		return
	}
	for _, expr := range expressions(body) {
		o.add(what, o.made(func(m *meaning) { m.expression(twin, expr) }))
	}
}

// block records that something anywhere in a block depends on variables.
func (o *outside) block(what Outside, in, twin *instance) {
	what.Range = in.node.rng
	o.add(what, o.made(func(m *meaning) { m.block(twin) }))
}

// expressions returns the expressions of all attributes in a body and its blocks.
func expressions(body *hclsyntax.Body) (list []hcl.Expression) {
	for _, a := range body.Attributes {
		list = append(list, a.Expr)
	}
	slices.SortFunc(list, func(a, b hcl.Expression) int { return a.Range().Start.Byte - b.Range().Start.Byte })
	for _, block := range body.Blocks {
		list = append(list, expressions(block.Body)...)
	}
	return list
}
