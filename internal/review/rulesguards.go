package review

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema"
)

// guardRules report changes of what protects a principal or limits a right. They examine the
// attributes that no other rule judges and that are not known to be harmless.
func guardRules() []Rule {
	return []Rule{
		{ID: "G39", Title: "A guard of access changes", Severity: severity.Low, Worst: severity.Medium,
			Rationale: "The rights stay the same, but the conditions for their use change: how the principal authenticates, from where, or on which objects it acts.",
			Source:    "Okta's apps and roles API (by inference)", Fix: "Make sure that the setting is intended.", gains: guards},
	}
}

func guards(x *examined, others []Finding) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	x.pairs(func(was, is *access.Object) {
		if was == nil || !bothKnown(was, is) || !access.IsPrincipal(is) && !is.Facts.Limits {
			return
		}
		level := severity.Low
		if is.Facts.Limits || slices.ContainsFunc(x.Of(is).Entries, func(e access.Entry) bool { return e.Risk() >= severity.Medium }) {
			level = severity.Medium
		}
		for _, name := range is.Kind.Changed(was.Value, is.Value) {
			a := is.Facts.Attribute(name)
			if a.Meaning != access.MeansGuard || a.Weakens != nil && !a.Weakens(was, is, name) {
				continue
			}
			reported := func(f Finding) bool { return f.Addr == is.Addr && f.Attribute == name && f.Severity >= level }
			if !slices.ContainsFunc(others, reported) {
				hits = append(hits, hit{o: is, attribute: name, severity: level, message: changeOf(was, is, name)})
			}
		}
	})
	return hits
}

// changeOf describes how an attribute changes.
func changeOf(was, is *access.Object, name string) string {
	now := is.Get(name)
	switch {
	case !now.IsKnown():
		return name + " isn't known any longer"
	case is.Kind.Block(name) != nil:
		return name + " is another than before"
	case now.Type() == cty.String:
		return fmt.Sprintf("%s is %s instead of %s", name, orNone(is.Text(name)), orNone(was.Text(name)))
	case now.Type() == cty.Bool:
		return fmt.Sprintf("%s is %t now", name, access.IsTrue(now))
	case now.Type() == cty.Number:
		before, _ := access.Number(was.Get(name))
		after, _ := access.Number(now)
		return fmt.Sprintf("%s is %d instead of %d", name, after, before)
	case now.Type().Equals(schema.Ref):
		return fmt.Sprintf("%s is %s instead of %s", name, orNone(cmp.Or(access.RefOf(now).Name, access.RefOf(now).Addr)), orNone(cmp.Or(access.RefOf(was.Get(name)).Name, access.RefOf(was.Get(name)).Addr)))
	case now.CanIterateElements() && len(is.List(name).Texts)+len(was.List(name).Texts) > 0:
		return fmt.Sprintf("%s is %s instead of %s", name, orNone(phrase.List(is.List(name).Texts)), orNone(phrase.List(was.List(name).Texts)))
	}
	return name + " is another than before"
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
