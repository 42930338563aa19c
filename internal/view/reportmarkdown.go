package view

import (
	"fmt"
	"html"
	"strings"

	"github.com/oktaform/oktaform/internal/smoke"
)

// Markdown returns the report for the summary of a CI job: a table of the tests, and an explanation
// of each failed one.
func Markdown(r smoke.Report) string {
	var b strings.Builder
	symbol := map[smoke.Outcome]string{smoke.Passed: "✅", smoke.Failed: "❌", smoke.Skipped: "⏭️"}
	fmt.Fprintf(&b, "## Smoke tests: %s\n\n", r.Summary())
	if len(r.Tests) > 0 {
		b.WriteString("| | Test | App | Time | |\n| --- | --- | --- | --- | --- |\n")
	}
	for i := range r.Tests {
		t := &r.Tests[i]
		said := t.Reason
		for _, s := range t.Steps {
			if said == "" && !s.OK {
				said = s.Problem
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", symbol[t.Outcome], MarkdownText(t.Name), MarkdownText(t.App), took(t.Duration), MarkdownText(said))
	}
	for i := range r.Tests {
		if t := &r.Tests[i]; t.Outcome == smoke.Failed {
			failedSection(&b, t)
		}
	}
	if r.Coverage != nil {
		fmt.Fprintf(&b, "\n**Exercised:** %s.\n", r.Coverage)
		for _, item := range r.Coverage.Items {
			if !item.Used() {
				fmt.Fprintf(&b, "- not exercised: %s %s of %s\n", item.Kind, MarkdownText(item.Name), MarkdownText(item.Of.String()))
			}
		}
	}
	return b.String()
}

func failedSection(b *strings.Builder, t *smoke.Result) {
	fmt.Fprintf(b, "\n<details><summary>%s</summary>\n\n| Step | Time | |\n| --- | --- | --- |\n", summaryText(t.Name))
	for i := range t.Steps {
		s := &t.Steps[i]
		text := s.Got
		if !s.OK {
			text = "**" + MarkdownText(s.Problem) + "**"
		} else {
			text = MarkdownText(text)
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", MarkdownText(s.Name), took(s.Duration), text)
	}
	b.WriteString("\n")
	for i := range t.Steps {
		if s := &t.Steps[i]; !s.OK {
			for _, d := range details(s) {
				fmt.Fprintf(b, "- %s: %s\n", d.name, MarkdownText(d.text))
			}
		}
	}
	b.WriteString("\n</details>\n")
}

// summaryText is Plain inside an HTML element in Markdown, where Markdown's escapes have no effect.
func summaryText(text string) string {
	return html.EscapeString(strings.NewReplacer("@", "@\u200b", "#", "#\u200b", "!", "!\u200b").Replace(Plain(text)))
}
