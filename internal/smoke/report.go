// Package smoke proves with real tokens that the declared access works, and that undeclared access
// is refused. It gets tokens from the org's own endpoints (client credentials, authorization code
// with PKCE, DPoP), calls the API with them, and explains each failure. Runner.Run is the entry
// point; test.go shows the steps of one test.
package smoke

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
)

// Report is the result of a run of smoke tests. It holds no secrets and no bodies of successful
// answers, which contain personal data.
type Report struct {
	Tests   []Result `json:"tests"` // in the order in which they were given
	Passed  int      `json:"passed"`
	Failed  int      `json:"failed"`
	Skipped int      `json:"skipped"`
	// Required makes it a failure if no test was run.
	Required bool `json:"required,omitempty"`
	// Coverage is nil unless it was requested.
	Coverage *Coverage `json:"coverage,omitempty"`
}

// Outcome is the result of a test.
type Outcome string

// Outcomes of a test.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped" // could not be run here; Result.Reason says why
)

// Result is the result of one smoke test.
type Result struct {
	Name     string        `json:"name"`
	App      string        `json:"app"` // its address, or "client" and its id
	Range    hcl.Range     `json:"-"`   // of the smoke_test block
	Outcome  Outcome       `json:"outcome"`
	Reason   string        `json:"reason,omitempty"` // of Skipped
	Steps    []Step        `json:"steps"`
	Duration time.Duration `json:"duration_ns"`

	app, user schema.Addr // the principals of the token
	used      usage
}

// Step is one exchange with the org, or one check of its answer.
type Step struct {
	Name    string `json:"name"`
	Sent    string `json:"sent,omitempty"` // the request, secrets as "(sensitive)"
	Got     string `json:"got,omitempty"`  // a summary of the answer
	OK      bool   `json:"ok"`
	Problem string `json:"problem,omitempty"` // what is wrong; empty if OK
	// Diagnosis is a short name of the cause, always the same for the same cause. A step that is OK
	// has one, and a Cause, if its answer deserves a remark.
	Diagnosis string        `json:"diagnosis,omitempty"`
	Cause     string        `json:"cause,omitempty"` // the likely one
	Fix       string        `json:"fix,omitempty"`   // what to do
	Body      string        `json:"body,omitempty"`  // of an error, shortened
	RequestID string        `json:"request_id,omitempty"`
	Attempts  int           `json:"attempts,omitempty"` // above 1 if the step was repeated until a change was visible
	Duration  time.Duration `json:"duration_ns"`

	// inconclusive means that the result may change in a moment, because changes take some seconds
	// to become visible everywhere in the org.
	inconclusive bool
}

// MarshalJSON adds the test's position in the form of Terraform's diagnostics.
func (r Result) MarshalJSON() ([]byte, error) {
	type plain Result
	return json.Marshal(struct {
		plain
		Range place `json:"range"`
	}{plain(r), place{r.Range.Filename, position(r.Range.Start), position(r.Range.End)}})
}

type place struct {
	Filename string   `json:"filename"`
	Start    position `json:"start"`
	End      position `json:"end"`
}

type position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}

// Untested reports whether no test was run: none is declared, or all were skipped.
func (r *Report) Untested() bool { return r.Passed+r.Failed == 0 }

// Summary returns the report in one line.
func (r *Report) Summary() string {
	if len(r.Tests) == 0 {
		return "No smoke test is declared: nothing was tested"
	}
	text := fmt.Sprintf("%d passed, %d failed, %d skipped", r.Passed, r.Failed, r.Skipped)
	if r.Untested() {
		text += ": nothing was tested"
	}
	return text
}

func (r *Report) count() {
	for _, t := range r.Tests {
		switch t.Outcome {
		case Passed:
			r.Passed++
		case Failed:
			r.Failed++
		case Skipped:
			r.Skipped++
		}
	}
}
