package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// apply carries out the plan. The first interrupt lets the changes in flight end,
// and starts nothing new; the second ends the program's requests at once.
func (s *session) apply(ctx context.Context, p *plan.Plan, o *applyOptions) (*apply.Result, error) {
	a := s.app
	ctx, stop, done := a.interruptible(ctx)
	defer done()
	if !p.Empty() && !a.json {
		a.print("\n")
	}
	options := apply.Options{
		Parallelism: cmp.Or(o.parallelism, changesAtOnce), Clock: a.env.clock.LocalNow, Stop: stop,
		Events: func(e apply.Event) {
			a.stream().Event(e)
			if !a.json {
				a.print(view.Progress(e, a.style()))
			}
		},
	}
	if s.lease != nil {
		options.Hold = s.lease.Hold
	}
	if !o.noSmoke && !o.smokeAfter {
		options.Smoke = func(ctx context.Context, tests []schema.SmokeTest) []string {
			if !a.json {
				a.print("\nWhat is new is tested before what it replaces is removed.\n")
			}
			report := s.runner(ctx).Run(ctx, comeBack(tests))
			s.showReport(report)
			return failedTests(report)
		}
	}
	s.expect(p)
	result, diags := apply.Run(ctx, p, s.config, s.client, options)
	s.endJob()
	incomplete := diags.HasErrors() || result.NotDone > 0 || len(result.Withheld) > 0
	a.stream().Applied(result, p.Destroy)
	switch {
	case a.json:
	case incomplete:
		a.print("\n" + view.Stopped(result, o.rollback, a.style()))
	default:
		a.print("\n" + view.Applied(result, p.Destroy, a.style()))
	}
	switch {
	case diags.HasErrors():
		return result, s.failed(diags)
	case tested(result):
		return result, statusError(exitSmoke)
	case incomplete:
		return result, statusError(exitError)
	}
	return result, nil
}

// tested reports whether a smoke test kept something from being removed.
func tested(result *apply.Result) bool {
	for _, w := range result.Withheld {
		if len(w.Tests) > 0 {
			return true
		}
	}
	return false
}

func failedTests(report smoke.Report) []string {
	var failed []string
	for _, t := range report.Tests {
		if t.Outcome == smoke.Failed {
			failed = append(failed, t.Name)
		}
	}
	return failed
}

// interruptible is a context that the second interrupt ends, and a channel that
// the first one closes.
func (a *app) interruptible(parent context.Context) (ctx context.Context, stop <-chan struct{}, done func()) {
	ctx, cancel := context.WithCancel(parent)
	stopped := make(chan struct{})
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	crash.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-signals:
			case <-ctx.Done():
				return
			}
			if n > 0 {
				cancel()
				return
			}
			fmt.Fprintln(a.env.stderr, "Interrupted: the changes in flight are finished, nothing new is started. Interrupt again to stop at once.")
			close(stopped)
		}
	})
	return ctx, stopped, func() {
		signal.Stop(signals)
		cancel()
	}
}

// finish runs the smoke tests of what the plan was about, and shows the outputs.
func (s *session) finish(ctx context.Context, p *plan.Plan, known config.Known, o *applyOptions) error {
	eval := s.config.Evaluate(known)
	var failure error
	if !o.noSmoke {
		tests, diags := eval.SmokeTests()
		if err := s.failed(diags); err != nil {
			return err
		}
		tests = slices.DeleteFunc(tests, func(t schema.SmokeTest) bool { return !p.Targeted(t.App.Addr) })
		failure = s.smoke(ctx, eval, tests, reporting{require: o.requireSmoke})
	}
	outputs, diags := eval.Outputs()
	if err := s.failed(diags); err != nil {
		return err
	}
	s.app.stream().Outputs(outputs)
	if !s.app.json {
		s.app.print(view.Outputs(outputs, s.app.style()))
	}
	return failure
}
