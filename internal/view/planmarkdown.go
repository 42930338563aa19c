package view

import (
	"strings"

	"github.com/oktaform/oktaform/plan"
)

// PlanMarkdown returns a plan for a comment or a job's summary: deletions first, each change as a
// diff. Beyond the limit it is cut, with the number of omitted changes.
func PlanMarkdown(p *plan.Plan, limit int) string {
	m := NewComment(limit - 200) // reserve for the number of omitted changes
	if p.Empty() {
		m.Add("## No changes\n\n" + strings.TrimPrefix(NoChanges, "No changes. ") + "\n")
	} else {
		m.Add("## " + Summary(p, Style{}) + "\n")
	}
	if p.URL != "" {
		where := "Org " + MarkdownCode(p.URL) + ", owner " + MarkdownCode(p.Owner)
		if p.As != "" {
			where += ", as " + MarkdownCode(p.As)
		}
		m.Add("\n" + where + ".\n")
	}
	others, gone := "Changes", destroyed(p)
	if len(gone) > 0 {
		others = "Other changes"
	}
	m.Section("Destroyed or replaced", gone)
	m.diffs(p, "", goes)
	m.diffs(p, others, func(c *plan.Change) bool { return c.Action != plan.NoOp && !goes(c) })
	m.unchanged(p)
	return m.Text("part", "\n**%s not shown: the comment would be too long.** `oktaform plan` shows all.\n")
}

// destroyed returns the names of the deleted objects, so that no long diff hides one.
func destroyed(p *plan.Plan) (items []string) {
	for i := range p.Changes {
		c := &p.Changes[i]
		what := deleted(c)
		if c.Action == plan.Replace {
			what = "must be replaced"
		}
		if goes(c) {
			items = append(items, "- "+MarkdownCode(c.Addr.String())+" "+what+"\n")
		}
	}
	return items
}

func goes(c *plan.Change) bool { return c.Action == plan.Delete || c.Action == plan.Replace }

func (m *Comment) diffs(p *plan.Plan, title string, which func(*plan.Change) bool) {
	for i := range p.Changes {
		c := &p.Changes[i]
		if !which(c) {
			continue
		}
		if title != "" {
			m.Add("\n### " + title + "\n")
			title = ""
		}
		var b strings.Builder
		b.WriteString(header(c, Style{}))
		(&differ{out: &b}).change(c)
		m.Add("\n" + Fenced("diff", SignsFirst(b.String())))
	}
}

func (m *Comment) unchanged(p *plan.Plan) {
	var b strings.Builder
	(&differ{out: &b}).outputs(p)
	if b.Len() > 0 {
		m.Add("\n" + Fenced("diff", SignsFirst(strings.TrimPrefix(b.String(), "\n"))))
	}
	for _, note := range p.Notes {
		m.Add("\n" + Fenced("", "Note: "+Plain(note)+"\n"))
	}
}

// SignsFirst moves the symbol of each line to its beginning, where diffs have it, so that it is
// colored: ! stands for a change in place.
func SignsFirst(text string) string {
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
