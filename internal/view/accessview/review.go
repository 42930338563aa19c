package accessview

import (
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/view"
)

// NewReview returns the document of a review.
func NewReview(r *review.Review, configuration, base string) *ReviewDocument {
	d := &ReviewDocument{FormatVersion: ReviewVersion, Verdict: r.Verdict, Configuration: configuration, Base: base, Compared: r.Compared, Warning: r.Warning,
		Summary: ReviewSummary{Risk: r.Risk().String(), Findings: map[string]int{}, Standing: len(r.Standing)},
		Changes: []ReviewChange{}, Principals: []ReviewPrincipal{}, Findings: findings(r.Findings), Standing: findings(r.Standing), Notes: view.OrEmpty(r.Notes)}
	for _, c := range r.Objects {
		d.Changes = append(d.Changes, ReviewChange{c.Addr.String(), c.Kind, c.Name, c.Change, c.Attributes, reviewRows(c.Values)})
	}
	memo := lineMemo{}
	for i := range r.Principals {
		p := &r.Principals[i]
		if p.AccessChanged() && r.Compared {
			d.Summary.Changed++
		}
		one := ReviewPrincipal{Address: p.Addr.String(), Kind: p.Kind, Name: p.Name, Changed: r.Compared && p.Changed(), Headline: p.Headline, WorstUse: p.Worst, SuperAdmin: p.BecomesSuperAdmin(), Tests: p.Tests,
			Risk: p.Risk().String(), Delta: memo.lines(p.Delta), Before: memo.access(p.Before), After: memo.access(p.After), Place: place(p.Range)}
		if one.Changed {
			one.Comparison = comparison(p)
		}
		if p.NewPath || !r.Compared && p.Path != nil && len(p.Path.Steps) > 0 {
			one.Path = p.Path.Words()
			if certainty := p.Path.Certainty(); strings.Join(certainty, "") != "" {
				one.PathCertainty = certainty
			}
		}
		d.Principals = append(d.Principals, one)
	}
	for i := range r.Principals {
		for _, s := range r.Principals[i].SignIns {
			d.Principals[i].SignIns = append(d.Principals[i].SignIns, s.Sentence())
		}
	}
	for _, f := range r.Findings {
		if f.Waiver != nil {
			d.Summary.Waived++
		} else {
			d.Summary.Findings[f.Severity.String()]++
		}
	}
	return d
}

func reviewRows(values []review.ValueChange) (rows []ReviewRow) {
	for _, v := range values {
		rows = append(rows, ReviewRow(v))
	}
	return rows
}

// comparison returns what differs between the versions of a principal: roles and scopes first, then
// attributes, those that concern access first.
func comparison(p *review.Principal) (rows []ReviewRow) {
	sets := func(a *access.Access) (roles, scopes string) {
		if a == nil {
			return "", ""
		}
		return strings.Join(a.Roles, "; "), strings.Join(a.Scopes, ", ")
	}
	wasRoles, wasScopes := sets(p.Before)
	roles, scopes := sets(p.After)
	for _, row := range []ReviewRow{{"roles", wasRoles, roles, true}, {"scopes", wasScopes, scopes, true}, {"worst use", p.WorstBefore, p.Worst, true}} {
		if row.Before != row.After {
			rows = append(rows, row)
		}
	}
	for _, access := range []bool{true, false} {
		for _, v := range p.Values {
			if v.Access == access && v.Name != "okta_api_scopes" && (v.Name != "admin_role" || wasRoles == roles) {
				rows = append(rows, ReviewRow(v))
			}
		}
	}
	return rows
}

func (m lineMemo) access(a *access.Access) *ReviewAccess {
	if a == nil {
		return nil
	}
	out := &ReviewAccess{Actor: string(a.Actor), Scopes: view.OrEmpty(a.Scopes), Roles: view.OrEmpty(a.Roles), Allows: m.allowed(a.Summary()),
		Admins: a.Admins, Open: a.Open, OwnAccount: a.OwnAccount, IdleScopes: a.IdleScopes, Unknown: a.Unknown}
	for _, idle := range a.IdleRoles {
		out.IdleRoles = append(out.IdleRoles, idle.Role+": "+idle.Why)
	}
	return out
}

// lineMemo keeps the lines of principals with equal rights, which share them. The first value is
// what a principal gains or loses, the second what it may do.
type lineMemo map[*access.Line]*[2][]ReviewLine

// lines returns what somebody gains or loses.
func (m lineMemo) lines(lines []access.Line) []ReviewLine { return m.of(lines, 0) }

// allowed returns what somebody may do.
func (m lineMemo) allowed(lines []access.Line) []ReviewLine { return m.of(lines, 1) }

func (m lineMemo) of(lines []access.Line, form int) []ReviewLine {
	if len(lines) == 0 {
		return []ReviewLine{}
	}
	known := m[&lines[0]]
	if known == nil {
		known = &[2][]ReviewLine{}
		m[&lines[0]] = known
	}
	if known[form] == nil {
		known[form] = reviewLines(lines)
		for i := range known[form] {
			if line := &known[form][i]; form == 1 {
				line.Verb, line.Sentence = "may", strings.Replace(line.Sentence, "gains", "may", 1)
			}
		}
	}
	return known[form]
}

func reviewLines(lines []access.Line) []ReviewLine {
	out := []ReviewLine{}
	for _, l := range lines {
		one := ReviewLine{Verb: string(l.Verb), Families: families(l), Write: l.Write, Within: string(l.Extent), From: string(l.From),
			Unsure: l.Unsure, Basis: l.Basis, Certainty: l.Sureness(), Risk: l.Risk.String(), Sentence: l.Sentence()}
		for _, o := range l.Operations {
			one.Operations = append(one.Operations, o.String())
		}
		out = append(out, one)
	}
	return out
}

func families(l access.Line) (titles []string) {
	for _, family := range l.Families {
		titles = append(titles, catalog.Title(family))
	}
	return titles
}

func findings(list []review.Finding) []ReviewFinding {
	out := []ReviewFinding{}
	for _, f := range list {
		one := ReviewFinding{Policy: f.Policy, Rule: f.Rule, Title: f.Title, Severity: f.Severity.String(), Attribute: f.Attribute, Message: f.Message,
			Rationale: f.Rationale, Source: f.Source, Fix: f.Fix, Diff: f.Diff, HelpURI: RuleAddress(f.Rule), Place: place(f.Range)}
		if f.Addr.Kind != "" {
			one.Address = f.Addr.String()
		}
		if w := f.Waiver; w != nil {
			one.Waiver = &ReviewWaiver{Reason: w.Reason, Owner: w.Owner}
			if !w.Expires.IsZero() {
				one.Waiver.Expires = w.Expires.Format(time.DateOnly)
			}
		}
		out = append(out, one)
	}
	return out
}

func place(r hcl.Range) *ReviewPlace {
	if r.Filename == "" {
		return nil
	}
	return &ReviewPlace{r.Filename, r.Start.Line, r.Start.Column}
}
