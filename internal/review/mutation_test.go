package review_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/review"
)

// finding is a line of a scenario's expectation that names a rule.
var finding = regexp.MustCompile(`(?m)^(?:critical|high|medium|low) ([A-Z][0-9]{2}) `)

// TestEveryRuleIsNeeded switches each rule off: a scenario that names it fails then.
func TestEveryRuleIsNeeded(t *testing.T) {
	naming := map[string][]scenario{}
	for _, s := range scenarios(t) {
		for _, m := range finding.FindAllStringSubmatch(s.expected(), -1) {
			if id := m[1]; len(naming[id]) == 0 || naming[id][len(naming[id])-1].name != s.name {
				naming[id] = append(naming[id], s)
			}
		}
	}
	var ids []string
	for _, r := range review.Rules() {
		if slices.Contains(ids, r.ID) {
			t.Errorf("two rules are called %s", r.ID)
		}
		ids = append(ids, r.ID)
	}
	for _, id := range ids {
		t.Run(id, func(t *testing.T) {
			if len(naming[id]) == 0 {
				t.Fatal("no scenario names the rule")
			}
			for _, s := range naming[id][:min(len(naming[id]), 2)] {
				got := told(s.assess(t, review.Without(options, id)))
				if got == s.expected() {
					t.Errorf("%s says the same without the rule", s.name)
				}
				if strings.Contains(got, " "+id+" ") {
					t.Errorf("%s names the rule although it is switched off", s.name)
				}
			}
		})
	}
	for _, id := range []string{"W01", "W02"} { // of waivers, which aren't among the rules
		if len(naming[id]) == 0 {
			t.Errorf("no scenario names %s", id)
		}
	}
	for id := range naming {
		if !slices.Contains(ids, id) && !strings.HasPrefix(id, "W") {
			t.Errorf("%s names %s, which is no rule", naming[id][0].name, id)
		}
	}
}

// expected is what a review says of the scenario.
func (s scenario) expected() string { return string(s.archive.Files[len(s.archive.Files)-1].Data) }
