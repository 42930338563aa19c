package accessview

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/drift"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// DriftVersion is the version of the JSON form of a drift report.
const DriftVersion = "1.0"

// DriftDocument is the data of all outputs of a drift report.
type DriftDocument struct {
	FormatVersion string            `json:"format_version"`
	Configuration string            `json:"configuration"`
	Org           string            `json:"org"`
	Owner         string            `json:"owner"`
	As            string            `json:"as,omitempty"`
	Drift         bool              `json:"drift"`
	Risk          string            `json:"risk"`
	Differences   []DriftDifference `json:"differences"`
	Pending       []DriftDifference `json:"configuration_changes"`
	Notes         []string          `json:"notes"`
}

// DriftDifference is one difference between the org and the configuration.
type DriftDifference struct {
	Address   string          `json:"address"`
	Attribute string          `json:"attribute,omitempty"`
	Kind      string          `json:"kind"`
	Name      string          `json:"name"`
	ID        string          `json:"id,omitempty"`
	Cause     string          `json:"cause"`
	Risk      string          `json:"risk"`
	Summary   string          `json:"summary"`
	Diff      string          `json:"diff,omitempty"` // from the declared value to the org's
	Why       string          `json:"why,omitempty"`
	Events    []DriftEvent    `json:"events"`
	Applied   *DriftEvent     `json:"applied,omitempty"`
	Keys      []DriftKey      `json:"keys,omitempty"`
	Access    []ReviewLine    `json:"access,omitempty"`
	Findings  []ReviewFinding `json:"findings,omitempty"`
	Place     *ReviewPlace    `json:"place,omitempty"`
	Accept    string          `json:"accept,omitempty"` // a command line
	Revert    string          `json:"revert"`           // a command line
}

// DriftEvent is an event of the System Log.
type DriftEvent struct {
	ID      string     `json:"id"`
	Time    string     `json:"time"`
	Type    string     `json:"type"`
	Actor   DriftActor `json:"actor"`
	IP      string     `json:"ip,omitempty"`
	Program string     `json:"program,omitempty"`
	Outcome string     `json:"outcome"`
}

// DriftActor is the actor of an event.
type DriftActor struct {
	ID    string `json:"id"`
	Type  string `json:"type"`
	Login string `json:"login,omitempty"`
	Name  string `json:"name,omitempty"`
}

// DriftKey is an undeclared public key in the org.
type DriftKey struct {
	KID        string `json:"kid"`
	Thumbprint string `json:"thumbprint"`
}

// DriftCommands return the command lines that a report suggests.
type DriftCommands struct {
	Accept func(address string) string // nil if nothing is edited
	// Revert also restores the object's mark if it is lost.
	Revert func(address string, unmarked bool) string
}

// NewDrift returns the document of a report.
func NewDrift(r *drift.Report, configuration string, commands DriftCommands) *DriftDocument {
	p := r.Plan
	d := &DriftDocument{FormatVersion: DriftVersion, Configuration: configuration, Org: p.URL, Owner: p.Owner, As: p.As, Drift: len(r.Drift) > 0,
		Risk: r.Risk.String(), Differences: []DriftDifference{}, Pending: []DriftDifference{}, Notes: view.OrEmpty(r.Notes)}
	for i := range r.Drift {
		d.Differences = append(d.Differences, newDriftDifference(&r.Drift[i], commands))
	}
	for i := range r.Pending {
		d.Pending = append(d.Pending, newDriftDifference(&r.Pending[i], commands))
	}
	return d
}

func newDriftDifference(from *drift.Difference, commands DriftCommands) DriftDifference {
	c := from.Change
	now := c.Before
	if now.IsNull() {
		now = c.After
	}
	d := DriftDifference{Address: c.Addr.String(), Attribute: from.Attribute, Kind: c.Kind.Title, Name: schema.Text(now.GetAttr(c.Kind.Label)), ID: c.ID,
		Cause: string(from.Cause), Risk: from.Risk.String(), Summary: DriftSummary(from), Diff: view.DiffFromDeclared(c, from.Attribute), Why: from.Why,
		Events: []DriftEvent{}, Findings: findings(from.Findings), Access: reviewLines(from.Gains), Place: place(c.Range),
		Revert: commands.Revert(c.Addr.String(), c.Action == plan.Import)}
	for _, e := range from.Events {
		d.Events = append(d.Events, newDriftEvent(&e))
	}
	if from.Applied != nil {
		applied := newDriftEvent(from.Applied)
		d.Applied = &applied
	}
	for _, key := range from.Keys() {
		d.Keys = append(d.Keys, DriftKey(key))
	}
	if commands.Accept != nil && from.Acceptable() {
		d.Accept = commands.Accept(from.Addr())
	}
	return d
}

func newDriftEvent(e *org.Event) DriftEvent {
	return DriftEvent{ID: e.ID, Time: e.Time.UTC().Format(time.RFC3339), Type: e.Type, Actor: DriftActor(e.Actor), IP: e.IP, Program: e.Program, Outcome: e.Outcome}
}

// DriftSummary returns a short description of a difference.
func DriftSummary(d *drift.Difference) string {
	switch c := d.Change; {
	case d.Attribute != "":
		return d.Attribute + " differs"
	case c.Action == plan.Create:
		return "is declared, and not in the org"
	case c.UndeclaredAdmin:
		return "holds admin roles, and is not declared"
	case c.Action == plan.Delete:
		return "is in the org, and not declared"
	case c.Action == plan.Import && d.Cause == drift.Configuration:
		return "is declared, and no configuration owns it yet"
	case c.Action == plan.Import:
		return "has lost the mark of this configuration"
	case c.Action == plan.Forget:
		return "is given up"
	}
	return "carries another mark than this configuration gives it"
}

// JSON returns the document in its published form.
func (d *DriftDocument) JSON() (string, error) {
	text, err := json.MarshalIndent(d, "", "  ")
	return string(text) + "\n", err
}

// Headline returns the summary in one sentence.
func (d *DriftDocument) Headline() string {
	if len(d.Differences) == 0 {
		if n := len(d.Pending); n > 0 {
			return "No drift: what differs was changed in the configuration, and is not applied yet."
		}
		return "No drift: the org is as the configuration declares it."
	}
	unknown := 0
	for _, one := range d.Differences {
		if one.Cause == string(drift.Unknown) {
			unknown++
		}
	}
	text := "Drift: " + view.Count(len(d.Differences), "difference")
	if unknown > 0 {
		text += fmt.Sprintf(", %d of unknown cause", unknown)
	}
	return text + ", risk " + d.Risk + "."
}

// where names the org and the configuration's owner.
func (d *DriftDocument) where() string {
	text := "Org " + d.Org + ", owner " + d.Owner
	if d.As != "" {
		text += ", as " + d.As
	}
	return text + "."
}

// title returns the name of the attribute or object.
func (d *DriftDifference) title() string {
	if d.Attribute == "" {
		return d.Address
	}
	return d.Address + "." + d.Attribute
}

// sentence says who did what, when, from where and how.
func (e *DriftEvent) sentence() string {
	text := e.Actor.describe() + " at " + e.Time
	if e.IP != "" {
		text += ", from " + e.IP
	}
	if e.Program != "" {
		text += " with " + e.Program
	}
	return text + ": " + e.Type + ", " + cmp.Or(e.Outcome, "no outcome") + " (event " + e.ID + ")"
}

func (a *DriftActor) describe() string {
	name := cmp.Or(a.Login, a.Name)
	if name == "" {
		return a.Type + " " + a.ID
	}
	return name + " (" + a.Type + " " + a.ID + ")"
}

// shownEvents is the number of latest events of a difference in a text.
const shownEvents = 5

// said returns sentences about the cause and the risk of a difference.
func (d *DriftDifference) said() (out []string) {
	for _, key := range d.Keys {
		out = append(out, fmt.Sprintf("key %q with the thumbprint %s is not declared", key.KID, key.Thumbprint))
	}
	events := d.Events
	if n := len(events) - shownEvents; n > 0 {
		out = append(out, view.Count(n, "earlier event")+" left out; --json has all")
		events = events[n:]
	}
	for i := range events {
		out = append(out, "by "+events[i].sentence())
	}
	if d.Why != "" {
		out = append(out, d.Why)
	}
	if d.Applied != nil {
		out = append(out, "last applied by "+d.Applied.Actor.describe()+" at "+d.Applied.Time)
	}
	for _, l := range d.Access {
		out = append(out, l.Sentence)
	}
	return out
}

// DriftSaid returns sentences about the cause of a difference.
func DriftSaid(d *drift.Difference) (out []string) {
	one := newDriftDifference(d, DriftCommands{Revert: func(string, bool) string { return "" }})
	for _, s := range one.said() {
		out = append(out, view.Plain(s))
	}
	return out
}

// DriftWho says who caused a difference; "" if unknown.
func DriftWho(d *drift.Difference) string {
	if len(d.Events) == 0 {
		return ""
	}
	e := newDriftEvent(&d.Events[len(d.Events)-1])
	return view.Plain(e.sentence())
}

// DriftText returns a report for a terminal.
func DriftText(d *DriftDocument, style view.Style, width int) string {
	t := &reviewText{style: style, width: width}
	t.line(0, view.Plain(d.where()))
	t.line(0, "")
	t.line(0, style.Bold(view.Plain(d.Headline())))
	for i := range d.Differences {
		t.difference(&d.Differences[i], true)
	}
	if len(d.Pending) > 0 {
		t.line(0, "")
		t.line(0, style.Bold("Changes of the configuration that are not applied yet (no drift):"))
	}
	for i := range d.Pending {
		t.difference(&d.Pending[i], false)
	}
	for _, note := range d.Notes {
		t.line(0, "")
		t.line(0, style.Bold("Note:")+" "+view.Plain(note))
	}
	return t.b.String()
}

func (t *reviewText) difference(d *DriftDifference, drifted bool) {
	t.line(0, "")
	head := t.style.Bold(view.Plain(d.title())) + " " + view.Quote(d.Name) + " (" + d.Kind + "): "
	if d.Attribute == "" {
		head += d.Summary
	}
	head = strings.TrimSuffix(head, ": ")
	if drifted {
		head = risky(t.style, d.Risk, fmt.Sprintf("%-8s", d.Risk)) + " " + head
	}
	t.line(0, head)
	if d.Diff != "" {
		for l := range strings.Lines(d.Diff) {
			t.b.WriteString("  " + strings.TrimSuffix(l, "\n") + "\n")
		}
	}
	for _, s := range d.said() {
		t.line(2, view.Plain(s))
	}
	for _, f := range d.Findings {
		t.line(2, risky(t.style, f.Severity, f.Severity)+" "+view.Plain(f.Rule+" "+f.Title+": "+f.Message))
	}
	if !drifted {
		return
	}
	if d.Accept != "" {
		t.b.WriteString("  accept: " + d.Accept + "\n")
	}
	t.b.WriteString("  revert: " + d.Revert + "\n")
}

// DriftMarkdown returns a report for the summary of a job or a comment.
func DriftMarkdown(d *DriftDocument, limit int) string {
	m := view.NewComment(limit - 200)
	m.Add("## " + view.MarkdownText(d.Headline()) + "\n\n" + view.MarkdownText(d.where()) + "\n")
	for i := range d.Differences {
		m.Add(d.Differences[i].markdown(true))
	}
	if len(d.Pending) > 0 {
		m.Add("\n### Changes of the configuration that are not applied yet\n")
	}
	for i := range d.Pending {
		m.Add(d.Pending[i].markdown(false))
	}
	for _, note := range d.Notes {
		m.Add("\n_" + view.MarkdownText(note) + "_\n")
	}
	return m.Text("item", "\n_%s left out, to stay below the length of a comment: the other formats have all._\n")
}

func (d *DriftDifference) markdown(drifted bool) string {
	text := "\n#### "
	if drifted {
		text += d.Risk + ": "
	}
	text += view.MarkdownCode(d.title()) + " " + view.MarkdownText(d.Name) + " (" + d.Kind + ")"
	if d.Attribute == "" {
		text += " " + d.Summary
	}
	text += "\n\n"
	if d.Diff != "" {
		text += view.Fenced("diff", view.SignsFirst(d.Diff)) + "\n"
	}
	for _, s := range d.said() {
		text += "- " + view.MarkdownText(s) + "\n"
	}
	for _, f := range d.Findings {
		text += "- **" + f.Severity + " " + view.MarkdownCode(f.Rule) + "** " + view.MarkdownText(f.Title+": "+f.Message) + "\n"
	}
	if !drifted {
		return text
	}
	if d.Accept != "" {
		text += "- accept: " + view.MarkdownCode(d.Accept) + "\n"
	}
	return text + "- revert: " + view.MarkdownCode(d.Revert) + "\n"
}
