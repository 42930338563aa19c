package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
)

type reviewOptions struct {
	base       string
	baseDir    string
	baseFromCI bool
	plan       string
	format     string
	failOn     string
	all        bool
	limit      int
	// approved says that the policy's owners approved the change.
	approved bool
	inputs   inputs
}

// reviewFormats are the values of review --format.
var reviewFormats = []string{"text", "markdown", "json", "sarif", "html"}

func newReview(a *app) *cobra.Command {
	o := &reviewOptions{}
	cmd := &cobra.Command{
		Use:   "review [DIR]",
		Short: "Say who gains or loses which access",
		Long: `Compares two versions of a configuration, without an org and without values of
variables: which operations of Okta's APIs each app, user and group really may
do before and after (scopes, admin roles, resource sets and targets together),
and what a reviewer has to be told about the change. What isn't known stays
unknown, and is said to be. Variables count with what the files give them; where
access comes to depend on one, give --var and --var-file as apply gets them. The
environment (OKTAFORM_VAR_...) is not read. A file of the repository is read in
both versions.

--base is a git revision, and never a folder; origin/main... is where the branch
left origin/main, as for git diff. Git itself is not run: nothing that a
repository or a pull request contains can be started or fetched. --base-from-ci
takes the revision from the event of the CI job, and --base-dir compares with a
folder. Without any, the configuration is reviewed as it is.

The change is judged by the rules of both versions, and only a waiver that both
have counts. What a change does to rules, waivers, smoke tests and other
safeguards is shown first.

--plan reviews a saved plan: what the org has against what it will have, drift
included. Only the file is read. With DIR, the rules of that configuration are
applied; waivers count in a review with --base only.`,
		Example: `  oktaform review --base main
  oktaform review --base origin/main... --fail-on high
  oktaform review --base-from-ci --fail-on high
  oktaform review --base-dir ../before --format json after
  oktaform review --base origin/main... --var-file prod.tfvars
  oktaform review --plan access.plan`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return runReview(a, args, o) },
	}
	cmd.Flags().StringVar(&o.base, "base", "", "compare with the git `REVISION`")
	cmd.Flags().StringVar(&o.baseDir, "base-dir", "", "compare with the configuration in the folder `DIR`")
	cmd.Flags().BoolVar(&o.baseFromCI, "base-from-ci", false, "compare with the version that the event of the CI job (GitHub, GitLab) names")
	cmd.Flags().StringVar(&o.plan, "plan", "", "review the plan in `FILE`, a saved plan, instead of two configurations")
	cmd.MarkFlagsMutuallyExclusive("base", "base-dir", "base-from-ci", "plan")
	o.inputs.add(cmd)
	cmd.Flags().StringVar(&o.format, "format", "text", "the form of the output: "+strings.Join(reviewFormats, ", "))
	cmd.Flags().StringVar(&o.failOn, "fail-on", "", "exit with 6 on a finding of this `SEVERITY` or worse: "+strings.Join(review.SeverityNames(), ", "))
	cmd.Flags().BoolVar(&o.all, "all", false, "show, and count for --fail-on, findings that were there before too")
	cmd.Flags().IntVar(&o.limit, "max-deletions", review.DefaultLimit, "how many deletions, `N`, in one change are no finding")
	cmd.Flags().BoolVar(&o.approved, "policy-approved", false, "the owners of rules, waivers and tests approved this change of them: it isn't counted for --fail-on, if it does nothing else")
	return cmd
}

func runReview(a *app, args []string, o *reviewOptions) error {
	if a.json {
		o.format = "json"
	}
	if !slices.Contains(reviewFormats, o.format) {
		return fmt.Errorf("%q is no format of a review; use one of %s", o.format, strings.Join(reviewFormats, ", "))
	}
	gate := review.None
	if o.failOn != "" {
		var err error
		if gate, err = review.ParseSeverity(o.failOn); err != nil {
			return fmt.Errorf("--fail-on: %w", err)
		}
	}
	var r *review.Review
	var err error
	against := o.plan
	if o.plan != "" {
		r, err = a.reviewPlan(args, o)
	} else {
		r, against, err = a.review(folder(args), o)
	}
	if err != nil {
		return err
	}
	r.CountStanding = o.all
	if err := a.showReview(view.NewReview(r, folder(args), against), o); err != nil {
		return err
	}
	if gate != review.None && r.Risk() >= gate {
		return statusError(exitGate)
	}
	return nil
}

// review evaluates both versions and compares them. It returns the name of the one
// that is compared with, too.
func (a *app) review(dir string, o *reviewOptions) (r *review.Review, against string, err error) {
	after, err := a.evaluated(dir, a.checkouts(), o.inputs.list...)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = after.Close() }()
	in := review.One(review.VersionOf(after))
	b, err := a.base(dir, o)
	if err != nil {
		return nil, "", err
	}
	if b != nil {
		defer b.close()
		in, against = a.compared(in, after, b, a.inputsOf(b, dir, &o.inputs)), b.name
	}
	return a.assess(in, o), against, nil
}

func (a *app) assess(in review.Input, o *reviewOptions) *review.Review {
	return review.Assess(in, review.Options{Now: a.env.clock.LocalNow(), Limit: o.limit, PolicyApproved: o.approved})
}

// compared adds the version to compare with.
func (a *app) compared(in review.Input, after *config.Config, b *base, values []config.Input) review.Input {
	before := review.Version{}
	if b.lost != nil {
		in = a.broken(in, b.lost, b.folder, b.name)
		in.Notes = append(in.Notes, b.notes...)
		return in
	}
	if b.folder != "" {
		where := a.checkouts()
		if b.temp != "" {
			where.Root = b.temp
		}
		var err error
		if b.config, err = a.evaluated(b.folder, where, values...); err != nil {
			in = a.broken(in, err, b.folder, b.name)
			in.Notes = append(in.Notes, b.notes...)
			return in
		}
		before = review.VersionOf(b.config)
	}
	in = review.Two(before, review.VersionOf(after))
	in.Notes = append(in.Notes, b.notes...)
	in.Was.Folder, in.Is.Folder = b.before, b.now
	if b.temp != "" {
		in.Relocate(b.folder, b.name)
	}
	in.Converted = b.converted
	return in
}

// broken says that a version can't be compared with, because it isn't valid. A
// reviewer is still to see the other one.
func (a *app) broken(in review.Input, err error, dir, name string) review.Input {
	diags, _ := diagnosticsOf(err)
	why := diags[0].Summary
	if at := diags[0].Subject; at != nil {
		file, below := strings.CutPrefix(at.Filename, dir)
		if below {
			file = strings.TrimLeft(file, `/\`)
		}
		why = fmt.Sprintf("%s:%d: %s", file, at.Start.Line, why)
	}
	note := fmt.Sprintf("The version to compare with, %s, isn't valid (%s), so nothing is compared: this is the whole configuration as it is, with all its findings. What is deleted can't be told.", name, why)
	a.showDiagnostics(hcl.Diagnostics{{Severity: hcl.DiagWarning, Summary: "Nothing to compare with", Detail: note}}, nil)
	in.Incomparable, in.Warning = why, note
	return in
}

// reviewPlan compares what the org had when a plan was saved with what it is to
// have. The file alone says both.
func (a *app) reviewPlan(args []string, o *reviewOptions) (*review.Review, error) {
	saved, err := a.readPlan(o.plan)
	if err != nil {
		return nil, err
	}
	var c *config.Config
	if len(args) > 0 {
		if c, err = a.evaluated(args[0], a.checkouts(), o.inputs.list...); err != nil {
			return nil, err
		}
		defer func() { _ = c.Close() }()
	}
	return a.reviewOf(saved.Plan, c, review.Options{Now: a.timeSince(saved), Limit: o.limit}), nil
}

// timeSince is this machine's time, but not before a plan was saved, by the org's clock:
// a machine that is slow doesn't prolong waivers by more than the plan is old.
func (a *app) timeSince(saved *plan.Saved) time.Time {
	now := a.env.clock.LocalNow()
	if made, err := time.Parse(time.RFC3339, saved.Document.Timestamp); err == nil && made.After(now) {
		return made
	}
	return now
}

// reviewOf reviews a plan, with the rules of its configuration where that is known.
// Its waivers don't count, since there is no other version that has them too.
func (a *app) reviewOf(p *plan.Plan, c *config.Config, options review.Options) *review.Review {
	in := review.Planned(p)
	if c == nil {
		in.Notes = append(in.Notes, "A plan holds no rules: those of the configuration are applied only when its folder is named. Waivers count in a review with --base only.")
	} else {
		in.Is.Rules, in.Is.Waivers = review.RulesOf(c), review.WaiversOf(c)
		if len(in.Is.Waivers) > 0 {
			in.Notes = append(in.Notes, "The waivers of this configuration aren't applied: they count in a review with --base only.")
		}
	}
	return review.Assess(in, options)
}

// evaluated loads a configuration, with no other values from outside than these.
func (a *app) evaluated(dir string, where checkout.Options, values ...config.Input) (*config.Config, error) {
	if err := a.within(dir); err != nil {
		return nil, err
	}
	c, diags := config.Load(dir, config.Options{Incomplete: true, Elsewhere: true, Checkout: where, Inputs: values})
	a.secrets = append(a.secrets, c.Secrets()...)
	if err := failed(append(diags, c.Validate()...), c.Files()); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

func (a *app) showReview(d *view.ReviewDocument, o *reviewOptions) error {
	var text string
	var err error
	switch o.format {
	case "json":
		text, err = d.JSON()
	case "markdown":
		text = view.ReviewMarkdown(d, view.MarkdownLimit)
	case "sarif":
		text, err = view.ReviewSARIF(d, version())
	case "html":
		text, err = view.ReviewHTML(d)
	default:
		text = view.ReviewText(d, a.style(), a.env.width, o.all)
	}
	a.print(text)
	return err
}
