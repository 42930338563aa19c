package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Apply plans, asks for approval, and applies the plan, as the flags of the command say.
func (a *App) Apply(ctx context.Context, dir string, o *ApplyOptions) error {
	if a.JSON && !o.AutoApprove {
		return errors.New("--json can't ask for approval: add --auto-approve")
	}
	if o.NoInput() && !o.AutoApprove && o.Saved == nil {
		return errors.New("--input=false can't ask for approval: add --auto-approve")
	}
	if o.Lease != "on" && o.Lease != "off" {
		return fmt.Errorf("--lease must be on or off, not %q", o.Lease)
	}
	if err := a.Journal.Open(a.Trees(dir), o.Journal); err != nil {
		return err
	}
	defer a.Journal.Close()
	a.Begin()
	s, err := a.Open(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer s.Close()
	p, err := s.Approved(ctx, o, nil)
	if err != nil {
		return err
	}
	p, release, err := s.Lock(ctx, p, o)
	if err != nil {
		return err
	}
	if o.Begin != nil {
		if err := o.Begin(s); err != nil {
			return errors.Join(err, release(nil, false))
		}
	}
	result, err := s.CarryOut(ctx, p, o)
	after := errors.Join(release(result, err == nil), a.Journal.Err)
	if err == nil {
		return after
	}
	if after != nil {
		a.ShowDiagnostics(DiagnosticsOf(after))
	}
	return err
}

// apply applies the plan. The first interrupt lets current changes finish and starts no new ones;
// the second cancels the program's requests.
func (s *Session) apply(ctx context.Context, p *plan.Plan, o *ApplyOptions) (*apply.Result, error) {
	a := s.App
	flight := &inFlight{}
	ctx, stop, done := a.interruptible(ctx, s.waitsFor(flight))
	defer done()
	if !p.Empty() && !a.JSON {
		a.Print("\n")
	}
	options := apply.Options{
		Parallelism: o.parallelism, Stop: stop,
		Events: func(e apply.Event) {
			a.Stream().Event(e)
			if flight.event(e); !a.JSON && e.Step != apply.Skipped {
				a.Print(view.Progress(e, a.Style()))
			}
		},
	}
	if !o.NoSmoke && !o.SmokeAfter {
		options.Smoke = func(ctx context.Context, tests []schema.SmokeTest) []string {
			if !a.JSON {
				a.Print("\nNew objects are tested before the replaced ones are removed.\n")
			}
			report := s.RunTests(ctx, tests)
			s.showReport(report)
			return session.FailedTests(report)
		}
	}
	result, diags := s.Session.Apply(ctx, p, options)
	s.EndJob()
	if !a.JSON {
		a.Print(view.NotStarted(flight.skipped, a.Style()))
	}
	incomplete := diags.HasErrors() || result.NotDone > 0 || len(result.Withheld) > 0
	a.Stream().Applied(result, p.Destroy)
	switch {
	case a.JSON:
	case incomplete:
		a.Print("\n" + view.Stopped(result, o.Rollback, a.Style()))
	default:
		a.Print("\n" + view.Applied(result, p.Destroy, a.Style()))
		if identity, _ := s.Config.Evaluate(p.Known()).Identity(); result.Done.Import > 0 && len(identity.Imports) > 0 {
			a.Say("Import blocks of what this org has imported are no longer needed: remove them, unless another org still needs them.\n")
		}
	}
	switch {
	case diags.HasErrors():
		return result, s.Failed(diags)
	case tested(result):
		return result, StatusError(ExitSmoke)
	case incomplete:
		return result, StatusError(ExitError)
	}
	return result, nil
}

// tested reports whether a failed smoke test prevented a removal.
func tested(result *apply.Result) bool {
	for _, w := range result.Withheld {
		if len(w.Tests) > 0 {
			return true
		}
	}
	return false
}

// finish runs the smoke tests for the plan and shows the outputs.
func (s *Session) finish(ctx context.Context, p *plan.Plan, known config.Known, o *ApplyOptions) error {
	eval := s.Config.Evaluate(known)
	var failure error
	if !o.NoSmoke {
		tests, diags := eval.SmokeTests()
		if err := s.Failed(diags); err != nil {
			return err
		}
		tests = slices.DeleteFunc(tests, func(t schema.SmokeTest) bool { return !p.Targeted(t.App.Addr) })
		failure = s.Smoke(ctx, eval, tests, SmokeReport{Require: o.RequireSmoke})
	}
	outputs, diags := eval.Outputs()
	if err := s.Failed(diags); err != nil {
		return err
	}
	s.App.Stream().Outputs(outputs)
	if !s.App.JSON {
		s.App.Print(view.Outputs(outputs, s.App.Style()))
	}
	return failure
}
