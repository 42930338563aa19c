package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review"
)

// MarkdownLimit is GitHub's limit for a comment, in characters; here it limits the bytes, of which
// there are at least as many.
const MarkdownLimit = 65_536

// ReviewMarker is the beginning of a review's Markdown, by which a job finds the comment to update.
const ReviewMarker = "<!-- oktaform review -->"

// ReviewMarkdown returns a review as a comment on a pull request: risky findings and deletions
// first, the rest folded. Beyond the limit it is cut, with the number of omitted items.
func ReviewMarkdown(d *ReviewDocument, limit int) string {
	m := &markdown{limit: limit - 600} // room for the count, and for the line with the folder that ci/review adds
	m.add(ReviewMarker + "\n## Access review\n\n**Risk: " + d.Summary.Risk + ".** " + MarkdownText(d.headline()) + "\n")
	if d.Warning != "" {
		m.add("\n**" + MarkdownText(d.Warning) + "**\n")
	}
	if d.Compared {
		m.add("\nCompared with " + MarkdownCode(d.Base) + ".\n")
	}
	bad := func(f ReviewFinding) bool {
		return f.Waiver == nil && slices.Contains([]string{"critical", "high"}, f.Severity)
	}
	m.section(PolicyTitle, markdownFindings(d.policy(), func(ReviewFinding) bool { return true }))
	m.section("Deleted or replaced", d.gone())
	m.section("Findings of high severity", markdownFindings(d.others(), bad))
	changed := d.changed()
	m.principals(changed, d.Compared)
	m.graph(changed)
	m.fold("More findings", markdownFindings(d.others(), func(f ReviewFinding) bool { return !bad(f) }))
	m.fold("What else changes", d.otherChanges())
	m.fold("Findings that were there before", markdownFindings(d.Standing, func(ReviewFinding) bool { return true }))
	var notes []string
	for _, note := range d.Notes {
		notes = append(notes, "- "+MarkdownText(note)+"\n")
	}
	m.fold("Notes", notes)
	if m.cut > 0 {
		fmt.Fprintf(&m.b, "\n_%s left out, to stay below the length of a comment: the whole review is in the other formats._\n", count(m.cut, "item"))
	}
	return m.b.String()
}

type markdown struct {
	b     strings.Builder
	limit int
	cut   int
}

// add appends a text if there is room, and reports whether there was.
func (m *markdown) add(text string) bool {
	if m.b.Len()+len(text) > m.limit {
		m.cut++
		return false
	}
	m.b.WriteString(text)
	return true
}

// section appends items under a heading, as long as there is room.
func (m *markdown) section(title string, items []string) {
	if len(items) == 0 {
		return
	}
	if !m.add("\n### " + title + "\n\n") {
		m.cut += len(items) - 1
		return
	}
	for _, item := range items {
		m.add(item)
	}
}

// fold appends a section that is collapsed at first.
func (m *markdown) fold(title string, items []string) {
	const end = "\n</details>\n"
	if len(items) == 0 {
		return
	}
	m.limit -= len(end)
	open := m.add(fmt.Sprintf("\n<details>\n<summary>%s (%d)</summary>\n\n", title, len(items)))
	if !open {
		m.cut += len(items) - 1
	}
	for i := 0; open && i < len(items); i++ {
		m.add(items[i])
	}
	m.limit += len(end)
	if open {
		m.add(end)
	}
}

func (m *markdown) principals(list []ReviewPrincipal, compared bool) {
	if !compared {
		return
	}
	var items []string
	for _, p := range list {
		item := fmt.Sprintf("**%s** %s (%s%s)\n\n", MarkdownCode(p.Address), MarkdownText(p.Name), p.Kind, p.state())
		for _, l := range p.Delta {
			item += "- " + markdownLine(&l) + "\n"
		}
		for _, s := range p.SignIns {
			item += "- " + MarkdownText(s) + "\n"
		}
		for _, s := range remarks(p.After) {
			item += "- _" + MarkdownText(s) + "_\n"
		}
		items = append(items, item+"\n")
	}
	m.section("Who may do what", items)
}

// markdownLine returns a line's sentence with its operations as code.
func markdownLine(l *ReviewLine) string {
	access := "read"
	if l.Write {
		access = "write"
	}
	s := fmt.Sprintf("**%s** %s on %s ", l.Verb, access, MarkdownText(l.title()))
	switch n := len(l.Operations); {
	case n == 1:
		s += "(" + MarkdownCode(l.Operations[0]) + ")"
	case l.Write:
		s += fmt.Sprintf("(%d operations, among them %s)", n, MarkdownCode(l.Operations[0]))
	default:
		s += fmt.Sprintf("(%d operations)", n)
	}
	whole := func(reach string) string {
		if reach == "" {
			return "the whole org"
		}
		return MarkdownCode(reach)
	}
	switch {
	case l.Verb != "gains" && l.Verb != "loses" && l.Verb != "may":
		s += ", from " + whole(l.From) + " to " + whole(l.Within)
	case l.Within == string(review.ThroughUsers):
		s += ", " + l.Within
	case l.Within != "":
		s += ", within " + whole(l.Within)
	}
	if l.Unsure > 0 {
		s += fmt.Sprintf(" — low confidence for %d: %s", l.Unsure, MarkdownText(l.Basis))
	}
	return s
}

func (l *ReviewLine) title() string {
	if more := len(l.Families) - 3; more > 1 {
		return strings.Join(l.Families[:3], ", ") + fmt.Sprintf(" and %d kinds of resource more", more)
	}
	return strings.Join(l.Families, ", ")
}

func markdownFindings(list []ReviewFinding, which func(ReviewFinding) bool) (items []string) {
	for _, f := range list {
		if !which(f) {
			continue
		}
		item := fmt.Sprintf("- **%s %s** %s: %s", f.Severity, MarkdownCode(f.Rule), MarkdownText(f.Title), MarkdownText(f.Message))
		if where := strings.TrimSpace(f.Address + " " + f.Place.String()); where != "" {
			item += " (" + MarkdownCode(where) + ")"
		}
		if f.Waiver != nil {
			item += "  \n  " + MarkdownText(f.Waiver.sentence()) + "\n"
		} else {
			item += "  \n  " + MarkdownText(f.Rationale) + " _" + MarkdownText(f.Source) + "_"
			if f.Fix != "" {
				item += "  \n  Fix: " + MarkdownText(f.Fix)
			}
			item += "\n"
		}
		items = append(items, item)
	}
	return items
}

// gone returns what is deleted, replaced or left behind.
func (d *ReviewDocument) gone() (items []string) {
	for _, c := range d.Changes {
		if slices.Contains([]string{review.Deleted, review.Replaced, review.Left}, c.Change) {
			items = append(items, fmt.Sprintf("- **%s** %s %s (%s)\n", c.Change, MarkdownCode(c.Address), MarkdownText(c.Name), c.Kind))
		}
	}
	return items
}

func (d *ReviewDocument) otherChanges() (items []string) {
	for _, c := range d.Changes {
		if slices.Contains([]string{review.Created, review.Updated}, c.Change) {
			item := fmt.Sprintf("- %s %s %s", c.Change, MarkdownCode(c.Address), MarkdownText(c.Name))
			if len(c.Attributes) > 0 {
				item += ": " + MarkdownCode(strings.Join(c.Attributes, ", "))
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
		if len(p.Delta) == 0 {
			continue
		}
		if lines >= graphLines {
			left += len(p.Delta)
			continue
		}
		fmt.Fprintf(&b, "  p%d[\"%s\"]\n", i, mermaidText(p.Address))
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
		text += fmt.Sprintf("\n%s more.\n", count(left, "change"))
	}
	m.add(text + "\n</details>\n")
}
