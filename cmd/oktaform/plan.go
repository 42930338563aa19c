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

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/cli/importcmd"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/internal/view/accessview"
	"github.com/oktaform/oktaform/plan"
)

type planOptions struct {
	cli.Planning
	detailedExitCode bool
	out              string
	generated        string
	format           string
	rehearse         bool
	// rehearsed are the flags that limit the apply that is rehearsed.
	rehearsed cli.ApplyOptions
}

// planFormats are the values of plan --format and show --format.
var planFormats = []string{"text", "markdown", "json", "html"}

func newPlan(a *cli.App) *cobra.Command {
	o := &planOptions{}
	cmd := &cobra.Command{
		Use:   "plan [DIR]",
		Short: "Show what apply would change",
		Long: `Reads the org, compares it with the configuration, and shows what apply would
change. Changes nothing.

--refresh=events reads only what the System Log shows as changed since the last
such plan. The rest comes from the read cache in the user's cache folder, which is
used for a day at most.

--out saves the plan in a file, without secrets, for somebody to approve:
apply FILE applies exactly that plan, or nothing.

--rehearse copies the objects of the plan into an embedded org, applies the plan
there, runs the smoke tests, and ends with the exit status of that apply. Nothing
is written to the org. --max-deletes, --force, --allow-admin-removal and --lease are
those of the apply that it rehearses.

--format json writes one document in the form of Terraform's plan JSON, for policies
and viewers; --format markdown is for comments on pull requests; --format html is
one page without external resources, with the review of how the plan changes access.`,
		Example: `  oktaform plan --org sandbox examples/quickstart
  oktaform plan --refresh=events
  oktaform plan --out access.plan
  oktaform plan --detailed-exitcode --var-file prod.tfvars`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runPlan(cmd.Context(), a, cli.Folder(args), o) },
	}
	o.Target.Add(cmd)
	o.Inputs.Add(cmd)
	o.AddInput(cmd)
	o.PlanFlags.Add(cmd)
	o.Refresh.Add(cmd)
	cmd.Flags().BoolVar(&o.Destroy, "destroy", false, "plan what destroy would do")
	cmd.Flags().BoolVar(&o.detailedExitCode, "detailed-exitcode", false, "exit with 2 when there are changes")
	cmd.Flags().StringVar(&o.out, "out", "", "save the plan to `FILE`, for apply FILE and show FILE")
	cmd.Flags().BoolVar(&o.rehearse, "rehearse", false, cli.RehearseHelp)
	o.rehearsed.AddRehearsed(cmd)
	cmd.Flags().StringVar(&o.generated, "generate-config-out", "", "write blocks for the objects that import blocks name and no block declares to `FILE`, and plan with them")
	addPlanFormat(cmd, &o.format)
	return cmd
}

func addPlanFormat(cmd *cobra.Command, format *string) {
	cmd.Flags().StringVar(format, "format", "text", "the format of the output: "+strings.Join(planFormats, ", "))
	cli.CompleteFormat(cmd, planFormats...)
}

func runPlan(ctx context.Context, a *cli.App, dir string, o *planOptions) error {
	if err := checkPlanFormat(a, o.format); err != nil {
		return err
	}
	if o.Concise && (a.JSON || o.format != "text") {
		return errors.New("--concise shortens the text of a plan: remove it, or --json and --format")
	}
	if !o.rehearse {
		if name := o.rehearsed.GivenFlag(); name != "" {
			return fmt.Errorf("--%s is a flag of apply: a plan takes it with --rehearse only", name)
		}
	}
	if o.rehearse && (o.format != "text" || o.From == "false") {
		return errors.New("--rehearse reads the org and writes text or the lines of --json: remove --format and --refresh=false")
	}
	a.Begin()
	if o.generated != "" {
		if err := importcmd.GenerateMissing(ctx, a, dir, o.generated, o.Inputs, o.Target); err != nil {
			return err
		}
	}
	if offline, err := o.Offline(); err == nil && offline && o.out != "" {
		return errors.New("a saved plan is made with the org: remove --out or --refresh=false")
	}
	s, p, err := o.Plan(ctx, a, dir)
	if err != nil {
		return err
	}
	defer s.Close()
	if o.out != "" || !a.JSON {
		p.As = s.Principal(ctx)
	}
	document := sync.OnceValue(func() *plan.Document {
		d := p.Document(s.PlanOptions(o.PlanFlags, o.Destroy), s.Stamp())
		d.Describe(s.Config)
		return d
	})
	if !a.JSON && o.format == "text" {
		a.Print(view.Where(p, p.As, a.Style()))
	}
	if err := showPlan(a, p, document, s.Config, o.format, s.Stamp(), &o.PlanFlags); err != nil {
		return err
	}
	if o.rehearse {
		rehearsed := o.rehearsed
		rehearsed.Inputs, rehearsed.Target, rehearsed.PlanFlags, rehearsed.Destroy = o.Inputs, o.Target, o.PlanFlags, o.Destroy
		if err := s.RehearsePlan(ctx, p, s.PlanOptions(o.PlanFlags, o.Destroy), &rehearsed); err != nil {
			return err
		}
	}
	if o.out != "" {
		data, err := document().Encode()
		if err == nil {
			err = s.Trees.Replace(o.out, data, 0o600)
		}
		if err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	if o.out != "" && !a.JSON && o.format == "text" {
		options, untold := o.Again(a, dir)
		a.Print(view.SavedPlan(p, o.out, options, untold))
	}
	if o.detailedExitCode && !p.Empty() {
		return cli.StatusError(cli.ExitChanges)
	}
	return nil
}

func checkPlanFormat(a *cli.App, format string) error {
	switch {
	case !slices.Contains(planFormats, format):
		return fmt.Errorf("%q is not a format of a plan; use one of %s", format, strings.Join(planFormats, ", "))
	case a.JSON && format != "text":
		return errors.New("--json writes one JSON line per event, and --format another format: use one of them")
	}
	return nil
}

// showPlan writes a plan in the requested format. For text with --json it writes JSON lines.
// document builds the whole plan as JSON, which takes as long as planning, so it is called only if
// needed. c is the plan's configuration, if known; now decides which of its waivers have expired.
func showPlan(a *cli.App, p *plan.Plan, document func() *plan.Document, c *config.Config, format string, now time.Time, flags *cli.PlanFlags) error {
	switch {
	case format == "json":
		text, err := view.PlanDocument(document())
		a.Print(text)
		return err
	case a.JSON:
		a.Stream().Plan(p)
	case format == "markdown":
		a.Print(view.PlanMarkdown(p, view.MarkdownLimit))
	case format == "html":
		text, err := accessview.PlanHTML(p, accessview.NewReview(review.AssessPlan(p, c, review.Options{Limit: review.DefaultLimit, Now: now}), "", ""))
		a.Print(text)
		return err
	default:
		a.Print(flags.PlanText(p, a.Style()))
	}
	return nil
}
