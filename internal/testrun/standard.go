package testrun

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/plan"
)

// Standard runs the test that needs no test file: apply to an empty org, the smoke tests, a second
// plan, the review, destroy. A step whose predecessor failed is skipped if it needs it.
func Standard(ctx context.Context, dir string, o *Options) (*Result, error) {
	in, err := start(dir, o)
	if err != nil {
		return nil, err
	}
	defer in.close()
	t := &recorder{result: &Result{Folder: dir}, now: o.Clock.LocalNow}
	defer t.end()
	if err := in.load(); err != nil {
		t.step("configuration", hcl.Range{}, func(*Step) error { return err })
		return t.result, nil
	}
	var known config.Known
	applied := t.step("apply", hcl.Range{}, func(s *Step) error {
		p, err := in.makePlan(ctx, false)
		if err != nil {
			return err
		}
		s.Summary = counted(p)
		known, s.Smoke, err = in.carryOut(ctx, p)
		return err
	})
	if applied {
		t.step("smoke tests", hcl.Range{}, func(s *Step) (err error) {
			s.Smoke, err = in.runSmoke(ctx, known)
			return smokeOutcome(s, err)
		})
		t.step("second plan", hcl.Range{}, func(s *Step) error { return in.secondPlan(ctx, s) })
	}
	t.step("review", hcl.Range{}, func(s *Step) error {
		return in.Failed(findingDiags(s, in.reviewed(), o.FailOn))
	})
	t.step("destroy", hcl.Range{}, func(s *Step) error {
		deleted, err := in.destroyAll(ctx)
		s.Summary = fmt.Sprintf("%d destroyed, nothing is left", deleted)
		return err
	})
	return t.result, nil
}

// secondPlan fails if the org is not as declared.
func (in *instance) secondPlan(ctx context.Context, s *Step) error {
	p, err := in.makePlan(ctx, false)
	if err != nil {
		return err
	}
	s.Summary = "no changes"
	return in.Failed(notEmpty(p))
}

func notEmpty(p *plan.Plan) hcl.Diagnostics {
	if p.Empty() {
		return nil
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "The second plan isn't empty", Detail: "Apply made the org as declared, and a new plan still shows changes:\n" + changesOf(p)}}
}

var errSmoke = errors.New("smoke tests failed")

// smokeOutcome sets what a step with smoke tests shows.
func smokeOutcome(s *Step, err error) error {
	if err != nil {
		return err
	}
	s.Summary = fmt.Sprintf("%d passed, %d failed, %d skipped", s.Smoke.Passed, s.Smoke.Failed, s.Smoke.Skipped)
	switch {
	case s.Smoke.Failed > 0:
		return errSmoke
	case len(s.Smoke.Tests) == 0:
		s.Outcome, s.Summary = Skipped, "no smoke test is declared"
	case s.Smoke.Untested():
		s.Outcome = Skipped
	}
	return nil
}

// findingDiags returns the findings that fail a review, and says in the step how many there are.
func findingDiags(s *Step, r *review.Review, failOn severity.Level) (diags hcl.Diagnostics) {
	less := 0
	for _, f := range append(r.Standing, r.Findings...) {
		if f.Waiver != nil {
			continue
		}
		if failOn == severity.None || f.Severity < failOn {
			less++
			continue
		}
		d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: fmt.Sprintf("Finding of severity %s: %s %s", f.Severity, f.Rule, f.Title), Detail: f.Message, Extra: findingKey(f.Rule)}
		if f.Fix != "" {
			d.Detail += "\nfix: " + f.Fix
		}
		if f.Range.Filename != "" {
			d.Subject = &f.Range
		}
		diags = append(diags, d)
	}
	noun := "findings"
	if less == 1 {
		noun = "finding"
	}
	s.Summary = fmt.Sprintf("%d %s below %s", less, noun, failOn)
	if failOn == severity.None {
		s.Summary = fmt.Sprintf("%d %s", less, noun)
	}
	return diags
}

// findingKey marks a diagnostic about a finding with its rule.
type findingKey string

// recorder records the steps of a test.
type recorder struct {
	result *Result
	now    func() time.Time
	began  time.Time
}

// step runs one step, and reports whether it passed.
func (t *recorder) step(name string, at hcl.Range, do func(*Step) error) bool {
	s := Step{Name: name, Outcome: Passed, Range: at}
	began := t.now()
	if t.began.IsZero() {
		t.began = began
	}
	err := do(&s)
	t.sourcesOf(err)
	s.Duration = t.now().Sub(began)
	if err != nil {
		s.Outcome, s.Summary = Failed, ""
		s.Diags = diagsOf(err)
	}
	t.result.Steps = append(t.result.Steps, s)
	return err == nil
}

// sourcesOf keeps the sources that an error refers to.
func (t *recorder) sourcesOf(err error) {
	if failed, ok := errors.AsType[*session.Error](err); ok {
		if t.result.Sources == nil {
			t.result.Sources = map[string]*hcl.File{}
		}
		maps.Copy(t.result.Sources, failed.Files)
	}
}

// end completes the result.
func (t *recorder) end() { t.result.Duration = t.now().Sub(t.began) }

// diagsOf returns an error as diagnostics. Failed smoke tests have none: their report says more.
func diagsOf(err error) hcl.Diagnostics {
	if errors.Is(err, errSmoke) {
		return nil
	}
	if failed, ok := errors.AsType[*session.Error](err); ok {
		return failed.Diagnostics
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "The step can't be done", Detail: err.Error()}}
}
