package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
)

type planOptions struct {
	inputs
	target
	planning
	refreshing
	destroy          bool
	detailedExitCode bool
	out              string
	format           string
}

// planFormats are the values of plan --format and show --format.
var planFormats = []string{"text", "markdown", "json", "html"}

func newPlan(a *app) *cobra.Command {
	o := &planOptions{}
	cmd := &cobra.Command{
		Use:   "plan [DIR]",
		Short: "Show what apply would change",
		Long: `Reads the org, compares it with the configuration, and shows what apply would
change. Changes nothing.

With --refresh=events only what has changed in the org since the last such plan is
read, as the System Log tells; what was read then is kept in the user's folder of
caches, for a day at most.

--out keeps the plan in a file, without secrets, for somebody to approve:
apply FILE carries out precisely that plan, or nothing.

--format json is one document in the form of Terraform's plan JSON, for policies
and viewers; --format markdown is for comments on pull requests; --format html is
one page that loads nothing, with the review of what the plan means for who may do
what.`,
		Example: `  oktaform plan --org sandbox examples/quickstart
  oktaform plan --refresh=events
  oktaform plan --out access.plan
  oktaform plan --detailed-exitcode --var-file prod.tfvars`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runPlan(cmd.Context(), a, folder(args), o) },
	}
	o.target.add(cmd)
	o.inputs.add(cmd)
	o.addInput(cmd)
	o.planning.add(cmd)
	o.refreshing.add(cmd)
	cmd.Flags().BoolVar(&o.destroy, "destroy", false, "plan what destroy would do")
	cmd.Flags().BoolVar(&o.detailedExitCode, "detailed-exitcode", false, "exit with 2 when there are changes")
	cmd.Flags().StringVar(&o.out, "out", "", "keep the plan in `FILE`, for apply FILE and show FILE")
	addPlanFormat(cmd, &o.format)
	return cmd
}

func addPlanFormat(cmd *cobra.Command, format *string) {
	cmd.Flags().StringVar(format, "format", "text", "the form of the output: "+strings.Join(planFormats, ", "))
}

func runPlan(ctx context.Context, a *app, dir string, o *planOptions) error {
	if err := a.checkPlanFormat(o.format); err != nil {
		return err
	}
	a.begin()
	s, p, err := a.planned(ctx, dir, o)
	if err != nil {
		return err
	}
	defer s.close()
	if o.out != "" || !a.json {
		p.As = s.as(ctx)
	}
	document := sync.OnceValue(func() *plan.Document {
		d := p.Document(s.planOptions(o.planning, o.destroy), s.stamp())
		d.Describe(s.config)
		return d
	})
	if o.out != "" {
		data, err := document().Encode()
		if err == nil {
			err = s.trees.Replace(o.out, data, 0o600)
		}
		if err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	if !a.json && o.format == "text" {
		a.print(view.Where(p, p.As, a.style()))
	}
	if err := a.showPlan(p, document, s.config, o.format, s.stamp()); err != nil {
		return err
	}
	if o.out != "" && !a.json && o.format == "text" {
		options, untold := o.again(a, dir)
		a.print(view.Kept(p, o.out, options, untold))
	}
	if o.detailedExitCode && !p.Empty() {
		return statusError(exitChanges)
	}
	return nil
}

func (a *app) checkPlanFormat(format string) error {
	switch {
	case !slices.Contains(planFormats, format):
		return fmt.Errorf("%q is no format of a plan; use one of %s", format, strings.Join(planFormats, ", "))
	case a.json && format != "text":
		return errors.New("--json writes lines for programs that follow a run, and --format another form: use one of them")
	}
	return nil
}

// showPlan writes a plan in the form that was asked for. With text and --json, it
// is written as lines of JSON. document makes the whole plan as JSON, which takes as
// long as planning, so it is called only where that is asked for. c is the plan's
// configuration, where that is known; now decides which of its waivers have expired.
func (a *app) showPlan(p *plan.Plan, document func() *plan.Document, c *config.Config, format string, now time.Time) error {
	switch {
	case a.json:
		a.stream().Plan(p)
	case format == "json":
		text, err := view.PlanDocument(document())
		a.print(text)
		return err
	case format == "markdown":
		a.print(view.PlanMarkdown(p, view.MarkdownLimit))
	case format == "html":
		text, err := view.PlanHTML(p, view.NewReview(a.reviewOf(p, c, review.Options{Limit: review.DefaultLimit, Now: now}), "", ""))
		a.print(text)
		return err
	default:
		a.print(view.Plan(p, a.style()))
	}
	return nil
}

// planned makes the plan, and leaves the session open.
func (a *app) planned(ctx context.Context, dir string, o *planOptions) (s *session, p *plan.Plan, err error) {
	offline, err := o.offline()
	if err != nil {
		return nil, nil, err
	}
	if offline && o.out != "" {
		return nil, nil, errors.New("a plan to apply is made with the org: leave --out out, or --refresh=false")
	}
	if offline {
		s, err = a.openOffline(dir, o.inputs)
	} else {
		s, err = a.open(ctx, dir, o.inputs, o.target)
	}
	if err != nil {
		return nil, nil, err
	}
	options := s.planOptions(o.planning, o.destroy)
	s.events = o.refresh == "events"
	if offline {
		p, err = s.planFrom(o.snapshot, o.org, options)
	} else {
		p, err = s.plan(ctx, options)
	}
	if err != nil {
		s.close()
	}
	return s, p, err
}
