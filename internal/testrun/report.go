// Package testrun tests a configuration in embedded orgs of its own: it applies, runs the smoke
// tests, plans again, reviews and destroys (standard.go), or does what the runs of a test file say
// (file.go). An org lives in memory and ends with its test, and no private key file is read or
// written.
package testrun

import (
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/smoke"
)

// Outcome is the result of a step.
type Outcome string

// Outcomes of a step.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped" // Step.Summary says why
)

// Step is one step of a test.
type Step struct {
	Name     string
	Outcome  Outcome
	Summary  string // what was done, in a few words
	Duration time.Duration
	// Diags say why the step failed.
	Diags hcl.Diagnostics
	// Smoke is the report of the smoke tests of the step, or nil.
	Smoke *smoke.Report
	Range hcl.Range // of the run block; zero for a standard test
}

// Result is the result of one test: of a configuration's folder, or of one of its test files.
type Result struct {
	Folder   string
	File     string // the test file; "" for the standard test
	Steps    []Step
	Sources  map[string]*hcl.File // of the diagnostics
	Duration time.Duration
}

// Name returns the test file, or the folder of a standard test.
func (r *Result) Name() string {
	if r.File != "" {
		return r.File
	}
	return r.Folder
}

// Failed reports whether a step failed.
func (r *Result) Failed() bool { return r.count(Failed) > 0 }

func (r *Result) count(outcome Outcome) (n int) {
	for i := range r.Steps {
		if r.Steps[i].Outcome == outcome {
			n++
		}
	}
	return n
}

// Report holds the results of all tests.
type Report struct {
	Results  []*Result
	Duration time.Duration
}

// Untested returns the folders in whose tests no smoke test was run.
func (r *Report) Untested() (folders []string) {
	tested := map[string]bool{}
	for _, result := range r.Results {
		ran := slices.ContainsFunc(result.Steps, func(s Step) bool { return s.Smoke != nil && !s.Smoke.Untested() })
		tested[result.Folder] = tested[result.Folder] || ran
	}
	for folder, was := range tested {
		if !was {
			folders = append(folders, folder)
		}
	}
	slices.Sort(folders)
	return folders
}

// Count returns the number of steps with the outcome.
func (r *Report) Count(outcome Outcome) (n int) {
	for _, result := range r.Results {
		n += result.count(outcome)
	}
	return n
}
