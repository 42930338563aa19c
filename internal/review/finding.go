package review

import (
	"cmp"
	"slices"
	"strings"

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
	// Policy marks findings about what judges the change: rules, waivers, tests. They
	// come first.
	Policy bool
	// Waiver is the one that covers the finding, if any.
	Waiver *Waiver

	// blind marks what a rule says that couldn't judge: it says so of every change, since
	// nothing was judged before either.
	blind    bool
	accounts func(Entry) bool // which of the gained rights of its object it reports
}

// key tells whether two versions have the same finding.
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

func sortFindings(list []Finding) {
	slices.SortFunc(list, func(x, y Finding) int {
		waived := func(f Finding) int {
			if f.Waiver != nil {
				return 1
			}
			return 0
		}
		policy := func(f Finding) int {
			if f.Policy {
				return 0
			}
			return 1
		}
		return cmp.Or(policy(x)-policy(y), waived(x)-waived(y), int(y.Severity-x.Severity), strings.Compare(x.Rule, y.Rule), schema.CompareAddr(x.Addr, y.Addr),
			strings.Compare(x.Attribute, y.Attribute), strings.Compare(x.Message, y.Message))
	})
}
