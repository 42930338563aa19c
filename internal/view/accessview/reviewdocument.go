package accessview

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/view"
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
	// Headline is the change in one sentence, WorstUse the worst that the principal may do after
	// it.
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
	for _, level := range slices.Backward(severity.Names()) {
		if n := d.Summary.Findings[level]; n > 0 {
			counts = append(counts, itoa(n)+" "+level)
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
		return view.Count(len(d.Principals), "principal") + "; " + found + "."
	}
	switch {
	case d.Summary.Changed > 0:
		found = "access changes for " + view.Count(d.Summary.Changed, "principal") + "; " + found
	case len(counts) == 0 && d.Summary.Waived == 0: // else a finding may say that somebody who isn't declared gains access
		found = "nobody's access changes; " + found
	}
	return strings.ToUpper(found[:1]) + found[1:] + "."
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
