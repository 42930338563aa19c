package view

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/testrun"
)

// TestResult returns the steps of one test, a line each, with the reasons of failures.
func TestResult(r *testrun.Result, style Style, width int) string {
	var b strings.Builder
	b.WriteString(style.Bold(Plain(r.Name())) + "\n")
	for i := range r.Steps {
		s := &r.Steps[i]
		word := map[testrun.Outcome]string{testrun.Passed: style.Green("pass"), testrun.Failed: style.Red("FAIL"), testrun.Skipped: style.Yellow("skip")}[s.Outcome]
		b.WriteString(style.fill(fmt.Sprintf("  %s  %s", word, Plain(testLine(s))), "        ") + "\n")
		if s.Outcome != testrun.Failed {
			continue
		}
		for _, t := range failedSmoke(s) {
			test(&b, t, style)
		}
		if len(s.Diags) > 0 {
			b.WriteString("\n")
			_ = Diagnostics(&b, s.Diags, r.Sources, style, width)
		}
	}
	return b.String() + "\n"
}

// testLine returns a step in a line.
func testLine(s *testrun.Step) string {
	if s.Summary == "" {
		return s.Name
	}
	return s.Name + ": " + s.Summary
}

func failedSmoke(s *testrun.Step) (list []*smoke.Result) {
	if s.Smoke == nil {
		return nil
	}
	for i := range s.Smoke.Tests {
		if s.Smoke.Tests[i].Outcome == smoke.Failed {
			list = append(list, &s.Smoke.Tests[i])
		}
	}
	return list
}

// TestSummary returns the last line of a run of tests.
func TestSummary(r *testrun.Report, style Style) string {
	text := testCounts(r) + " " + style.Dim("["+took(r.Duration)+"]") + "\n"
	if r.Count(testrun.Failed) > 0 {
		return style.Bold(style.Red("Failure!")) + " " + text
	}
	return style.Bold(style.Green("Success!")) + " " + text
}

func testCounts(r *testrun.Report) string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped.", r.Count(testrun.Passed), r.Count(testrun.Failed), r.Count(testrun.Skipped))
}

// TestResult writes a test_step for each step of a test.
func (s *Stream) TestResult(r *testrun.Result) {
	for i := range r.Steps {
		step := &r.Steps[i]
		level := "info"
		if step.Outcome == testrun.Failed {
			level = "error"
		}
		diags := []diagnosticJSON{}
		for _, d := range step.Diags {
			diags = append(diags, newDiagnosticJSON(d, r.Sources))
		}
		body := map[string]any{"folder": r.Folder, "file": r.File, "name": step.Name, "outcome": step.Outcome, "summary": step.Summary,
			"duration_ns": step.Duration, "diagnostics": diags}
		if failed := failedSmoke(step); len(failed) > 0 {
			body["failed_smoke_tests"] = failed
		}
		s.line(level, "test_step", fmt.Sprintf("%s: %s: %s", r.Name(), step.Name, step.Outcome), map[string]any{"test_step": body})
	}
}

// TestSummary ends the stream of a run of tests.
func (s *Stream) TestSummary(r *testrun.Report) {
	status := "pass"
	if r.Count(testrun.Failed) > 0 {
		status = "fail"
	}
	s.line("info", "test_summary", testCounts(r), map[string]any{"test_summary": map[string]any{"status": status, "passed": r.Count(testrun.Passed),
		"failed": r.Count(testrun.Failed), "skipped": r.Count(testrun.Skipped)}})
}

// TestJUnit writes the results as JUnit XML: a suite for each test, a case for each step.
func TestJUnit(w io.Writer, r *testrun.Report, now time.Time) error {
	out := junitSuites{Name: "oktaform test", Time: junitTime(r.Duration), Failures: r.Count(testrun.Failed)}
	for _, result := range r.Results {
		suite := junitSuite{Name: Plain(result.Name()), Tests: len(result.Steps), Time: junitTime(result.Duration), Timestamp: now.UTC().Format("2006-01-02T15:04:05")}
		for i := range result.Steps {
			s := &result.Steps[i]
			c := junitCase{Name: Plain(s.Name), Classname: suite.Name, Time: junitTime(s.Duration), Out: Plain(s.Summary)}
			switch s.Outcome {
			case testrun.Skipped:
				suite.Skipped++
				c.Skipped = &junitSkipped{Plain(s.Summary)}
			case testrun.Failed:
				suite.Failures++
				c.Failure = testFailure(result, s)
			}
			suite.Cases = append(suite.Cases, c)
		}
		out.Tests += suite.Tests
		out.Suites = append(out.Suites, suite)
	}
	return writeXML(w, out)
}

// testFailure describes a failed step with its place and reasons.
func testFailure(r *testrun.Result, s *testrun.Step) *junitFailure {
	f := &junitFailure{Message: "failed", Type: "test"}
	var b strings.Builder
	for _, t := range failedSmoke(s) {
		if why := failureOf(t); b.Len() == 0 {
			f.Message = Plain(t.Name) + ": " + why.Message
		}
		test(&b, t, Style{})
	}
	if len(s.Diags) > 0 {
		f.Message = Plain(s.Diags[0].Summary)
		_ = Diagnostics(&b, s.Diags, r.Sources, Style{}, 0)
	}
	f.Text = b.String()
	return f
}
