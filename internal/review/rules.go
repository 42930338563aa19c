package review

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/schema"
)

// Rule is one thing that a review checks.
type Rule struct {
	ID        string
	Title     string
	Severity  severity.Level // of its findings, unless the rule gives one another severity
	Worst     severity.Level // the worst severity that its findings can have; None: Severity
	Rationale string
	Source    string
	Fix       string
	Policy    bool // whether it is about what judges the change
	// object examines one object of the second version, change the two versions as a whole. Each
	// rule has exactly one of the three functions.
	object func(*examined, *access.Object) []hit
	change func(*examined) []hit
	// gains examines the change after all other rules, whose findings it gets.
	gains func(*examined, []Finding) []hit
}

// hit is a place where a rule applies.
type hit struct {
	o         *access.Object
	attribute string
	at        *hcl.Range     // if it is not the attribute's position
	addr      schema.Addr    // if there is no o
	through   schema.Addr    // the group through which the object gains rights; zero for none
	severity  severity.Level // None: the rule's
	message   string
	fix       Correction
	verdict   string // the verdict, after the name of the object; "": the rule's title and the message
	// reported reports which of the rights gained by its object the hit is about, so that no second
	// finding reports them; nil: none.
	reported func(access.Entry) bool
}

// examined is the input of rules.
type examined struct {
	rules []Rule
	*access.Index
	before *access.Index
	in     *versions.Input
	limit  int
	review *Review
}

// Rules returns all rules.
func Rules() []Rule { return rules() }

func rules() []Rule {
	var all []Rule
	for _, part := range [][]Rule{
		oauthRules(), keyRules(), secretRules(), rightRules(), targetRules(), changeRules(), controlRules(), originRules(), gainRules(), sharedRules(), guardRules(), smokeWriteRules(), outsideRules(), policyRules(),
		userRules(), audienceRules(), networkZoneRules(), trustedOriginRules(),
	} {
		all = append(all, part...)
	}
	return all
}

// all applies the rules.
func (x *examined) all() []Finding {
	var findings []Finding
	for _, r := range x.rules {
		var hits []hit
		switch {
		case r.gains != nil:
			continue
		case r.change != nil:
			hits = r.change(x)
		default:
			for i := range x.Objects {
				hits = append(hits, r.object(x, &x.Objects[i])...)
			}
		}
		for _, h := range hits {
			findings = append(findings, r.finding(h))
		}
	}
	return findings
}

// gained applies the rules about what principals gain. The other new findings, also those of the
// rules before, may already report a part of it.
func (x *examined) gained(others []Finding) []Finding {
	var findings []Finding
	for _, r := range x.rules {
		if r.gains == nil {
			continue
		}
		for _, h := range r.gains(x, slices.Concat(others, findings)) {
			findings = append(findings, r.finding(h))
		}
	}
	return findings
}

func (r *Rule) finding(h hit) Finding {
	f := Finding{Policy: r.Policy, Addr: h.addr, Through: h.through, Rule: r.ID, Title: r.Title, Severity: r.Severity, Attribute: h.attribute, Message: h.message,
		Rationale: r.Rationale, Source: r.Source, Fix: r.Fix, Diff: h.diff(), reported: h.reported, verdict: h.verdict}
	if f.Diff != "" {
		f.Correction = &h.fix
	}
	if h.severity != severity.None {
		f.Severity = h.severity
	}
	if h.o != nil {
		f.Addr, f.Range = h.o.Addr, h.o.At(h.attribute)
	}
	if h.at != nil {
		f.Range = *h.at
	}
	return f
}

// on returns one hit on an object's attribute.
func on(o *access.Object, attribute, format string, args ...any) []hit {
	return []hit{{o: o, attribute: attribute, message: fmt.Sprintf(format, args...)}}
}

// appRule limits a check to apps that are still declared.
func appRule(check func(*access.Object) []hit) func(*examined, *access.Object) []hit {
	return func(_ *examined, o *access.Object) []hit {
		if !o.IsApp() || o.Gone {
			return nil
		}
		return check(o)
	}
}
