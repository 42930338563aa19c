package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
)

// target limits the plan to its targets: what they name, and the changes that must be made before.
// Other objects are left as they are, and missing ones are not created.
func (p *Plan) target(targets []string) hcl.Diagnostics {
	if len(targets) == 0 {
		return nil
	}
	var diags hcl.Diagnostics
	var chosen []*Change
	for _, text := range targets {
		found, diag := p.at(text)
		if diag != nil {
			diags = append(diags, diag)
		}
		chosen = append(chosen, found...)
	}
	if diags.HasErrors() {
		return diags
	}
	p.Targets = p.withDependencies(chosen)
	left := 0
	var kept []Change
	for _, c := range p.Changes {
		switch {
		case c.Action == NoOp || p.Targeted(c.Addr):
			kept = append(kept, c)
			continue
		case c.Action == Update || c.Action == Replace: // others may refer to it
			still := c
			still.Action, still.After, still.Owner, still.PrevAddr = NoOp, c.Before, c.Prior.Owner, schema.Addr{}
			still.Reason, still.Replaces, still.Generates, still.DependsOn, still.TemporaryRenames = "", nil, nil, nil, nil
			kept = append(kept, still)
		}
		left++
	}
	p.Changes = kept
	p.Notes = append([]string{fmt.Sprintf("this plan is partial: it is about %s and what that depends on (--target). %d other changes are left out; a plan without --target shows them.",
		strings.Join(targets, ", "), left)}, p.Notes...)
	return nil
}

// Targeted reports whether the plan includes the object at that address.
func (p *Plan) Targeted(addr schema.Addr) bool { return p.Targets == nil || p.Targets[addr] }

// at returns what a target names: an object, a block or a module, declared or owned.
func (p *Plan) at(text string) ([]*Change, *hcl.Diagnostic) {
	target := text
	if addr, err := schema.ParseAddr(text); err == nil {
		target = addr.String()
	} else if _, err := schema.ParseModule(text); err != nil {
		return nil, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid target",
			Detail: fmt.Sprintf("--target %s is no address of an object, such as service_app.reporter, of one instance, such as group.team[\"emea\"], or of a module, such as module.team.", text)}
	}
	var found []*Change
	for i := range p.Changes {
		if schema.Under(target, p.Changes[i].Addr.String()) {
			found = append(found, &p.Changes[i])
		}
	}
	if len(found) == 0 {
		return nil, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Target isn't there",
			Detail: fmt.Sprintf("--target %s: nothing at that address is declared, or owned in the org.", text)}
	}
	return found, nil
}

// withDependencies adds to the chosen changes all those that they wait for, and the temporary
// renames that they need.
func (p *Plan) withDependencies(chosen []*Change) map[schema.Addr]bool {
	byAddr := map[schema.Addr][]*Change{} // the old object of a replacement has the same address
	for i := range p.Changes {
		byAddr[p.Changes[i].Addr] = append(byAddr[p.Changes[i].Addr], &p.Changes[i])
	}
	reached := map[schema.Addr]bool{}
	for len(chosen) > 0 {
		c := chosen[len(chosen)-1]
		chosen = chosen[:len(chosen)-1]
		if reached[c.Addr] {
			continue
		}
		reached[c.Addr] = true
		for _, addr := range slices.Concat(c.DependsOn, c.TemporaryRenames) {
			chosen = append(chosen, byAddr[addr]...)
		}
		chosen = append(chosen, byAddr[c.Addr]...)
	}
	return reached
}
