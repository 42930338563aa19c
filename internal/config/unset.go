package config

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// NeededSecrets returns an error for each attribute that is compared with the org and depends on a
// variable that Options.SecretsUnknown left without a value. A password is never compared.
func (e *Evaluation) NeededSecrets() (diags hcl.Diagnostics) {
	declared, _ := e.All()
	for i := range declared {
		d := &declared[i]
		for name, v := range d.Value.All() {
			if a := d.Kind.Attr(name); a != nil && a.WriteOnly {
				continue
			}
			if variable, ok := unsetIn(v); ok {
				at := d.Range
				if r, ok := d.Positions.At(name); ok {
					at = r
				}
				diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "No value for required variable", Subject: &at,
					Detail: fmt.Sprintf("%s of %s is compared with the org, and depends on the variable %q, which has no value and no default. %s", name, d.Addr, variable, setSecret(variable))})
			}
		}
	}
	return diags
}

// NeededSecret returns an error if the value of an output depends on such a variable.
func (e *Evaluation) NeededSecret(output string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, n := range e.c.main.order {
		if n.class != classOutput || n.name != output || n.broken {
			continue
		}
		v, _ := e.output(e.only(e.main, n))
		if variable, ok := unsetIn(v); ok {
			return fmt.Errorf("output %q depends on the variable %q, which has no value and no default. %s", output, variable, setSecret(variable))
		}
	}
	return nil
}

// unsetIn returns the name of a variable without a value that a value depends on.
func unsetIn(v cty.Value) (name string, ok bool) {
	_, marks := v.UnmarkDeep()
	for mark := range marks {
		if variable, is := mark.(schema.Unset); is && (!ok || string(variable) < name) {
			name, ok = string(variable), true
		}
	}
	return name, ok
}
