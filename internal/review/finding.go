package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/schema"
)

// Finding is something that a reviewer must know.
type Finding struct {
	Rule      string // id of the rule, such as "G16", or "rule.NAME" for a policy rule
	Title     string
	Severity  severity.Level
	Addr      schema.Addr // the object; zero for the change as a whole
	Attribute string      // or type of nested block; "" for the object as a whole
	Message   string
	Rationale string
	Source    string
	Fix       string
	Diff      string // the fix as lines of a diff, if it is mechanical
	// Correction is the same for programs, nil if the fix is not mechanical.
	Correction *Correction
	Range      hcl.Range
	// Through is the group through which the object gains what the finding reports; zero for none.
	Through schema.Addr
	// Policy marks findings about what judges the change: rules, waivers, tests. They come first.
	Policy bool
	// Waiver is the waiver that covers the finding, if any.
	Waiver *versions.Waiver

	// blind marks a rule that could not judge. It is new in every change, because nothing was
	// judged before either.
	blind    bool
	reported func(access.Entry) bool // the gained rights of the object that it reports
	verdict  string                  // see hit.verdict
}

// key identifies the same finding in two versions.
func (f Finding) key() string {
	return f.Rule + "\x00" + f.Addr.String() + "\x00" + f.Attribute + "\x00" + f.Message
}

func keys(findings []Finding) map[string]bool {
	all := map[string]bool{}
	for _, f := range findings {
		if !f.blind {
			all[f.key()] = true
		}
	}
	return all
}

// sortFindings sorts references to the findings, which are large.
func sortFindings(list []Finding) {
	order := make([]*Finding, len(list))
	for i := range list {
		order[i] = &list[i]
	}
	slices.SortFunc(order, func(x, y *Finding) int {
		waived := func(f *Finding) int {
			if f.Waiver != nil {
				return 1
			}
			return 0
		}
		policy := func(f *Finding) int {
			if f.Policy {
				return 0
			}
			return 1
		}
		if c := cmp.Or(policy(x)-policy(y), waived(x)-waived(y), int(y.Severity-x.Severity), strings.Compare(x.Rule, y.Rule)); c != 0 {
			return c
		}
		if c := schema.CompareAddr(x.Addr, y.Addr); c != 0 {
			return c
		}
		return cmp.Or(strings.Compare(x.Attribute, y.Attribute), strings.Compare(x.Message, y.Message))
	})
	sorted := make([]Finding, len(list))
	for i, f := range order {
		sorted[i] = *f
	}
	copy(list, sorted)
}

// Correction is a mechanical fix of a list of strings: an element that is removed, or replaced.
type Correction struct {
	Remove  string
	Replace string // "": nothing replaces it
	// Given is an element that makes Remove superfluous: without it, nothing is removed.
	Given string
}

// fixed returns a hit with a mechanical correction of its attribute.
func (h hit) fixed(f Correction) hit {
	h.fix = f
	return h
}

// diff returns the correction as lines of a diff; "" if there is none, or the values are not known.
func (h hit) diff() string {
	if h.fix.Remove == "" || h.o == nil {
		return ""
	}
	if _, written := h.o.Positions.At(h.attribute); !written {
		return ""
	}
	l := h.o.List(h.attribute)
	if l.Unknown || !l.Has(h.fix.Remove) {
		return ""
	}
	return "-  " + assignment(h.attribute, l.Texts) + "\n+  " + assignment(h.attribute, h.fix.Apply(l.Texts))
}

// Apply returns the corrected list.
func (c Correction) Apply(texts []string) (after []string) {
	if c.Given != "" && !slices.Contains(texts, c.Given) {
		return texts
	}
	for _, text := range texts {
		switch {
		case text != c.Remove:
			after = append(after, text)
		case c.Replace != "" && !slices.Contains(texts, c.Replace):
			after = append(after, c.Replace)
		}
	}
	return after
}

func assignment(attribute string, texts []string) string {
	quoted := slices.Clone(texts)
	for i := range quoted {
		quoted[i] = fmt.Sprintf("%q", quoted[i])
	}
	return attribute + " = [" + strings.Join(quoted, ", ") + "]"
}
