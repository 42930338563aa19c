package smoke_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/smoke"
)

// TestTroubleshooting breaks one thing after the other, and holds what the smoke
// tests say against the table and against docs/troubleshooting.md. UPDATE=1
// writes the page.
func TestTroubleshooting(t *testing.T) {
	const file = "../../docs/troubleshooting.md"
	var page strings.Builder
	page.WriteString(troubleshootingHead)
	rows := 0
	for _, group := range brokenSetups() {
		fmt.Fprintf(&page, "\n## %s\n", group.title)
		for _, row := range group.rows {
			rows++
			t.Run(row.what, func(t *testing.T) { page.WriteString(row.section(t)) })
		}
	}
	if rows < 40 {
		t.Errorf("only %d rows", rows)
	}
	if t.Failed() {
		return
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != page.String() {
		t.Errorf("docs/troubleshooting.md isn't what the smoke tests say: run UPDATE=1 go test ./internal/smoke -run TestTroubleshooting (%v)", err)
	}
}

const troubleshootingHead = `# Troubleshooting

Errors with tokens and calls of the API, their causes, and what to do. To find an
error, search this page for the words of its message.

If oktaform itself can't sign in or reach the org, run ` + "`oktaform doctor`" + `: it checks the network,
the clock, the credential and the key files, and says how to mend each.

A test breaks each of these setups on purpose, in the embedded org; the texts are
those of a smoke test. oktaform itself uses the org's clock: the errors about clocks
happen to clients that use their own.
`

// section runs the broken setup and is its part of the page.
func (row brokenSetup) section(t *testing.T) string {
	s := newSetup(t)
	test := row.test(s)
	row.spoil(s, &test)
	result := s.run(test).Tests[0]
	want := row.outcome
	if want == "" {
		want = smoke.Failed
	}
	step := telling(result)
	if result.Outcome != want || step.Diagnosis != row.diagnosis && row.diagnosis != "" {
		t.Errorf("%s, %q at %q (%s)\nwant %s, %q; %+v", result.Outcome, step.Diagnosis, step.Name, step.Problem, want, row.diagnosis, result)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n", strings.ToUpper(row.what[:1])+row.what[1:])
	switch want {
	case smoke.Skipped:
		fmt.Fprintf(&b, "The test is skipped:\n\n> %s\n", s.plain(result.Reason))
		return b.String()
	case smoke.Passed:
		fmt.Fprintf(&b, "The test passes, with a remark: **%s**\n\n> %s: %s\n", step.Diagnosis, step.Name, s.plain(step.Got))
	default:
		fmt.Fprintf(&b, "**%s**\n\n> %s: %s\n", step.Diagnosis, s.plain(step.Name), s.plain(step.Problem))
	}
	if step.Fix == "" || step.Cause == "" && row.diagnosis != "private key can't be used" {
		t.Errorf("no cause or fix: %+v", step)
	}
	if step.Cause != "" {
		fmt.Fprintf(&b, "\n%s\n", s.plain(step.Cause))
	}
	fmt.Fprintf(&b, "\n*What to do:* %s\n", s.plain(step.Fix))
	return b.String()
}

// telling is the step that failed, or else the last one with a remark.
func telling(r smoke.Result) smoke.Step {
	var told smoke.Step
	for _, step := range r.Steps {
		if !step.OK {
			return step
		}
		if step.Diagnosis != "" {
			told = step
		}
	}
	return told
}

var (
	anyID   = regexp.MustCompile(`\b(0oa|00u|00g)[0-9A-Za-z]{17}\b`)
	anyTemp = regexp.MustCompile(`/[^ ]*/key\.pem`)
	anyPort = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]{5}`)
)

// plain takes out of a text what differs from run to run.
func (s *setup) plain(text string) string {
	text = anyPort.ReplaceAllString(text, "https://example.okta.com")
	return anyTemp.ReplaceAllString(anyID.ReplaceAllString(text, "$1..."), "keys/reporter-1.pem")
}
