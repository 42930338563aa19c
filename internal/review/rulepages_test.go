package review_test

import (
	"slices"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/versions"
)

// withoutExample are the rules whose example would not be HCL, or not be readable as such.
var withoutExample = []string{
	"G11", "G13", // keys written out
	"G27",        // how oktaform signs in
	"G59", "G60", // a profile, a secret from a variable: the fix is outside of the files
	"G63",               // what somebody added in the org
	"P15", "P16", "P17", // the repository
}

// TestRulePages: each built-in rule says how what it reports is abused, and its example is
// reported by the rule, and no longer once it is fixed.
func TestRulePages(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	reports := func(t *testing.T, p *review.RulePage, hcl string) bool {
		in := versions.Single(load(t, hcl))
		if p.Before != "" {
			in = versions.Compare(load(t, p.Before), load(t, hcl))
		}
		r := review.Assess(in, review.Options{Now: now, Limit: review.DefaultLimit})
		return slices.ContainsFunc(r.Findings, func(f review.Finding) bool { return f.Rule == p.ID })
	}
	for _, p := range review.RulePages() {
		t.Run(p.ID, func(t *testing.T) {
			if p.Abuse == "" || p.Rationale == "" || p.Fix == "" || p.Source == "" {
				t.Errorf("the page lacks a part: %+v", p)
			}
			if slices.Contains(withoutExample, p.ID) {
				if p.Reported != "" {
					t.Error("it has an example now: take it out of the list")
				}
				return
			}
			if !reports(t, &p, p.Reported) {
				t.Error("the example is not reported")
			}
			if reports(t, &p, p.Fixed) {
				t.Error("the fixed example is reported")
			}
		})
	}
}

// TestRuleIDs: waivers, exceptions and links name a rule by its id, so no two rules share one.
func TestRuleIDs(t *testing.T) {
	seen := map[string]string{}
	for _, r := range review.RulePages() {
		if other, ok := seen[r.ID]; ok {
			t.Errorf("%s is %q and %q", r.ID, other, r.Title)
		}
		seen[r.ID] = r.Title
	}
}
