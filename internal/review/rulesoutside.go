package review

import (
	"cmp"
	"slices"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
)

// outsideRules report what depends on values that a review does not have.
func outsideRules() []Rule {
	return []Rule{
		{ID: "G51", Title: "Access depends on a value set outside", Severity: severity.High,
			Rationale: "The review uses the variable's value in the files. Where the configuration is applied, the environment or an option may set another value, and with it other access.",
			Source:    "Terraform's order of precedence of variables", Fix: "Review with the values with which it is applied: --var-file, --var. Or write the value out.", change: outsides},
		{ID: "G52", Title: "Unknown value is made otherwise", Severity: severity.High,
			Rationale: "A value that isn't known here may give any right, and what it is computed from has changed.",
			Source:    "this review", Fix: "Review with the values with which it is applied: --var-file, --var. Or write the value out.", change: otherUnknowns},
	}
}

func otherUnknowns(x *examined) (hits []hit) {
	for i := range x.in.Unknown {
		u := &x.in.Unknown[i]
		if u.Kind != nil && access.KindOf(u.Kind).Attribute(u.Attribute).Meaning == access.DisplayOnly {
			continue
		}
		at := &u.Range
		if at.Filename == "" {
			at = nil // it isn't there any more
		}
		why := " isn't known, and what it is computed from has changed"
		if u.Sensitive {
			why = " is sensitive, so its value isn't shown here, and what it is computed from has changed"
		}
		hits = append(hits, hit{addr: u.Addr, o: x.ByAddr[u.Addr.String()], attribute: u.Attribute, at: at, message: cmp.Or(u.Attribute, "the block") + why})
	}
	return append(hits, x.undecidedBlocks()...)
}

// undecidedBlocks reports import, moved and removed blocks that may do something new, and smoke
// tests and rules that may have shown or refused something.
func (x *examined) undecidedBlocks() (hits []hit) {
	type key struct{ block, print string }
	count := map[key]int{}
	for _, b := range x.in.Undecided.Before {
		count[key{b.Type, b.Print}]++
	}
	for i := range x.in.Undecided.After {
		b := &x.in.Undecided.After[i]
		k := key{b.Type, b.Print}
		if count[k]--; count[k] < 0 && b.Name == "" {
			hits = append(hits, hit{at: &b.Range, message: "it isn't known here what this " + b.Type + " block does, and it is new or was changed"})
		}
	}
	for _, b := range x.in.Undecided.Before {
		k := key{b.Type, b.Print}
		if count[k] <= 0 || b.Name == "" {
			continue
		}
		count[k]--
		hits = append(hits, hit{at: &x.in.Is.Org, message: "the " + b.Type + " \"" + b.Name + "\", which stood at " + x.in.Place(b.Range) + ", is gone or changed; it isn't known here whether it counts"})
	}
	return hits
}

func outsides(x *examined) (hits []hit) {
	for i := range x.in.Outside {
		d := &x.in.Outside[i]
		message := " depends on " + variables(d.Variables)
		o := x.ByAddr[d.Addr.String()]
		switch {
		case d.Test != "":
			hits = append(hits, hit{at: &d.Range, message: "what the test \"" + d.Test + "\" does" + message})
		case d.Attribute == "for_each" || d.Attribute == "count":
			hits = append(hits, hit{addr: d.Addr, at: &d.Range, message: d.Attribute + message + ": there may be other objects of this block"})
		case o == nil && d.Addr.Kind != "":
			continue
		case o == nil:
			hits = append(hits, hit{at: &d.Range, message: "the block " + d.Attribute + message})
		case o.Facts.Attribute(d.Attribute).Meaning != access.DisplayOnly:
			h := hit{o: o, attribute: d.Attribute, at: &d.Range, message: cmp.Or(d.Attribute, "the block") + message}
			if o.Facts.Attribute(d.Attribute).Meaning != access.MeansRights && d.Attribute != argAuthoritative && !x.protects(o, d.Attribute) {
				h.severity = x.controlRisk(o)
			}
			if o.Facts.Attribute(d.Attribute).Meaning == access.MeansClaims {
				h.severity = severity.Medium
			}
			hits = append(hits, h)
		}
	}
	return hits
}

// argAuthoritative is the argument of blocks with sets that decides whether undeclared elements are
// removed.
const argAuthoritative = "authoritative"

// protects reports whether an argument may switch off the protection of an object against deletion.
func (x *examined) protects(o *access.Object, argument string) bool {
	was := x.before.ByAddr[o.Addr.String()]
	return argument == "lifecycle" && (o.Lifecycle.PreventDestroy || was != nil && was.Lifecycle.PreventDestroy)
}

func variables(names []string) string {
	texts := slices.Clone(names)
	for i := range texts {
		texts[i] = "var." + texts[i]
	}
	if len(texts) == 1 {
		return "the variable " + texts[0]
	}
	return "the variables " + phrase.List(texts)
}
