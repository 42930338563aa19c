package reviewcmd

import (
	"context"
	"time"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/view/accessview"
	"github.com/oktaform/oktaform/plan"
)

// The reviews of what will happen in an org: of a saved plan, and of one that is made now.

// reviewOrg plans, and compares what the org has with what it would have.
func reviewOrg(ctx context.Context, a *cli.App, dir string, o *reviewOptions, evidence *accessview.ReviewEvidence) (*review.Review, error) {
	s, err := a.Open(ctx, dir, o.inputs, o.Target)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	p, err := s.Plan(ctx, s.PlanOptions(*cli.ReadingFlags(), false))
	if err != nil {
		return nil, err
	}
	now, err := s.Client.OrgClock().Now(ctx)
	if err != nil {
		return nil, err
	}
	evidence.Org, evidence.Owner = p.URL, p.Owner
	reviewed(a, dir, s.Config, evidence)
	return review.AssessPlan(p, s.Config, review.Options{Now: now, Limit: o.limit}), nil
}

// reviewPlan compares what the org had when a plan was saved with what it will have, both from the
// file.
func reviewPlan(a *cli.App, args []string, o *reviewOptions, evidence *accessview.ReviewEvidence) (*review.Review, error) {
	saved, err := a.ReadPlan(o.plan)
	if err != nil {
		return nil, err
	}
	evidence.Org, evidence.Owner = saved.Plan.URL, saved.Plan.Owner
	var c *config.Config
	if len(args) > 0 {
		if c, err = a.Evaluated(args[0], config.Options{Checkout: a.Checkouts(), Inputs: o.inputs.List}); err != nil {
			return nil, err
		}
		defer func() { _ = c.Close() }()
		reviewed(a, args[0], c, evidence)
	}
	return review.AssessPlan(saved.Plan, c, review.Options{Now: timeSince(a, saved), Limit: o.limit}), nil
}

// timeSince returns this machine's time, but not before a plan was saved by the org's clock: a slow
// clock cannot prolong waivers by more than the age of the plan.
func timeSince(a *cli.App, saved *plan.Saved) time.Time {
	now := a.Env.Clock.LocalNow()
	if made, err := time.Parse(time.RFC3339, saved.Document.Timestamp); err == nil && made.After(now) {
		return made
	}
	return now
}
