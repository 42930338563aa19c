package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Undecided is a block whose effect isn't known, or not known to exist: a smoke test, a rule, or an
// import, moved or removed block.
type Undecided struct {
	Type  string // of the block
	Name  string // of a smoke test or rule
	Print string // is the same in two versions if the block, and what it depends on, is
	Range hcl.Range
}

// Undecided returns the blocks whose instances depend on a value that isn't known here, or on a
// variable that may have another value where the configuration is applied; and import, moved and
// removed blocks with such values.
func (c *Config) Undecided() (list []Undecided) {
	if !c.parsed {
		return nil
	}
	seen := map[*node]bool{}
	for _, e := range []*Evaluation{c.Evaluate(nil), c.openEvaluation()} {
		if e == nil {
			continue
		}
		e.mu.Lock()
		add := func(in *instance) {
			n := in.node
			if seen[n] || n.broken || n.class != classSmoke && n.class != classRule && n.class != classIdentity {
				return
			}
			seen[n] = true
			m := e.meaning()
			m.repeated(in)
			m.block(in)
			list = append(list, Undecided{Type: n.block.Type, Name: n.name, Range: n.rng, Print: m.sum()})
		}
		e.unexpanded(add)
		e.walk(func(in *instance) {
			if in.node.class == classIdentity && !in.node.broken && e.undecided(in) {
				add(in)
			}
		})
		e.mu.Unlock()
	}
	return list
}

// undecided reports whether a block has an attribute that isn't known.
func (e *Evaluation) undecided(in *instance) bool {
	body, ok := in.node.block.Body.(*hclsyntax.Body)
	if !ok {
		return false
	}
	for name, a := range body.Attributes {
		if name == "to" || name == "from" || name == "for_each" {
			continue // an address
		}
		if v, diags := a.Expr.Value(e.context(in)); !diags.HasErrors() && hidden(v) {
			return true
		}
	}
	return false
}
