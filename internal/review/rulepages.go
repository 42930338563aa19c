package review

import (
	"cmp"
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/oktaform/oktaform/internal/review/severity"
)

//go:embed rulepages.txtar
var rulePages []byte

// RulePage is what a reader can look up about a rule.
type RulePage struct {
	ID, Title string
	// Severity is that of its findings, Worst the worst that they can have.
	Severity, Worst         severity.Level
	Rationale, Source, Fix  string
	Abuse                   string // how what it reports is abused
	Before, Reported, Fixed string // examples in HCL; "" if there is none
	Waivable                bool
	STIG                    []string // ids of the DISA STIG for Okta, from Source
}

var stig = regexp.MustCompile(`V-\d{6}`)

// RulePages returns the pages of all built-in rules, ordered by id.
func RulePages() (list []RulePage) {
	texts := map[string]string{}
	for _, f := range txtar.Parse(rulePages).Files {
		texts[f.Name] = string(f.Data)
	}
	for _, r := range append(rules(), expiredWaiver, unusedWaiver, acceptedDrift) {
		list = append(list, RulePage{ID: r.ID, Title: r.Title, Severity: r.Severity, Worst: max(r.Severity, r.Worst), Rationale: r.Rationale, Source: r.Source, Fix: r.Fix,
			Abuse: strings.TrimSpace(texts[r.ID]), Before: texts[r.ID+"/before.hcl"], Reported: texts[r.ID+"/reported.hcl"], Fixed: texts[r.ID+"/fixed.hcl"],
			Waivable: !unwaivable(r.ID), STIG: stig.FindAllString(r.Source, -1)})
	}
	number := func(id string) int {
		n, _ := strconv.Atoi(id[1:])
		return n
	}
	slices.SortStableFunc(list, func(a, b RulePage) int {
		return cmp.Or(cmp.Compare(a.ID[0], b.ID[0]), number(a.ID)-number(b.ID))
	})
	return list
}

// PageOf returns the page of the rule with this id, in whatever case.
func PageOf(id string) (RulePage, bool) {
	list := RulePages()
	at := slices.IndexFunc(list, func(p RulePage) bool { return strings.EqualFold(p.ID, id) })
	if at < 0 {
		return RulePage{}, false
	}
	return list[at], true
}
