package accessview

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mitchellh/go-wordwrap"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/view"
)

// ReviewText returns a review for a terminal. all also shows the findings that existed before.
func ReviewText(d *ReviewDocument, style view.Style, width int, all bool) string {
	t := &reviewText{style: style, width: width}
	title := "Access review"
	if d.Compared {
		title += " against " + view.Plain(d.Base)
	}
	t.line(0, style.Bold(title))
	t.line(0, style.Bold(view.Plain(d.Verdict)))
	t.line(0, risky(style, d.Summary.Risk, "Risk: "+d.Summary.Risk+".")+" "+view.Plain(d.headline()))
	if d.Warning != "" {
		t.line(0, "")
		t.line(0, style.Bold(view.Plain(d.Warning)))
	}
	t.findings(PolicyTitle, d.policy())
	t.findings("Findings", d.others())
	if d.Compared {
		for _, p := range d.changed() {
			t.changed(&p)
		}
	} else {
		for _, p := range d.Principals {
			t.access(&p)
		}
	}
	t.values("Other changes", d.otherValues())
	t.certainties()
	switch {
	case len(d.Standing) == 0:
	case all:
		t.findings("Findings that were there before", d.Standing)
	default:
		t.line(0, "")
		t.line(0, style.Dim(view.Count(len(d.Standing), "finding")+" that this change doesn't bring; --all shows them."))
	}
	if slices.ContainsFunc(d.Findings, func(f ReviewFinding) bool { return f.HelpURI != "" }) {
		t.line(0, "")
		t.line(0, style.Dim("How what a rule such as G16 reports is abused, with examples: oktaform review --explain G16"))
	}
	for _, note := range d.Notes {
		t.line(0, "")
		t.line(0, style.Bold("Note:")+" "+view.Plain(note))
	}
	for i, row := range d.Evidence.rows() {
		if i == 0 {
			t.line(0, "")
			t.line(0, style.Bold("Evidence:"))
		}
		t.line(2, style.Dim(row[0]+": "+view.Plain(row[1])))
	}
	return t.b.String()
}

type reviewText struct {
	b     strings.Builder
	style view.Style
	width int
	marks marks
}

// marks numbers the reasons why something is not certain, in the order in which they are used.
type marks []string

// of returns the number of a reason.
func (m *marks) of(reason string) int {
	if at := slices.Index(*m, reason); at >= 0 {
		return at + 1
	}
	*m = append(*m, reason)
	return len(*m)
}

// mark returns a line's sentence with the mark of its certainty.
func (t *reviewText) mark(l *ReviewLine) string {
	s := view.Plain(l.Sentence)
	if l.Certainty != "" {
		s += fmt.Sprintf(" [%d]", t.marks.of(l.Certainty))
	}
	return s
}

// path returns the steps of a path with the marks of their certainty.
func (p *ReviewPrincipal) path(m *marks, form string, escape func(string) string) (steps []string) {
	for i, step := range p.Path {
		step = escape(step)
		if i < len(p.PathCertainty) && p.PathCertainty[i] != "" {
			step += " " + fmt.Sprintf(form, m.of(p.PathCertainty[i]))
		}
		steps = append(steps, step)
	}
	return steps
}

// certainties appends what the marks mean.
func (t *reviewText) certainties() {
	for i, reason := range t.marks {
		if i == 0 {
			t.line(0, "")
		}
		t.line(0, t.style.Dim(fmt.Sprintf("[%d] %s", i+1, view.Plain(reason))))
	}
}

// values appends what changes in objects that are no principals.
func (t *reviewText) values(title string, changes []ReviewChange) {
	for i, c := range changes {
		if i == 0 {
			t.line(0, "")
			t.line(0, t.style.Bold(title+":"))
		}
		t.line(2, c.Change+" "+view.Plain(c.Address)+" "+view.Plain(strconv.Quote(c.Name)))
		t.rows(c.Values, 4)
	}
}

// rows appends values before and after.
func (t *reviewText) rows(rows []ReviewRow, indent int) {
	for _, row := range rows {
		t.line(indent, t.style.Yellow("~")+" "+view.Plain(row.Name)+": "+view.Plain(orNone(row.Before))+" -> "+view.Plain(orNone(row.After)))
	}
}

func orNone(s string) string { return cmp.Or(s, "none") }

// line appends a text, wrapped and indented.
func (t *reviewText) line(indent int, text string) {
	pad := strings.Repeat(" ", indent)
	if width := t.width - indent; t.width > 0 && width > 20 && len(text) > width {
		text = wordwrap.WrapString(text, uint(width-2))
		text = strings.ReplaceAll(text, "\n", "\n"+pad+"  ")
	}
	t.b.WriteString(pad + text + "\n")
}

func (t *reviewText) changed(p *ReviewPrincipal) {
	t.header(p, p.state())
	if p.Headline != "" {
		t.line(2, risky(t.style, p.Risk, view.Plain(p.Headline)+"."))
	}
	if len(p.Path) > 0 {
		t.line(2, risky(t.style, "high", "! ")+"path: "+strings.Join(p.path(&t.marks, "[%d]", view.Plain), " -> "))
	}
	for _, l := range p.Delta {
		symbol := map[string]string{"gains": t.style.Green("+"), "loses": t.style.Red("-")}[l.Verb]
		if symbol == "" {
			symbol = t.style.Yellow("~")
		}
		t.line(2, symbol+" "+t.mark(&l))
	}
	for _, s := range p.SignIns {
		t.line(2, t.style.Yellow("~")+" "+view.Plain(s))
	}
	t.rows(p.Comparison, 2)
	for _, s := range p.Tests {
		t.line(2, t.style.Yellow("~")+" "+view.Plain(s))
	}
	t.remarks(p.After)
}

func (t *reviewText) access(p *ReviewPrincipal) {
	if p.After == nil || len(p.After.Allows) == 0 && len(p.After.Scopes) == 0 && len(p.After.Roles) == 0 {
		return
	}
	t.header(p, "")
	for _, l := range p.After.Allows {
		t.line(2, t.mark(&l))
	}
	if len(p.After.Allows) == 0 {
		t.line(2, "may do nothing")
	}
	t.remarks(p.After)
}

func (t *reviewText) header(p *ReviewPrincipal, state string) {
	t.line(0, "")
	t.line(0, t.style.Bold(view.Plain(p.Address))+" "+view.Plain(strconv.Quote(p.Name))+" ("+p.Kind+state+")")
}

// remarks appends what limits an access, and what has no effect.
func (t *reviewText) remarks(a *ReviewAccess) {
	for _, s := range remarks(a) {
		t.line(2, t.style.Yellow("!")+" "+view.Plain(s))
	}
}

// remarks returns sentences about an access that its lines do not contain.
func remarks(a *ReviewAccess) (out []string) {
	if a == nil {
		return nil
	}
	if a.Actor == "user who signs in" && len(a.Scopes) > 0 {
		s := "acts for the user who signs in: of this each user may do what their own rights allow"
		if len(a.Admins) > 0 {
			s += "; administrators who may sign in: " + strings.Join(a.Admins, ", ")
		}
		if a.Open {
			s += "; who else may sign in isn't declared here"
		} else if len(a.Admins) == 0 {
			s += "; none of those who may sign in is an administrator here"
		}
		out = append(out, s)
	}
	if a.Actor == "admin" && len(a.Allows) > 0 {
		out = append(out, "as an administrator: with an API token, in the Admin Console, or through an app within its scopes")
	}
	if a.Actor == "nobody" {
		out = append(out, "is not active, so it may do nothing")
	}
	if len(a.OwnAccount) > 0 {
		out = append(out, "acts on the account of the user who signs in, whatever their rights: "+strings.Join(a.OwnAccount, ", "))
	}
	for _, s := range a.IdleScopes {
		if catalog.OwnAccount(s) {
			out = append(out, "nobody signs in to a service app, so the scope "+s+" can't be asked for")
			continue
		}
		out = append(out, "no role makes the scope "+s+" usable")
	}
	for _, s := range a.IdleRoles {
		out = append(out, "role without effect: "+s)
	}
	for _, s := range a.Unknown {
		out = append(out, "not judged: "+s)
	}
	return out
}

func (t *reviewText) findings(title string, list []ReviewFinding) {
	if len(list) == 0 {
		return
	}
	t.line(0, "")
	t.line(0, t.style.Bold(title+":"))
	for i, f := range list {
		if i == 0 || !sameRule(&f, &list[i-1]) {
			t.line(0, "")
			t.line(2, risky(t.style, f.Severity, fmt.Sprintf("%-8s", f.Severity))+" "+t.style.Bold(view.Plain(f.Rule)+" "+view.Plain(f.Title)))
		}
		where := f.Address
		if p := f.Place.String(); p != "" {
			where = strings.TrimSpace(p + " " + where)
		}
		t.line(11, view.Plain(strings.TrimPrefix(where+": "+f.Message, ": ")))
		if f.Waiver != nil {
			t.line(11, t.style.Dim(view.Plain(f.Waiver.sentence())))
		}
		if i+1 < len(list) && sameRule(&f, &list[i+1]) {
			continue
		}
		t.line(11, "why: "+view.Plain(f.Rationale)+" ("+view.Plain(f.Source)+")")
		if f.Fix != "" {
			t.line(11, "fix: "+view.Plain(f.Fix))
		}
	}
}

// sameRule reports whether two findings share their heading and explanation.
func sameRule(x, y *ReviewFinding) bool { return x.Rule == y.Rule && x.Severity == y.Severity }

// risky colors a text by a severity.
func risky(style view.Style, severity, text string) string {
	switch severity {
	case "critical", "high":
		return style.Red(text)
	case "medium":
		return style.Yellow(text)
	}
	return text
}

func itoa(n int) string { return strconv.Itoa(n) }
