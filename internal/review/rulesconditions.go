package review

import (
	"slices"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema"
)

// conditionRules report conditions that values no longer have to meet.
func conditionRules() []Rule {
	return []Rule{
		{ID: "P18", Title: "Condition removed or changed", Severity: severity.Medium, Rationale: "Validations, preconditions, postconditions and types of variables refuse invalid values. Without this one, a later change is accepted, and so is a value that is set where the configuration is applied.",
			Source: "this configuration", Fix: "Keep the condition, or let its owners approve its removal.", change: weakenedConditions},
	}
}

func weakenedConditions(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	blocks := x.in.SuccessorBlocks()
	for _, was := range x.in.Was.Conditions {
		if was.Addr.Kind == "" {
			hits = append(hits, x.weakened(was, was.Of)...)
			continue
		}
		for _, block := range blocks[was.Addr.String()] { // none: the object is removed with its conditions
			hits = append(hits, x.weakened(was, block)...)
		}
	}
	return append(hits, x.widerVariables()...)
}

// widerVariables finds variables that now accept values which they refused before.
func (x *examined) widerVariables() (hits []hit) {
	were := map[string]config.Constraint{}
	for _, was := range x.in.Was.Constraints {
		were[was.Name] = was
	}
	for i := range x.in.Is.Constraints {
		is := &x.in.Is.Constraints[i]
		was, found := were[is.Name]
		if !found {
			continue
		}
		if !is.Within(was) {
			hits = append(hits, hit{at: &is.Range, message: "the type of " + is.Name + " was " + was.Type.FriendlyName() + ", and takes other values now"})
		}
		if is.Nullable && !was.Nullable {
			hits = append(hits, hit{at: &is.Range, message: "nullable = false of " + is.Name + " is removed: it may be null now"})
		}
	}
	return hits
}

// weakened reports a condition of the first version that the block or variable with this name lacks
// in the second.
func (x *examined) weakened(was config.Condition, name string) []hit {
	same := func(c config.Condition) bool {
		of := c.Of
		if c.Addr.Kind != "" {
			of = c.Addr.String()
		}
		return of == name && c.Type == was.Type
	}
	if slices.ContainsFunc(x.in.Is.Conditions, func(c config.Condition) bool { return same(c) && c.Print == was.Print }) {
		return nil
	}
	h := hit{at: &x.in.Is.Org, message: "the " + was.Type + " of " + name + ", which stood at " + x.in.Place(was.Range) + ", is removed or changed"}
	if at := slices.IndexFunc(x.in.Is.Conditions, same); at >= 0 {
		h.at = &x.in.Is.Conditions[at].Range
	}
	if addr, err := schema.ParseAddr(name); err == nil && was.Addr.Kind != "" {
		h.addr = addr
	}
	return []hit{h}
}
