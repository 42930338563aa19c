package view

import (
	"fmt"
	"strings"

	"github.com/oktaform/oktaform/internal/smoke"
)

// Report writes what the smoke tests found: a line for each test, one for each
// of its steps, and for what failed the cause and the fix.
func Report(r smoke.Report, style Style) string {
	if len(r.Tests) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n" + style.bold("Smoke tests:") + "\n")
	for i := range r.Tests {
		test(&b, &r.Tests[i], style)
	}
	total := fmt.Sprintf("\n%d passed, %d failed, %d skipped.\n", r.Passed, r.Failed, r.Skipped)
	if r.Failed > 0 {
		return b.String() + style.bold(style.red(total))
	}
	return b.String() + style.bold(style.green(total))
}

func test(b *strings.Builder, t *smoke.Result, style Style) {
	word := map[smoke.Outcome]string{smoke.Passed: style.green("pass"), smoke.Failed: style.red("FAIL"), smoke.Skipped: style.yellow("skip")}[t.Outcome]
	fmt.Fprintf(b, "\n  %s  %s (%s)\n", word, style.bold(Plain(t.Name)), t.App)
	if t.Reason != "" {
		fmt.Fprintf(b, "        %s\n", Plain(t.Reason))
	}
	for _, s := range t.Steps {
		step(b, &s, style)
	}
	if t.Outcome == smoke.Failed && t.Range.Filename != "" {
		fmt.Fprintf(b, "        declared at %s:%d\n", Plain(t.Range.Filename), t.Range.Start.Line)
	}
}

func step(b *strings.Builder, s *smoke.Step, style Style) {
	detail := func(name, text string) {
		if text != "" {
			fmt.Fprintf(b, "            %s %s\n", style.bold(name+":"), Plain(text))
		}
	}
	if s.OK {
		fmt.Fprintf(b, "        %s: %s\n", Plain(s.Name), Plain(s.Got))
		detail("note", s.Cause)
		return
	}
	fmt.Fprintf(b, "        %s: %s\n", style.red(Plain(s.Name)), Plain(s.Problem))
	detail("sent", s.Sent)
	detail("got", s.Got)
	detail("cause", s.Cause)
	detail("fix", s.Fix)
	detail("request id", s.RequestID)
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
	status := "pass"
	if r.Failed > 0 {
		status = "fail"
	}
	s.line("info", "test_summary", fmt.Sprintf("%d passed, %d failed, %d skipped.", r.Passed, r.Failed, r.Skipped),
		map[string]any{"test_summary": map[string]any{"status": status, "passed": r.Passed, "failed": r.Failed, "skipped": r.Skipped}})
}
