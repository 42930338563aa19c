package view

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/oktaform/oktaform/plan"
)

// CommentLimit is the length, in characters, that GitHub allows for a comment.
const CommentLimit = 65_536

// PlanMarkdown writes a plan for a comment or a job's summary: deletions first,
// each change as a diff. It stays below limit characters; what doesn't fit is
// counted.
func PlanMarkdown(p *plan.Plan, limit int) string {
	m := &planMarkdown{left: limit - 200} // the last line always fits
	m.add("## " + Summary(p, Style{}) + "\n")
	if p.Empty() {
		m.b.Reset()
		m.add("## No changes\n\n" + strings.TrimPrefix(NoChanges, "No changes. ") + "\n")
	}
	gone := func(c *plan.Change) bool { return c.Action == plan.Delete || c.Action == plan.Replace }
	m.list(p, "Destroyed or replaced", gone)
	m.diffs(p, "", gone)
	m.diffs(p, "Other changes", func(c *plan.Change) bool { return c.Action != plan.NoOp && !gone(c) })
	m.rest(p)
	if m.cut > 0 {
		fmt.Fprintf(&m.b, "\n**%s not shown: the comment would be too long.** `oktaform plan` shows all.\n", count(m.cut, "part"))
	}
	return m.b.String()
}

type planMarkdown struct {
	b    strings.Builder
	left int // characters
	cut  int // parts that were left out
}

// add writes a part if there is room for it.
func (m *planMarkdown) add(text string) {
	n := utf8.RuneCountInString(text)
	if n > m.left {
		m.cut++
		return
	}
	m.left -= n
	m.b.WriteString(text)
}

// list names the objects, so that no long diff hides one that goes.
func (m *planMarkdown) list(p *plan.Plan, title string, which func(*plan.Change) bool) {
	var b strings.Builder
	for i := range p.Changes {
		if c := &p.Changes[i]; which(c) {
			b.WriteString(sentence(c) + "\n")
		}
	}
	if b.Len() > 0 {
		m.add("\n### " + title + "\n")
		m.add("\n" + fenced("", b.String()))
	}
}

// sentence says in one line what becomes of an object.
func sentence(c *plan.Change) string {
	line, _, _ := strings.Cut(strings.TrimPrefix(header(c, Style{}), "  # "), "\n")
	return line
}

func (m *planMarkdown) diffs(p *plan.Plan, title string, which func(*plan.Change) bool) {
	for i := range p.Changes {
		c := &p.Changes[i]
		if !which(c) {
			continue
		}
		if title != "" {
			m.add("\n### " + title + "\n")
			title = ""
		}
		var b strings.Builder
		b.WriteString(header(c, Style{}))
		(&differ{out: &b}).change(c)
		m.add("\n" + fenced("diff", signsFirst(b.String())))
	}
}

func (m *planMarkdown) rest(p *plan.Plan) {
	var b strings.Builder
	(&differ{out: &b}).outputs(p)
	if b.Len() > 0 {
		m.add("\n" + fenced("diff", signsFirst(strings.TrimPrefix(b.String(), "\n"))))
	}
	for _, note := range p.Notes {
		m.add("\n" + fenced("", "Note: "+Plain(note)+"\n"))
	}
}

// fenced is text in which nothing is markup: its fence is longer than any in it.
func fenced(language, text string) string {
	longest, run := 2, 0
	for _, r := range text {
		if r == '`' {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	fence := strings.Repeat("`", longest+1)
	return fence + language + "\n" + strings.TrimSuffix(text, "\n") + "\n" + fence + "\n"
}

// signsFirst moves the symbol of each line to where a diff has it, so that it is
// coloured: ! stands for what is changed in place.
func signsFirst(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		body := strings.TrimLeft(line, " ")
		indent := len(line) - len(body)
		for _, s := range []struct{ symbol, sign string }{{"+/-", "-"}, {"+ ", "+"}, {"- ", "-"}, {"~ ", "!"}, {". ", "!"}} {
			if strings.HasPrefix(body, s.symbol) && indent > 0 {
				line = s.sign + line[:indent-1] + strings.Repeat(" ", len(s.symbol)) + strings.TrimPrefix(body, s.symbol)
				break
			}
		}
		b.WriteString(line)
	}
	return b.String()
}
