package config

import (
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Known returns the object in the org for a declared address, or nil if there is none yet.
type Known func(schema.Addr) *schema.Object

// Evaluation evaluates blocks on demand, each instance once, with what is known of the org at that
// time. Code that creates objects during an evaluation must therefore evaluate the dependencies of
// an object before the object. An Evaluation is safe for concurrent use.
type Evaluation struct {
	c     *Config
	known Known
	mu    *sync.Mutex
	main  *scope
	// expanded counts the instances of repeated blocks.
	expanded *int
	// lenient, for validate, treats as unknown what may be known when planning, and also checks
	// blocks without instances.
	lenient bool
	// openVariables are root variables that are treated as unknown.
	openVariables map[string]bool
}

// Evaluate begins an evaluation. A nil known means that nothing is known of the org. All callers
// with a nil known share one evaluation, until more becomes known.
func (c *Config) Evaluate(known Known) *Evaluation {
	if known != nil {
		c.withoutOrg = nil
		return c.newEvaluation(known)
	}
	if c.withoutOrg == nil {
		c.withoutOrg = c.newEvaluation(nil)
	}
	return c.withoutOrg
}

func (c *Config) newEvaluation(known Known) *Evaluation {
	c.meter.Reset()
	if known == nil {
		known = func(schema.Addr) *schema.Object { return nil }
	}
	return &Evaluation{c: c, known: known, mu: new(sync.Mutex), main: newScope(c.main, "", nil), expanded: new(int)}
}

// leniently returns the same evaluation for validate.
func (e *Evaluation) leniently() *Evaluation {
	lenient := *e
	lenient.lenient = true
	return &lenient
}

// All evaluates every declared object, in the order of the files.
func (e *Evaluation) All() ([]schema.Desired, hcl.Diagnostics) {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]schema.Desired, 0, len(e.c.main.order))
	var diags hcl.Diagnostics
	e.walk(func(in *instance) {
		e.eval(in)
		diags = append(diags, in.diags...)
		if in.node.class == classObject && !in.placeholder {
			all = append(all, *in.desired)
		}
	})
	expanding, notYet := expansionDiags(e.main)
	diags = distinct(append(expanding, diags...))
	if !diags.HasErrors() && !e.c.faulty && !(e.lenient && e.mayBecomeKnown()) { // otherwise they may be the reason why something is unknown
		diags = append(diags, notYet...)
	}
	return all, diags
}

// expansionDiags returns the errors in the for_each and count of what was expanded so far, and
// separately those that are unknown yet.
func expansionDiags(s *scope) (diags, notYet hcl.Diagnostics) {
	for _, n := range s.module.order {
		x := s.expansions[n]
		if x == nil || !n.repeated() && n.called == nil {
			continue
		}
		diags = append(diags, x.diags...)
		if x.notYet != nil {
			notYet = append(notYet, x.notYet)
		}
		for _, in := range x.instances {
			if in.inner != nil {
				more, later := expansionDiags(in.inner)
				diags, notYet = append(diags, more...), append(notYet, later...)
			}
		}
	}
	return diags, notYet
}

// Object evaluates the declared object at addr.
func (e *Evaluation) Object(addr schema.Addr) (schema.Desired, hcl.Diagnostics) {
	e.mu.Lock()
	defer e.mu.Unlock()
	in := e.at(addr)
	if in == nil {
		return schema.Desired{Addr: addr}, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Object is no longer declared",
			Detail: addr.String() + " was declared when the plan was made, but is no longer. Plan again."}}
	}
	e.eval(in)
	return *in.desired, in.diags
}

// eval evaluates an instance and stores the results in it.
func (e *Evaluation) eval(in *instance) {
	if in.evaluated {
		return
	}
	in.evaluated = true
	n := in.node
	if n.broken && n.class != classObject {
		in.value = cty.DynamicVal
		return
	}
	switch n.class {
	case classVar:
		in.value, in.diags = e.variable(in)
	case classLocal:
		in.value, in.diags = n.expr.Value(e.context(in))
	case classOutput:
		in.value, in.diags = e.outputValue(in)
	case classData:
		in.value, in.diags = e.dataValue(in)
	case classObject:
		in.desired, in.diags = e.object(in)
	case classValidation:
		in.diags = e.validation(in)
	}
}

// variable returns the value of a variable: a root variable's comes from outside, a module's from
// its call.
func (e *Evaluation) variable(in *instance) (cty.Value, hcl.Diagnostics) {
	v := in.node.variable
	if in.scope.call == nil && e.openVariables[in.node.name] {
		return v.marked(cty.UnknownVal(v.typ)), nil
	}
	if in.scope.call == nil {
		return e.c.values[in.node.name], nil
	}
	if in.node.expr == nil {
		return v.marked(v.def), nil
	}
	val, diags := in.node.expr.Value(e.context(in))
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	val, diag := v.accept(val, in.node.expr.Range(), in.scope.module.dir)
	if diag != nil {
		return cty.UnknownVal(v.typ), append(diags, diag)
	}
	return v.marked(val), diags
}

// Unexpanded returns the blocks of objects and data sources whose instances are unknown because of
// a for_each or count, of their own or of a module around them.
func (e *Evaluation) Unexpanded() (list []Unknown) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.unexpanded(func(in *instance) {
		if in.node.class == classObject || in.node.class == classData {
			m := e.meaning()
			m.repeated(in)
			m.block(in)
			list = append(list, Unknown{Addr: in.addr().Block(), Kind: in.node.kind, Range: in.node.rng, Print: m.sum()})
		}
	})
	return list
}

// unexpanded calls f for the placeholder of each node whose instances are unknown.
func (e *Evaluation) unexpanded(f func(*instance)) {
	var visit func(s *scope, unknown bool)
	visit = func(s *scope, unknown bool) {
		for _, n := range s.module.order {
			x := e.expand(s, n)
			instances, open := x.instances, unknown || n.repeated() && x.unknown
			if x.placeholder != nil && open {
				instances = append(instances[:len(instances):len(instances)], x.placeholder)
			}
			for _, in := range instances {
				if open {
					f(in)
				}
				if in.inner != nil {
					visit(in.inner, open)
				}
			}
		}
	}
	visit(e.main, false)
}
