// Package driftcmd has the command drift. It shows what was changed in the org by hand, and edits
// the files for --accept.
package driftcmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/drift"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/internal/view/accessview"
	"github.com/oktaform/oktaform/plan"
)

type driftOptions struct {
	cli.Planning
	out       string
	format    string
	base      cli.BaseFlags
	appliedBy []string
	accept    []string
	// autoApprove edits the files without asking.
	autoApprove bool
}

// driftFormats are the values of drift --format.
var driftFormats = []string{"text", "markdown", "json", "html"}

// New returns the command drift.
func New(a *cli.App) *cobra.Command {
	o := &driftOptions{}
	cmd := &cobra.Command{
		Use:   "drift [DIR]",
		Short: "Show what was changed in the org by hand, and who changed it",
		Long: `Compares the org with the configuration, and finds in the org's System Log who made
each difference, when, from where and with which program. The differences that
matter most for access come first. Changes nothing.

There is no state that says which side was changed. The System Log does: if nobody
else changed an attribute since oktaform last applied it, the configuration was
changed, which is not drift. Where the log has no answer, because it goes back only
90 days or can't be read, the difference counts as drift. --base names the version
that was applied last, which decides the question without the log. Applies by other
principals than the one in use count only if --applied-by names them, since any
program can call itself oktaform.

Resolve a difference in one of two ways: --accept edits the configuration's files,
and apply reverts the change in the org. --accept writes what the org has into the
object's block, as the smallest edit; it shows the edit and its review, and asks.
Attributes that decide access must be accepted by name.`,
		Example: `  oktaform drift
  oktaform drift --refresh=events --format markdown --out drift.md
  oktaform drift --accept service_app.reporter.okta_api_scopes
  oktaform drift --base origin/main --applied-by 0oa1gjh63g214q0Hq0g4`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDrift(cmd.Context(), a, cli.Folder(args), o)
		},
	}
	o.Target.Add(cmd)
	o.Inputs.AddReading(cmd)
	o.base.Add(cmd)
	cmd.MarkFlagsMutuallyExclusive("base", "base-dir", "base-from-ci")
	cmd.Flags().StringVar(&o.From, "refresh", "true", "`true` reads the org; events reads only what the System Log shows as changed since the last such run")
	cmd.Flags().Lookup("refresh").NoOptDefVal = "true"
	cmd.Flags().StringArrayVar(&o.appliedBy, "applied-by", nil, "count what this `ACTOR` does with oktaform as applies of this configuration: an id, client id or login; may be repeated")
	cmd.Flags().StringArrayVar(&o.accept, "accept", nil, "edit the files so that they declare what the org has at `ADDRESS`, an object or attribute; may be repeated")
	cmd.Flags().BoolVar(&o.autoApprove, "auto-approve", false, "with --accept: don't ask")
	cmd.Flags().StringVar(&o.out, "out", "", "write the report to `FILE`")
	cmd.Flags().StringVar(&o.format, "format", "text", "the format of the report: "+strings.Join(driftFormats, ", "))
	cli.CompleteFormat(cmd, driftFormats...)
	return cmd
}

func runDrift(ctx context.Context, a *cli.App, dir string, o *driftOptions) error {
	switch {
	case !slices.Contains(driftFormats, o.format):
		return fmt.Errorf("%q is not a format of a drift report; use one of %s", o.format, strings.Join(driftFormats, ", "))
	case o.From != "true" && o.From != "events":
		return fmt.Errorf("--refresh must be true or events, not %q: drift compares with the org as it is now", o.From)
	case a.JSON && o.format != "text" && o.format != "json":
		return errors.New("--json means --format json: use one of them")
	case len(o.accept) > 0 && (a.JSON || o.format != "text" || o.out != ""):
		return errors.New("--accept shows an edit as text and asks: remove --json, --format and --out")
	case o.autoApprove && len(o.accept) == 0:
		return errors.New("--auto-approve needs --accept: without that nothing is changed")
	}
	if a.JSON {
		o.format = "json"
	}
	s, err := a.Open(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer s.Close()
	r, err := assessDrift(ctx, a, s, dir, o)
	if err != nil {
		return err
	}
	if len(o.accept) > 0 {
		return acceptDrift(ctx, a, s, r, dir, o)
	}
	if err := showDrift(a, s, accessview.NewDrift(r, dir, o.commands(a, dir)), o); err != nil {
		return err
	}
	if len(r.Drift) > 0 {
		return cli.StatusError(cli.ExitChanges)
	}
	return nil
}

// assessDrift plans, and reads the System Log about the differences.
func assessDrift(ctx context.Context, a *cli.App, s *cli.Session, dir string, o *driftOptions) (*drift.Report, error) {
	// Nothing is changed, so nobody gains rights through unknown keys; and an object that has lost
	// its mark is drift, as is one that was imported and then deleted.
	o.TrustKeys.All, o.TrustRights.All, o.Import, o.AbsentImports = true, true, true, true
	options := s.PlanOptions(o.PlanFlags, false)
	s.Events = o.From == "events"
	if err := s.Failed(s.Config.Evaluate(nil).NeededSecrets()); err != nil {
		return nil, err
	}
	p, err := s.Plan(ctx, options)
	if err != nil {
		return nil, err
	}
	p.As = s.Principal(ctx)
	about := drift.Options{AppliedBy: o.appliedBy}
	if about.Base, err = planOfBase(ctx, a, s, dir, o, options); err != nil {
		return nil, err
	}
	ids, deletions := drift.Subjects(p)
	history, err := s.Client.History(ctx, ids, deletions)
	if err != nil {
		return nil, err
	}
	r := drift.Assess(p, history, about)
	r.Notes = append(r.Notes, p.Notes...)
	return r, nil
}

// planOfBase plans with the version of the configuration that was applied last; nil if none is
// given.
func planOfBase(ctx context.Context, a *cli.App, s *cli.Session, dir string, o *driftOptions, options plan.Options) (*plan.Plan, error) {
	base, err := a.Base(dir, &o.base, &o.Inputs)
	if base == nil || err != nil {
		return nil, err
	}
	defer base.Close()
	return s.PlanBase(ctx, base, dir, &o.Inputs, options)
}

func showDrift(a *cli.App, s *cli.Session, d *accessview.DriftDocument, o *driftOptions) (err error) {
	var text string
	switch o.format {
	case "json":
		text, err = d.JSON()
	case "markdown":
		text = accessview.DriftMarkdown(d, view.MarkdownLimit)
	case "html":
		text, err = accessview.DriftHTML(d)
	default:
		style, width := a.Style(), a.Width()
		if o.out != "" {
			style, width = view.Style{}, 0
		}
		text = accessview.DriftText(d, style, width)
	}
	if err != nil {
		return err
	}
	if o.out == "" {
		a.Print(text)
		return nil
	}
	if err := s.Trees.Replace(o.out, []byte(text), 0o600); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	a.Say(d.Headline() + "\n")
	return nil
}

// commands returns the command lines that a report suggests, with the flags of this one.
func (o *driftOptions) commands(a *cli.App, dir string) accessview.DriftCommands {
	o.TrustKeys, o.TrustRights, o.Import = cli.AddressFlag{}, cli.AddressFlag{}, false
	words, _ := o.Again(a, dir)
	line := func(command ...string) string {
		for _, word := range words {
			command = append(command, view.ShellWord(word))
		}
		return strings.Join(command, " ")
	}
	return accessview.DriftCommands{
		Accept: func(address string) string { return line("oktaform", "drift", "--accept", view.ShellWord(address)) },
		Revert: func(address string, unmarked bool) string {
			command := []string{"oktaform", "apply", "--target", view.ShellWord(address)}
			if unmarked {
				command = append(command, "--import")
			}
			return line(command...)
		},
	}
}
