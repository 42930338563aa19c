package session

import (
	"context"

	"github.com/oktaform/oktaform/internal/browser"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Runner runs smoke tests against the session's org.
func (s *Session) Runner(ctx context.Context) *smoke.Runner {
	_, _ = s.Now(ctx) // the tests report if the org cannot be reached
	return &smoke.Runner{ReadFile: s.KeyFile, URL: s.Client.URL(), Client: s.Client.HTTP(), Secret: s.Client.ClientSecret, Policy: s.Client.AccessPolicy,
		Clock: s.Clock.LocalNow, OrgTime: s.Client.OrgClock().Estimate, Browser: s.Browser, Immediate: s.Immediate}
}

// RunTests runs smoke tests. A person who signs in for one is redirected to this machine.
func (s *Session) RunTests(ctx context.Context, tests []schema.SmokeTest) smoke.Report {
	return s.Runner(ctx).Run(ctx, browser.WithRedirects(tests))
}

// FailedTests returns the names of the failed tests in a report.
func FailedTests(report smoke.Report) []string {
	var failed []string
	for _, t := range report.Tests {
		if t.Outcome == smoke.Failed {
			failed = append(failed, t.Name)
		}
	}
	return failed
}

// AsIs evaluates the configuration with the org as it is.
func (s *Session) AsIs(ctx context.Context) (*config.Evaluation, error) {
	// Nothing is changed, so nobody can gain rights through unknown keys.
	p, err := s.Plan(ctx, plan.Options{Owner: s.Config.Owner, TrustKeys: true, TrustRights: true, AbsentImports: true})
	if err != nil {
		return nil, err
	}
	return s.Config.Evaluate(p.Known()), nil
}
