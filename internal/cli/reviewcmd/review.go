// Package reviewcmd has the command review. It compares two versions of a configuration
// (review.go), or what an org has and would have (plan.go).
package reviewcmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/internal/view/accessview"
)

type reviewOptions struct {
	cli.BaseFlags
	cli.Target
	plan   string
	format string
	outDir string
	failOn string
	// explain is the rule that is explained, instead of a review.
	explain string
	all     bool
	limit   int
	// approved means that the policy's owners have approved the change.
	approved bool
	inputs   cli.Inputs
}

// Formats are the values of review --format.
var Formats = []string{"text", "markdown", "json", "sarif", "html"}

// New returns the command review.
func New(a *cli.App) *cobra.Command {
	o := &reviewOptions{}
	cmd := &cobra.Command{
		Use:   "review [DIR]",
		Short: "Show who gains or loses which access",
		Long: `Compares two versions of a configuration, without an org: which operations of
Okta's APIs each app, user and group may do before and after the change (scopes,
admin roles, resource sets and targets together), with findings for the reviewer.
The review names what it can't know. Variables have the values that the files give
them. If access depends on other values, give the same --var and --var-file as for
apply; the environment (OKTAFORM_VAR_...) is not read. Files of the repository are
read in both versions.

--base is a git revision, never a folder; origin/main... is the commit where the
branch left origin/main, as for git diff. Git itself is not run: nothing in a
repository or a pull request can be executed or fetched. --base-from-ci takes the
revision from the event of the CI job, and --base-dir compares with a folder.
Without any of them, the whole configuration is reviewed.

The rules of both versions judge the change, and a waiver counts only if both
versions contain it. Changes to rules, waivers, smoke tests and other safeguards
are shown first.

--plan reviews a saved plan: what the org has now and what it will have, including
drift. It reads only the file. With DIR, the rules of that configuration are applied
too; waivers count only with --base.

--org URL reviews what apply would do to that org now: it reads the org, drift included,
with the values of variables that apply has (OKTAFORM_VAR_... too), and changes nothing.`,
		Example: `  oktaform review --base main
  oktaform review --base origin/main... --fail-on high
  oktaform review --base-from-ci --fail-on high
  oktaform review --base-dir ../before --format json after
  oktaform review --base origin/main... --var-file prod.tfvars
  oktaform review --base origin/main... --out-dir evidence
  oktaform review --plan access.plan
  oktaform review --org https://acme.okta.com
  oktaform review --explain G16`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.explain != "" {
				return explainRule(a, args, o.explain)
			}
			return runReview(cmd.Context(), a, args, o)
		},
	}
	o.BaseFlags.Add(cmd)
	cmd.Flags().StringVar(&o.plan, "plan", "", "review the plan in `FILE`, a saved plan, instead of two configurations")
	o.Target.Add(cmd)
	cmd.Flags().Lookup("org").Usage = "review what apply would do to the org at the `URL` (or sandbox) now, instead of two configurations"
	cmd.Flags().Lookup("profile").Usage = "review what apply would do to the org of this profile of oktaform login, `NAME`, now"
	cmd.MarkFlagsMutuallyExclusive("base", "base-dir", "base-from-ci", "plan", "org")
	cmd.MarkFlagsMutuallyExclusive("base", "base-dir", "base-from-ci", "plan", "profile")
	o.inputs.Add(cmd)
	cmd.Flags().StringVar(&o.format, "format", "text", "the format of the output: "+strings.Join(Formats, ", "))
	cmd.Flags().StringVar(&o.outDir, "out-dir", "", "write all forms into the folder `DIR`: review.json, and from it review.txt, review.md, review.html and review.sarif")
	cmd.MarkFlagsMutuallyExclusive("format", "out-dir")
	cmd.Flags().StringVar(&o.explain, "explain", "", "explain the built-in rule `ID` instead: how what it reports is abused, with examples")
	cmd.Flags().StringVar(&o.failOn, "fail-on", "", "exit with 6 on a finding of this `SEVERITY` or worse: "+strings.Join(severity.Names(), ", "))
	cmd.Flags().BoolVar(&o.all, "all", false, "also show, and count for --fail-on, findings that existed before the change")
	cmd.Flags().IntVar(&o.limit, "max-deletions", review.DefaultLimit, "report a finding if one change deletes more than `N` objects")
	cmd.Flags().BoolVar(&o.approved, "policy-approved", false, "the owners of rules, waivers and tests approved this change of them: don't count it for --fail-on, provided that it changes nothing else")
	for _, other := range []string{"base", "base-dir", "base-from-ci", "plan", "org", "profile", "format", "out-dir", "fail-on"} {
		cmd.MarkFlagsMutuallyExclusive("explain", other)
	}
	return cmd
}

// explainRule prints the page of a rule.
func explainRule(a *cli.App, args []string, id string) error {
	switch page, known := review.PageOf(id); {
	case a.JSON:
		return errors.New("--explain prints text: leave --json out")
	case len(args) > 0:
		return fmt.Errorf("--explain explains a rule, whatever the configuration: leave %s out", args[0])
	case !known:
		pages := review.RulePages()
		return fmt.Errorf("%q is not the id of a built-in rule, such as %s or %s; a review names the rule of each finding", id, pages[0].ID, pages[len(pages)-1].ID)
	default:
		a.Print(accessview.RuleText(&page, a.Style(), a.Width()))
		return nil
	}
}

func runReview(ctx context.Context, a *cli.App, args []string, o *reviewOptions) error {
	if a.JSON && o.outDir != "" {
		return errors.New("--out-dir writes all forms, review.json among them: leave --json out")
	}
	if a.JSON {
		o.format = "json"
	}
	if !slices.Contains(Formats, o.format) {
		return fmt.Errorf("%q is not a format of a review; use one of %s", o.format, strings.Join(Formats, ", "))
	}
	gate := severity.None
	if o.failOn != "" {
		var err error
		if gate, err = severity.Parse(o.failOn); err != nil {
			return fmt.Errorf("--fail-on: %w", err)
		}
	}
	var r *review.Review
	var suggestions []accessview.ReviewSuggestion
	var err error
	against, evidence := o.plan, &accessview.ReviewEvidence{Version: cli.Version()}
	switch {
	case o.plan != "":
		r, err = reviewPlan(a, args, o, evidence)
	case o.Org != "" || o.Profile != "":
		r, err = reviewOrg(ctx, a, cli.Folder(args), o, evidence)
		against = cmp.Or(o.Org, evidence.Org)
	default:
		r, suggestions, against, err = reviewFolder(a, cli.Folder(args), o, evidence)
	}
	if err != nil {
		return err
	}
	r.CountStanding = o.all
	d := accessview.NewReview(r, cli.Folder(args), against)
	evidence.Time = r.Time.UTC().Format(time.RFC3339)
	d.SetEvidence(evidence)
	d.Suggestions = suggestions
	if o.outDir != "" {
		err = writeReview(a, d, o, cli.Folder(args))
	} else {
		err = showReview(a, d, o)
	}
	if err != nil {
		return err
	}
	if gate != severity.None && r.Risk() >= gate {
		return cli.StatusError(cli.ExitGate)
	}
	return nil
}

// reviewFolder evaluates both versions and compares them. It also returns the fixes of findings as
// edits, and the name of the base.
func reviewFolder(a *cli.App, dir string, o *reviewOptions, evidence *accessview.ReviewEvidence) (r *review.Review, fixes []accessview.ReviewSuggestion, against string, err error) {
	after, err := a.Evaluated(dir, config.Options{Checkout: a.Checkouts(), Inputs: o.inputs.List, Untracked: a.Untracked(dir, &o.BaseFlags)})
	if err != nil {
		return nil, nil, "", err
	}
	defer func() { _ = after.Close() }()
	reviewed(a, dir, after, evidence)
	evidence.Owner, evidence.Org = after.Owner, after.URL
	in := versions.Single(versions.Of(after))
	b, err := a.Base(dir, &o.BaseFlags, &o.inputs)
	if err != nil {
		return nil, nil, "", err
	}
	if b != nil {
		defer b.Close()
		evidence.BaseCommit = b.Commit
		in, against = comparedWith(a, in, after, b, a.InputsOf(b, dir, &o.inputs)), b.Name
	}
	r = assess(a, in, o)
	return r, suggestionsOf(after, r.Findings), against, nil
}

func assess(a *cli.App, in versions.Input, o *reviewOptions) *review.Review {
	return review.Assess(in, review.Options{Now: a.Env.Clock.LocalNow(), Limit: o.limit, PolicyApproved: o.approved})
}

// comparedWith adds the version to compare with.
func comparedWith(a *cli.App, in versions.Input, after *config.Config, b *cli.Base, values []config.Input) versions.Input {
	before := versions.Version{}
	if b.Lost != nil {
		in = notComparable(a, in, b.Lost, b.Folder, b.Name)
		in.Notes = append(in.Notes, b.Notes...)
		return in
	}
	if b.Folder != "" {
		options := config.Options{Checkout: a.Checkouts(), Inputs: values}
		if b.Temp != "" {
			options.Checkout.Root = b.Temp
			options.Untracked = func(string) bool { return false } // all its files come from git
		}
		var err error
		if b.Config, err = a.Evaluated(b.Folder, options); err != nil {
			in = notComparable(a, in, err, b.Folder, b.Name)
			in.Notes = append(in.Notes, b.Notes...)
			return in
		}
		before = versions.Of(b.Config)
	}
	in = versions.Compare(before, versions.Of(after))
	in.Notes = append(in.Notes, b.Notes...)
	in.Was.Folder, in.Is.Folder = b.Before, b.Now
	if b.Temp != "" {
		in.Relocate(b.Folder, b.Name)
	}
	in.Converted = b.Converted
	return in
}

// notComparable records that the base cannot be compared because it is not valid. The review then
// shows the other version.
func notComparable(a *cli.App, in versions.Input, err error, dir, name string) versions.Input {
	diags, _ := cli.DiagnosticsOf(err)
	why := diags[0].Summary
	if at := diags[0].Subject; at != nil {
		file, below := strings.CutPrefix(at.Filename, dir)
		if below {
			file = strings.TrimLeft(file, `/\`)
		}
		why = fmt.Sprintf("%s:%d: %s", file, at.Start.Line, why)
	}
	note := fmt.Sprintf("The version to compare with, %s, isn't valid (%s), so nothing is compared: this is the whole configuration with all its findings. Deletions can't be seen.", name, why)
	a.ShowDiagnostics(hcl.Diagnostics{{Severity: hcl.DiagWarning, Summary: "Nothing to compare with", Detail: note}}, nil)
	in.Incomparable, in.Warning = why, note
	return in
}

// reviewFiles are the files of --out-dir, by format. The JSON form is the one that the others are
// made from.
var reviewFiles = []struct{ format, file string }{
	{"json", "review.json"}, {"text", "review.txt"}, {"markdown", "review.md"}, {"html", "review.html"}, {"sarif", "review.sarif"},
}

// writeReview writes all forms of a review into a folder.
func writeReview(a *cli.App, d *accessview.ReviewDocument, o *reviewOptions, dir string) error {
	trees := a.Trees(dir)
	defer func() { _ = trees.Close() }()
	if err := trees.MakeFolder(o.outDir, 0o700); err != nil {
		return fmt.Errorf("--out-dir: %w", err)
	}
	for _, f := range reviewFiles {
		text, err := reviewAs(f.format, d, view.Style{}, 0, o.all)
		if err != nil {
			return err
		}
		if err := trees.Replace(filepath.Join(o.outDir, f.file), []byte(text), 0o600); err != nil {
			return fmt.Errorf("--out-dir: %w", err)
		}
	}
	a.Say(view.Plain(d.Verdict) + "\n")
	return nil
}

func showReview(a *cli.App, d *accessview.ReviewDocument, o *reviewOptions) error {
	text, err := reviewAs(o.format, d, a.Style(), a.Width(), o.all)
	a.Print(text)
	return err
}

// reviewAs returns a review in one format.
func reviewAs(format string, d *accessview.ReviewDocument, style view.Style, width int, all bool) (string, error) {
	switch format {
	case "json":
		return d.JSON()
	case "markdown":
		return accessview.ReviewMarkdown(d, view.MarkdownLimit), nil
	case "sarif":
		return accessview.ReviewSARIF(d, cli.Version())
	case "html":
		return accessview.ReviewHTML(d)
	}
	return accessview.ReviewText(d, style, width, all), nil
}
