package review

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
)

// Finding is one thing that a reviewer has to be told.
type Finding struct {
	Rule      string // id of the rule, as "G16", or "rule.NAME" of the project's own
	Title     string
	Severity  Severity
	Addr      schema.Addr // the object concerned; zero for the change as a whole
	Attribute string      // or type of nested block; "" for the object as a whole
	Message   string
	Rationale string
	Source    string
	Fix       string
	Range     hcl.Range
	// Waiver is the one that covers the finding, if any.
	Waiver *Waiver

	accounts func(Entry) bool // which of the gained rights of its object it reports
}

// key tells whether two versions have the same finding.
func (f Finding) key() string {
	return f.Rule + "\x00" + f.Addr.String() + "\x00" + f.Attribute + "\x00" + f.Message
}

func keys(findings []Finding) map[string]bool {
	all := map[string]bool{}
	for _, f := range findings {
		all[f.key()] = true
	}
	return all
}

func sortFindings(list []Finding) {
	slices.SortFunc(list, func(x, y Finding) int {
		waived := func(f Finding) int {
			if f.Waiver != nil {
				return 1
			}
			return 0
		}
		return cmp.Or(waived(x)-waived(y), int(y.Severity-x.Severity), strings.Compare(x.Rule, y.Rule), schema.CompareAddr(x.Addr, y.Addr),
			strings.Compare(x.Attribute, y.Attribute), strings.Compare(x.Message, y.Message))
	})
}

// Waiver says in the configuration that a finding is known and accepted.
type Waiver struct {
	Rule    string // id of the rule
	On      string // address of the object; "*" for all
	Reason  string
	Owner   string // who answers for it
	Expires time.Time
	Range   hcl.Range
}

// covers reports whether the waiver is about the finding: on the object, all
// instances of its block, or all of its module.
func (w *Waiver) covers(f *Finding) bool {
	return w.Rule == f.Rule && (w.On == "*" || schema.Under(w.On, f.Addr.String()))
}

// expired reports a waiver whose last day is over.
func (w *Waiver) expired(now time.Time) bool {
	return !now.IsZero() && !w.Expires.IsZero() && !now.Before(w.Expires.AddDate(0, 0, 1))
}

// Rules about waivers themselves.
const (
	ruleExpired = "W01"
	ruleUnused  = "W02"
)

// waive marks the findings that a waiver covers, and finds what is wrong with
// the waivers.
func waive(findings []Finding, waivers []Waiver, now time.Time) []Finding {
	var wrong []Finding
	for i := range waivers {
		w := &waivers[i]
		used := false
		var worst Severity
		for j := range findings {
			if f := &findings[j]; w.covers(f) {
				used = true
				worst = max(worst, f.Severity)
				if !w.expired(now) {
					f.Waiver = w
				}
			}
		}
		addr, _ := schema.ParseAddr(w.On)
		switch {
		case w.expired(now) && used:
			wrong = append(wrong, Finding{Rule: ruleExpired, Title: "Expired waiver", Severity: max(worst, Medium), Addr: addr, Range: w.Range,
				Message:   "the waiver of " + w.Rule + " on " + w.On + " by " + w.Owner + " expired on " + w.Expires.Format(time.DateOnly) + ": " + w.Reason,
				Rationale: "A waiver is a decision for a time; after it somebody has to decide again.", Source: "this project's waivers",
				Fix: "Mend what the finding says, or decide again: set a new date with a reason."})
		case !used:
			wrong = append(wrong, Finding{Rule: ruleUnused, Title: "Unused waiver", Severity: Low, Addr: addr, Range: w.Range,
				Message:   "the waiver of " + w.Rule + " on " + w.On + " covers no finding",
				Rationale: "A waiver without a finding would hide the next one.", Source: "this project's waivers", Fix: "Take the waiver out."})
		}
	}
	return wrong
}
