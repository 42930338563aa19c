package accessview

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/view"
)

// ReviewMarker is the beginning of a review's Markdown, by which a job finds the comment to update.
const ReviewMarker = "<!-- oktaform review -->"

// ReviewMarkdown returns a review as a comment on a pull request: the verdict, what needs a
// decision, and who may do what, the rest folded. Beyond the limit it is cut, with the number of
// omitted items.
func ReviewMarkdown(d *ReviewDocument, limit int) string {
	m := &markdown{Comment: view.NewComment(limit - 600)} // room for the count, and for the line with the folder that ci/review adds
	m.Add(ReviewMarker + "\n## Access review\n\n**" + view.MarkdownText(d.Verdict) + "**\n\n**Risk: " + d.Summary.Risk + ".** " + view.MarkdownText(d.headline()) + "\n")
	if d.Warning != "" {
		m.Add("\n**" + view.MarkdownText(d.Warning) + "**\n")
	}
	if d.Compared {
		m.Add("\nCompared with " + view.MarkdownCode(d.Base) + ".\n")
	}
	bad := func(f ReviewFinding) bool {
		return f.Waiver == nil && slices.Contains([]string{"critical", "high"}, f.Severity)
	}
	m.Section(PolicyTitle, markdownFindings(d.policy(), func(ReviewFinding) bool { return true }))
	m.Section("Findings of high severity", markdownFindings(d.others(), bad))
	m.Section("Deleted or replaced", d.gone())
	changed := d.changed()
	m.principals(changed, d.Compared)
	m.Fold("More findings", markdownFindings(d.others(), func(f ReviewFinding) bool { return !bad(f) }))
	m.graph(changed)
	m.Fold("What else changes", d.otherChanges())
	m.Fold("Findings that were there before", markdownFindings(d.Standing, func(ReviewFinding) bool { return true }))
	var notes []string
	for i, reason := range m.marks {
		notes = append(notes, fmt.Sprintf("- (%d) %s\n", i+1, view.MarkdownText(reason)))
	}
	m.Fold("What is not certain", notes)
	notes = nil
	for _, note := range d.Notes {
		notes = append(notes, "- "+view.MarkdownText(note)+"\n")
	}
	m.Fold("Notes", notes)
	var evidence []string
	for _, row := range d.Evidence.rows() {
		evidence = append(evidence, "- "+row[0]+": "+view.MarkdownText(row[1])+"\n")
	}
	m.Fold("Evidence", evidence)
	return m.Text("item", "\n_%s left out, to stay below the length of a comment: the whole review is in the other formats._\n")
}

// markdown is a review's text; marks are the reasons why something in it is not certain.
type markdown struct {
	*view.Comment
	marks marks
}

func (m *markdown) principals(list []ReviewPrincipal, compared bool) {
	if !compared {
		return
	}
	var items []string
	for i, p := range list {
		item := m.principal(&p)
		if i == opened && len(list) > opened+1 { // the most powerful ones stay in sight
			m.Section("Who may do what", items)
			items = nil
		}
		items = append(items, item)
	}
	if len(list) > opened+1 {
		m.Fold("Who else may do something else", items)
		return
	}
	m.Section("Who may do what", items)
}

// opened is the number of principals that a comment shows unfolded.
const opened = 10

func (m *markdown) principal(p *ReviewPrincipal) string {
	item := fmt.Sprintf("**%s** %s (%s%s)\n\n", view.MarkdownCode(p.Address), view.MarkdownText(p.Name), p.Kind, p.state())
	if p.Headline != "" {
		item += view.MarkdownText(p.Headline) + ".\n\n"
	}
	if len(p.Path) > 0 {
		item += "- path: " + strings.Join(p.path(&m.marks, "(%d)", view.MarkdownText), " → ") + "\n"
	}
	for _, l := range p.Delta {
		item += "- " + m.line(&l) + "\n"
	}
	for _, s := range slices.Concat(p.SignIns, p.Tests) {
		item += "- " + view.MarkdownText(s) + "\n"
	}
	for _, s := range remarks(p.After) {
		item += "- _" + view.MarkdownText(s) + "_\n"
	}
	return item + markdownRows(p.Comparison) + "\n"
}

// markdownRows returns a table of values before and after.
func markdownRows(rows []ReviewRow) string {
	if len(rows) == 0 {
		return ""
	}
	text := "\n| | before | after |\n| --- | --- | --- |\n"
	for _, row := range rows {
		text += "| " + view.MarkdownText(row.Name) + " | " + view.MarkdownText(orNone(row.Before)) + " | " + view.MarkdownText(orNone(row.After)) + " |\n"
	}
	return text
}

// line returns a line's sentence with its operations as code, and the mark of its certainty.
func (m *markdown) line(l *ReviewLine) string {
	right := "read"
	if l.Write {
		right = "write"
	}
	s := fmt.Sprintf("**%s** %s on %s ", l.Verb, right, view.MarkdownText(l.title()))
	switch n := len(l.Operations); {
	case n == 1:
		s += "(" + view.MarkdownCode(l.Operations[0]) + ")"
	case l.Write:
		s += fmt.Sprintf("(%d operations, among them %s)", n, view.MarkdownCode(l.Operations[0]))
	default:
		s += fmt.Sprintf("(%d operations)", n)
	}
	whole := func(reach string) string {
		if reach == "" {
			return "the whole org"
		}
		return view.MarkdownCode(reach)
	}
	switch {
	case l.Verb != "gains" && l.Verb != "loses" && l.Verb != "may":
		s += ", from " + whole(l.From) + " to " + whole(l.Within)
	case l.Within == string(access.ThroughUsers):
		s += ", " + l.Within
	case l.Within != "":
		s += ", within " + whole(l.Within)
	}
	if l.Certainty != "" {
		s += fmt.Sprintf(" (%d)", m.marks.of(l.Certainty))
	}
	return s
}

func (l *ReviewLine) title() string {
	if more := len(l.Families) - 3; more > 1 {
		return strings.Join(l.Families[:3], ", ") + fmt.Sprintf(" and %d kinds of resource more", more)
	}
	return strings.Join(l.Families, ", ")
}

// markdownFindings returns the findings as items, those of one rule and severity as one item with
// one explanation.
func markdownFindings(list []ReviewFinding, which func(ReviewFinding) bool) (items []string) {
	list = slices.DeleteFunc(slices.Clone(list), func(f ReviewFinding) bool { return !which(f) })
	for len(list) > 0 {
		n := 1
		for n < len(list) && sameRule(&list[n], &list[0]) && list[n].Waiver == nil && list[0].Waiver == nil {
			n++
		}
		items = append(items, markdownGroup(list[:n]))
		list = list[n:]
	}
	return items
}

// listed is the number of findings of one rule that a comment lists.
const listed = 20

func markdownGroup(group []ReviewFinding) string {
	f := &group[0]
	rule := view.MarkdownCode(f.Rule)
	if f.HelpURI != "" {
		rule = "[" + rule + "](" + f.HelpURI + ")"
	}
	item := fmt.Sprintf("- **%s %s** %s", f.Severity, rule, view.MarkdownText(f.Title))
	if len(group) == 1 {
		item += ": " + markdownFinding(f)
	} else {
		item += fmt.Sprintf(": %d\n", len(group))
		for i := range group[:min(len(group), listed)] {
			item += "  - " + markdownFinding(&group[i]) + "\n"
		}
		if more := len(group) - listed; more > 0 {
			item += "  - and " + itoa(more) + " more\n"
		}
	}
	if f.Waiver != nil {
		return item + "  \n  " + view.MarkdownText(f.Waiver.sentence()) + "\n"
	}
	if len(group) > 1 {
		item += "\n  "
	} else {
		item += "  \n  "
	}
	item += view.MarkdownText(f.Rationale) + " _" + view.MarkdownText(f.Source) + "_"
	if f.Fix != "" {
		item += "  \n  Fix: " + view.MarkdownText(f.Fix)
	}
	return item + "\n" + markdownDiff(f)
}

func markdownFinding(f *ReviewFinding) string {
	item := view.MarkdownText(f.Message)
	if where := strings.TrimSpace(f.Address + " " + f.Place.String()); where != "" {
		item += " (" + view.MarkdownCode(where) + ")"
	}
	return item
}

// markdownDiff returns the mechanical fix of a finding as a diff; "" if there is none.
func markdownDiff(f *ReviewFinding) string {
	if f.Diff == "" {
		return ""
	}
	text := "\n"
	for line := range strings.Lines(view.Fenced("diff", view.Lines(f.Diff))) {
		text += "  " + line
	}
	return text + "\n"
}

// gone returns what is deleted, replaced or left behind.
func (d *ReviewDocument) gone() (items []string) {
	for _, c := range d.Changes {
		if slices.Contains([]string{review.Deleted, review.Replaced, review.Left}, c.Change) {
			items = append(items, fmt.Sprintf("- **%s** %s %s (%s)\n", c.Change, view.MarkdownCode(c.Address), view.MarkdownText(c.Name), c.Kind))
		}
	}
	return items
}

func (d *ReviewDocument) otherChanges() (items []string) {
	for _, c := range d.Changes {
		if slices.Contains([]string{review.Created, review.Updated}, c.Change) {
			item := fmt.Sprintf("- %s %s %s", c.Change, view.MarkdownCode(c.Address), view.MarkdownText(c.Name))
			for i, row := range c.Values {
				item += map[bool]string{true: ": ", false: "; "}[i == 0] + view.MarkdownText(row.Name) + " " + view.MarkdownText(orNone(row.Before)) + " → " + view.MarkdownText(orNone(row.After))
			}
			if len(c.Values) == 0 && len(c.Attributes) > 0 {
				item += ": " + view.MarkdownCode(strings.Join(c.Attributes, ", "))
			}
			items = append(items, item+"\n")
		}
	}
	return items
}

// graphLines is the maximum number of changes in a graph that people can still read.
const graphLines = 24

// graph appends a graph of who gains and loses what.
func (m *markdown) graph(list []ReviewPrincipal) {
	var b strings.Builder
	lines, left := 0, 0
	for i, p := range list {
		if len(p.Delta) == 0 && !p.SuperAdmin {
			continue
		}
		if lines >= graphLines {
			left += len(p.Delta)
			continue
		}
		fmt.Fprintf(&b, "  p%d[\"%s\"]\n", i, mermaidText(p.Address))
		if p.SuperAdmin {
			lines++
			fmt.Fprintf(&b, "  p%d ==>|\"becomes\"| super(\"super admin\")\n", i)
		}
		for j, l := range p.Delta {
			if lines++; lines > graphLines {
				left++
				continue
			}
			access, arrow := "read", "-.->"
			if l.Write {
				access, arrow = "write", "==>"
			}
			what := l.title()
			if l.Within != "" {
				what += ", " + l.Within
			}
			fmt.Fprintf(&b, "  p%d %s|\"%s %s\"| r%d_%d(\"%s\")\n", i, arrow, l.Verb, access, i, j, mermaidText(what))
		}
	}
	if b.Len() == 0 {
		return
	}
	text := "\n<details>\n<summary>Graph of what changes</summary>\n\n```mermaid\ngraph LR\n" + b.String() + "```\n"
	if left > 0 {
		text += fmt.Sprintf("\n%s more.\n", view.Count(left, "change"))
	}
	m.Add(text + "\n</details>\n")
}

// mermaidText is Plain as a label of a Mermaid graph, between quotes.
func mermaidText(text string) string {
	var b strings.Builder
	for _, r := range view.Plain(text) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" ._-/,", r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
