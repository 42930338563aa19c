package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/smoke"
)

// Report returns the results of the smoke tests: a line for each test and step, and for failures
// the cause and the fix.
func Report(r smoke.Report, style Style) string {
	if len(r.Tests) == 0 {
		return "\n" + style.Yellow(r.Summary()+".") + "\n"
	}
	var b strings.Builder
	b.WriteString("\n" + style.Bold("Smoke tests:") + "\n")
	for i := range r.Tests {
		test(&b, &r.Tests[i], style)
	}
	if r.Coverage != nil {
		coverage(&b, r.Coverage, style)
	}
	total := "\n" + r.Summary() + ".\n"
	switch {
	case r.Failed > 0:
		return b.String() + style.Bold(style.Red(total))
	case r.Untested():
		return b.String() + style.Bold(style.Yellow(total))
	}
	return b.String() + style.Bold(style.Green(total))
}

func test(b *strings.Builder, t *smoke.Result, style Style) {
	word := map[smoke.Outcome]string{smoke.Passed: style.Green("pass"), smoke.Failed: style.Red("FAIL"), smoke.Skipped: style.Yellow("skip")}[t.Outcome]
	b.WriteString("\n" + style.fill(fmt.Sprintf("  %s  %s (%s) %s", word, style.Bold(Plain(t.Name)), Plain(t.App), style.Dim(took(t.Duration))), "        ") + "\n")
	if t.Reason != "" {
		b.WriteString(style.fill("        "+Plain(t.Reason), "        ") + "\n")
	}
	for i := range t.Steps {
		step(b, &t.Steps[i], style)
	}
	if t.Outcome == smoke.Failed && t.Range.Filename != "" {
		fmt.Fprintf(b, "        declared at %s:%d\n", Plain(t.Range.Filename), t.Range.Start.Line)
	}
}

func step(b *strings.Builder, s *smoke.Step, style Style) {
	line := stepLine(s)
	if !s.OK {
		name, rest, _ := strings.Cut(line, ":")
		line = style.Red(name) + ":" + rest
	}
	b.WriteString(style.fill("        "+line, "          ") + "\n")
	for _, d := range details(s) {
		b.WriteString(style.fill("            "+style.Bold(d.name+":")+" "+Plain(d.text), "              ") + "\n")
	}
}

// stepLine returns a step in a line, with its time and attempts if there are any.
func stepLine(s *smoke.Step) string {
	text := s.Got
	if !s.OK {
		text = s.Problem
	}
	line := Plain(s.Name + ": " + text)
	if s.Attempts > 1 {
		line += fmt.Sprintf(" (%d attempts)", s.Attempts)
	}
	if s.Duration > 0 {
		line += " [" + took(s.Duration) + "]"
	}
	return line
}

// detail is one part of a step's explanation.
type detail struct{ name, text string }

// details explains a step that failed or deserves a remark.
func details(s *smoke.Step) []detail {
	all := []detail{{"sent", s.Sent}, {"got", s.Got}, {"body", s.Body}, {"cause", s.Cause}, {"fix", s.Fix}, {"request id", s.RequestID}}
	if s.OK {
		all = nil
		if s.Cause != "" {
			all = []detail{{"note", s.Cause}, {"fix", s.Fix}}
		}
	}
	return slices.DeleteFunc(all, func(d detail) bool { return d.text == "" })
}

// took formats a duration: 12ms, 1.4s.
func took(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%dms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1fs", d.Seconds())
}

// coverage writes which access the tests have exercised, and which not.
func coverage(b *strings.Builder, c *smoke.Coverage, style Style) {
	b.WriteString("\n" + style.fill(fmt.Sprintf("%s %s.", style.Bold("Exercised:"), c), "  ") + "\n")
	for _, item := range c.Items {
		if !item.Used() {
			b.WriteString(style.fill(fmt.Sprintf("  not exercised: %s %s of %s", item.Kind, Plain(item.Name), item.Of), "    ") + "\n")
		}
	}
}

// Report writes a test_run for each smoke test and a test_summary.
func (s *Stream) Report(r smoke.Report) {
	for i := range r.Tests {
		t := &r.Tests[i]
		level := "info"
		if t.Outcome == smoke.Failed {
			level = "error"
		}
		s.line(level, "test_run", fmt.Sprintf("%s: %s", t.Name, t.Outcome), map[string]any{"test_run": t})
	}
	if c := r.Coverage; c != nil {
		used, total := c.Count("")
		s.line("info", "test_coverage", "Exercised: "+c.String()+".", map[string]any{"test_coverage": map[string]any{
			"used": used, "total": total, "percent": c.Percent(), "items": c.Items}})
	}
	status := "pass"
	switch {
	case r.Failed > 0 || r.Required && r.Untested():
		status = "fail"
	case r.Untested():
		status = "skip"
	}
	s.line("info", "test_summary", r.Summary()+".",
		map[string]any{"test_summary": map[string]any{"status": status, "passed": r.Passed, "failed": r.Failed, "skipped": r.Skipped}})
}
