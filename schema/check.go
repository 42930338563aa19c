package schema

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Problems returns what is wrong with a declared object besides types.
func (k *Kind) Problems(v Value) []Problem {
	var problems []Problem
	if a := k.MarkedAttr(); a != nil {
		if _, owner := OwnerFromText(Text(v.GetAttr(a.Name))); !owner.IsZero() {
			problems = append(problems, Problem{Attr: a.Name, Summary: "Mark in the " + a.Name,
				Detail: fmt.Sprintf("The text in brackets at the end is the mark of %s of owner %s. oktaform writes the mark itself; remove it here.", owner.Addr, owner.Owner)})
		}
	}
	for i := range k.Attrs {
		problems = append(problems, k.Attrs[i].reservedNames(v)...)
	}
	if k.Check != nil {
		problems = append(problems, k.Check(v)...)
	}
	return problems
}

// ParseMoment parses a date (2026-11-23, the beginning of that day in UTC) or a time in RFC 3339
// format.
func ParseMoment(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is neither a date such as 2026-11-23 nor a time such as 2026-11-23T08:00:00Z; Okta stores only the time at which a password was last set", s)
}

// reservedNames finds the reserved names in a declared JSON object.
func (a *Attr) reservedNames(v Value) (problems []Problem) {
	if a.Reserved == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(JSONObject(v.GetAttr(a.Name)))) {
		if why := a.Reserved(name); why != "" {
			problems = append(problems, Problem{Attr: a.Name, Summary: "Reserved name in " + a.Name, Detail: why})
		}
	}
	return problems
}
