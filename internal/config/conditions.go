package config

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
)

// Condition is a validation of a variable, or a precondition or postcondition of an object or
// output.
type Condition struct {
	// Of is the variable, object or output with its module; Addr is the address of the object's
	// block.
	Of   string
	Addr schema.Addr
	Type string // of the block
	// Print is the same in two versions if the condition, and what it refers to, are the same.
	Print string
	Range hcl.Range
}

// Conditions returns the conditions of the configuration and its modules.
func (c *Config) Conditions() (list []Condition) {
	if !c.parsed {
		return nil
	}
	e := c.Evaluate(nil)
	e.mu.Lock()
	defer e.mu.Unlock()
	seen := map[*node]bool{}
	visit := func(in *instance) {
		n := in.node
		if seen[n] || n.broken || len(n.rules)+len(n.postconditions) == 0 {
			return
		}
		seen[n] = true
		one := Condition{Of: n.module.named(n.key), Type: "precondition"}
		switch n.class {
		case classValidation:
			one.Of, one.Type = n.module.named(n.variable.node.key), "validation"
		case classObject:
			one.Addr = in.addr().Block()
		}
		add := func(rules []rule) {
			for _, r := range rules {
				one.Print, one.Range = e.conditionPrint(in, r), r.rng
				list = append(list, one)
			}
		}
		add(n.rules)
		one.Type = "postcondition"
		add(n.postconditions)
	}
	e.walk(visit)
	e.unexpanded(visit)
	return list
}

// conditionPrint omits what the condition is about: the validated variable, and objects.
func (e *Evaluation) conditionPrint(in *instance, r rule) string {
	m := e.meaning()
	m.source(r.condition.Range())
	m.choices(in, r.condition)
	for _, t := range r.condition.Variables() {
		if slices.Contains([]string{"self", "each", "count"}, t.RootName()) || in.node.class == classValidation && refersTo(t, in.node.name) {
			continue
		}
		if to, _, diag := e.c.resolve(in.node.home(), t); diag == nil && (to == nil || to.class == classObject || to.class == classData) {
			continue
		}
		m.reference(in, t)
	}
	return m.sum()
}
