// Package smoke proves with real tokens that the declared access works, and
// that what was not declared is refused. It gets tokens from the org's own
// endpoints (client credentials, authorization code with PKCE, DPoP), calls the
// API with them, and explains each failure.
package smoke

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
)

// Report is what a run of smoke tests found. It holds no secrets, and no body
// of a successful answer, since those hold people's data.
type Report struct {
	Tests   []Result `json:"tests"` // in the order in which they were given
	Passed  int      `json:"passed"`
	Failed  int      `json:"failed"`
	Skipped int      `json:"skipped"`
	// Required says that it is a failure if no test was run.
	Required bool `json:"required,omitempty"`
	// Coverage is nil where nobody asked for it.
	Coverage *Coverage `json:"coverage,omitempty"`
}

// Outcome is how a test ended.
type Outcome string

// Outcomes of a test.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped" // can't be run here; Result.Reason says why
)

// Result is one smoke test.
type Result struct {
	Name     string        `json:"name"`
	App      string        `json:"app"` // its address, or "client" and its id
	Range    hcl.Range     `json:"-"`   // of the smoke_test block
	Outcome  Outcome       `json:"outcome"`
	Reason   string        `json:"reason,omitempty"` // of Skipped
	Steps    []Step        `json:"steps"`
	Duration time.Duration `json:"duration_ns"`

	app, user schema.Addr // whose token it is
	used      usage
}

// Step is one exchange with the org, or one check of what it answered.
type Step struct {
	Name    string `json:"name"`
	Sent    string `json:"sent,omitempty"` // the request, secrets as "(sensitive)"
	Got     string `json:"got,omitempty"`  // the answer in short
	OK      bool   `json:"ok"`
	Problem string `json:"problem,omitempty"` // what is wrong, empty when OK
	// Diagnosis is a short name of the cause, the same for the same cause. A step
	// that is OK has one, and a cause, where its answer deserves a remark.
	Diagnosis string        `json:"diagnosis,omitempty"`
	Cause     string        `json:"cause,omitempty"` // the likely one
	Fix       string        `json:"fix,omitempty"`   // what to do
	Body      string        `json:"body,omitempty"`  // of an error, cut
	RequestID string        `json:"request_id,omitempty"`
	Attempts  int           `json:"attempts,omitempty"` // above 1 when an answer had to settle first
	Duration  time.Duration `json:"duration_ns"`

	// inconclusive says that the answer may be another one in a moment, since
	// changes take some seconds to be seen everywhere in the org.
	inconclusive bool
}

// MarshalJSON adds the place of the test in the form of Terraform's
// diagnostics.
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

// Summary is the report in a line.
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
