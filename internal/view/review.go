package view

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review"
)

// ReviewVersion is the version of a review's JSON form, published as docs/review.schema.json. The
// second number increases for additions, the first for incompatible changes.
const ReviewVersion = "1.4"

// ReviewDocument is the data of all outputs of a review. Its JSON form is published. Texts are
// unescaped; each output escapes them.
type ReviewDocument struct {
	FormatVersion string            `json:"format_version"`
	Verdict       string            `json:"verdict"` // the review in one sentence
	Evidence      *ReviewEvidence   `json:"evidence,omitempty"`
	Configuration string            `json:"configuration,omitempty"` // folder, or file of the plan
	Base          string            `json:"base,omitempty"`          // the version that it is compared with
	Compared      bool              `json:"compared"`
	Warning       string            `json:"warning,omitempty"` // what the reader must know first
	Summary       ReviewSummary     `json:"summary"`
	Changes       []ReviewChange    `json:"changes"`
	Principals    []ReviewPrincipal `json:"principals"`
	Findings      []ReviewFinding   `json:"findings"`
	Standing      []ReviewFinding   `json:"standing_findings"`
	Notes         []string          `json:"notes"`
	// Suggestions are the mechanical fixes of findings as edits of files.
	Suggestions []ReviewSuggestion `json:"suggestions,omitempty"`
}

// ReviewSuggestion replaces lines of a file.
type ReviewSuggestion struct {
	ID        string   `json:"id"` // of the edit, wherever its lines are
	Rules     []string `json:"rules"`
	Address   string   `json:"address"`
	Attribute string   `json:"attribute"`
	Path      string   `json:"file"`
	Line      int      `json:"line"` // of the first line that is replaced
	Before    []string `json:"before"`
	After     []string `json:"after"`
}

// ReviewSummary contains the totals.
type ReviewSummary struct {
	Risk     string         `json:"risk"`
	Changed  int            `json:"principals_changed"`
	Findings map[string]int `json:"findings"` // by severity, without the waived ones
	Waived   int            `json:"waived"`
	Standing int            `json:"standing"`
}

// ReviewChange is what happens to an object.
type ReviewChange struct {
	Address    string   `json:"address"`
	Kind       string   `json:"kind"`
	Name       string   `json:"name"`
	Change     string   `json:"change"`
	Attributes []string `json:"attributes,omitempty"`
	// Values are what differs, in words.
	Values []ReviewRow `json:"values,omitempty"`
}

// ReviewRow compares one thing before and after; "" is what is not set.
type ReviewRow struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
	// Access reports whether the difference may matter for who may do what.
	Access bool `json:"access"`
}

// ReviewPrincipal is an app, user or group with its access.
type ReviewPrincipal struct {
	Address string `json:"address"`
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Changed bool   `json:"changed"`
	Risk    string `json:"risk"`
	// Headline is the change in one sentence, WorstUse the worst that the principal may do after it.
	Headline string `json:"headline,omitempty"`
	WorstUse string `json:"worst_use,omitempty"`
	// SuperAdmin reports whether the principal becomes a super admin, Path how it can become one in
	// steps if it could not before.
	SuperAdmin bool     `json:"becomes_super_admin,omitempty"`
	Path       []string `json:"path_to_super_admin,omitempty"`
	// PathCertainty says for each step why it is not certain; "" for one that is.
	PathCertainty []string `json:"path_certainty,omitempty"`
	// Comparison shows roles, scopes, and attributes that differ, before and after.
	Comparison []ReviewRow   `json:"comparison,omitempty"`
	Tests      []string      `json:"tests,omitempty"`
	Delta      []ReviewLine  `json:"delta"`
	SignIns    []string      `json:"sign_ins,omitempty"`
	Before     *ReviewAccess `json:"before,omitempty"`
	After      *ReviewAccess `json:"after,omitempty"`
	Place      *ReviewPlace  `json:"place,omitempty"`
}

// ReviewAccess is effective access in one version.
type ReviewAccess struct {
	Actor      string       `json:"actor"`
	Scopes     []string     `json:"scopes"`
	Roles      []string     `json:"roles"`
	Allows     []ReviewLine `json:"allows"`
	Admins     []string     `json:"admins_who_sign_in,omitempty"`
	Open       bool         `json:"others_may_sign_in,omitempty"`
	OwnAccount []string     `json:"own_account,omitempty"`
	IdleScopes []string     `json:"idle_scopes,omitempty"`
	IdleRoles  []string     `json:"idle_roles,omitempty"`
	Unknown    []string     `json:"unknown,omitempty"`
}

// state returns a word for a new or deleted principal.
func (p *ReviewPrincipal) state() string {
	switch {
	case p.Before == nil:
		return ", new"
	case p.After == nil:
		return ", deleted"
	}
	return ""
}

// ReviewLine is one sentence with its operations.
type ReviewLine struct {
	Verb       string   `json:"verb"`
	Families   []string `json:"families"`
	Write      bool     `json:"write"`
	Operations []string `json:"operations"`
	Within     string   `json:"within,omitempty"`
	From       string   `json:"from,omitempty"`
	Unsure     int      `json:"low_confidence,omitempty"`
	Basis      string   `json:"low_confidence_source,omitempty"`
	Certainty  string   `json:"certainty,omitempty"` // the same in words
	Risk       string   `json:"risk"`
	Sentence   string   `json:"sentence"`
}

// ReviewFinding is a finding of a rule.
type ReviewFinding struct {
	Rule      string        `json:"rule"`
	Policy    bool          `json:"policy,omitempty"` // about what judges the change; these come first
	Title     string        `json:"title"`
	Severity  string        `json:"severity"`
	Address   string        `json:"address,omitempty"`
	Attribute string        `json:"attribute,omitempty"`
	Message   string        `json:"message"`
	Rationale string        `json:"rationale"`
	Source    string        `json:"source"`
	Fix       string        `json:"fix,omitempty"`
	Diff      string        `json:"diff,omitempty"`     // the fix, if it is mechanical
	HelpURI   string        `json:"help_uri,omitempty"` // the page of the rule, if it is built in
	Place     *ReviewPlace  `json:"place,omitempty"`
	Waiver    *ReviewWaiver `json:"waiver,omitempty"`
}

// ReviewPlace is a position in a file.
type ReviewPlace struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// ReviewWaiver is the waiver that covers a finding.
type ReviewWaiver struct {
	Reason  string `json:"reason"`
	Owner   string `json:"owner"`
	Expires string `json:"expires,omitempty"`
}

// sentence says until when the waiver is valid, and who owns it.
func (w *ReviewWaiver) sentence() string {
	s := "waived "
	if w.Expires != "" {
		s += "until " + w.Expires + " "
	}
	return s + "by " + w.Owner + ": " + w.Reason
}

// NewReview returns the document of a review.
func NewReview(r *review.Review, configuration, base string) *ReviewDocument {
	d := &ReviewDocument{FormatVersion: ReviewVersion, Verdict: r.Verdict, Configuration: configuration, Base: base, Compared: r.Compared, Warning: r.Warning,
		Summary: ReviewSummary{Risk: r.Risk().String(), Findings: map[string]int{}, Standing: len(r.Standing)},
		Changes: []ReviewChange{}, Principals: []ReviewPrincipal{}, Findings: findings(r.Findings), Standing: findings(r.Standing), Notes: orEmpty(r.Notes)}
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
	sets := func(a *review.Access) (roles, scopes string) {
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

func (m lineMemo) access(a *review.Access) *ReviewAccess {
	if a == nil {
		return nil
	}
	out := &ReviewAccess{Actor: string(a.Actor), Scopes: orEmpty(a.Scopes), Roles: orEmpty(a.Roles), Allows: m.allowed(a.Summary()),
		Admins: a.Admins, Open: a.Open, OwnAccount: a.OwnAccount, IdleScopes: a.IdleScopes, Unknown: a.Unknown}
	for _, idle := range a.IdleRoles {
		out.IdleRoles = append(out.IdleRoles, idle.Role+": "+idle.Why)
	}
	return out
}

// lineMemo keeps the lines of principals with equal rights, which share them. The first value is
// what a principal gains or loses, the second what it may do.
type lineMemo map[*review.Line]*[2][]ReviewLine

// lines returns what somebody gains or loses.
func (m lineMemo) lines(lines []review.Line) []ReviewLine { return m.of(lines, 0) }

// allowed returns what somebody may do.
func (m lineMemo) allowed(lines []review.Line) []ReviewLine { return m.of(lines, 1) }

func (m lineMemo) of(lines []review.Line, form int) []ReviewLine {
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

func reviewLines(lines []review.Line) []ReviewLine {
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

func families(l review.Line) (titles []string) {
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

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// JSON returns the document in its published form.
func (d *ReviewDocument) JSON() (string, error) {
	text, err := json.MarshalIndent(d, "", "  ")
	return string(text) + "\n", err
}

// PolicyTitle is the heading of the findings about what judges the change.
const PolicyTitle = "Changes of what judges this change"

// policy returns the findings about what judges the change, others the rest.
func (d *ReviewDocument) policy() []ReviewFinding { return d.findingsOf(true) }
func (d *ReviewDocument) others() []ReviewFinding { return d.findingsOf(false) }

func (d *ReviewDocument) findingsOf(policy bool) []ReviewFinding {
	return slices.DeleteFunc(slices.Clone(d.Findings), func(f ReviewFinding) bool { return f.Policy != policy })
}

// changed returns the principals whose access changes.
func (d *ReviewDocument) changed() []ReviewPrincipal {
	return slices.DeleteFunc(slices.Clone(d.Principals), func(p ReviewPrincipal) bool { return !p.Changed })
}

// headline returns the summary in one sentence.
func (d *ReviewDocument) headline() string {
	var counts []string
	for _, severity := range slices.Backward(review.SeverityNames()) {
		if n := d.Summary.Findings[severity]; n > 0 {
			counts = append(counts, itoa(n)+" "+severity)
		}
	}
	found := "no findings"
	if len(counts) > 0 {
		found = "findings: " + strings.Join(counts, ", ")
	}
	if d.Summary.Waived > 0 {
		found += ", " + itoa(d.Summary.Waived) + " waived"
	}
	if !d.Compared {
		return count(len(d.Principals), "principal") + "; " + found + "."
	}
	changes := "Nobody's access changes"
	if d.Summary.Changed > 0 {
		changes = "Access changes for " + count(d.Summary.Changed, "principal")
	}
	return changes + "; " + found + "."
}

// String returns the position in a form that editors and terminals make a link of.
func (p *ReviewPlace) String() string {
	if p == nil {
		return ""
	}
	return cmp.Or(p.File, "?") + ":" + itoa(p.Line)
}

// otherValues returns the updated objects that are no principals, with what concerns access.
func (d *ReviewDocument) otherValues() (list []ReviewChange) {
	principals := map[string]bool{}
	for i := range d.Principals {
		principals[d.Principals[i].Address] = true
	}
	for _, c := range d.Changes {
		if principals[c.Address] {
			continue
		}
		if c.Values = slices.DeleteFunc(slices.Clone(c.Values), func(r ReviewRow) bool { return !r.Access }); len(c.Values) > 0 {
			list = append(list, c)
		}
	}
	return list
}
