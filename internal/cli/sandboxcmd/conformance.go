package sandboxcmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/conformance"
	"github.com/oktaform/oktaform/internal/view"
)

type conformanceOptions struct {
	cli.Target
	autoApprove bool
	report      string
}

// indexing is how long an org may take until a search finds what was written.
const indexing = 30 * time.Second

func newSandboxConformance(a *cli.App) *cobra.Command {
	o := &conformanceOptions{}
	cmd := &cobra.Command{
		Use:   "conformance",
		Short: "Compare an org with what Okta documents and recordings show",
		Long: `Makes some hundred exchanges with an org and compares each answer with Okta's
documentation or a recording: status, error code, fields and their types, headers.
A difference shows where the embedded org, which is held to the same exchanges,
is not like a real one.

Creates apps, users, groups, roles, network zones and the like, with names that
begin with oktaform-conformance-, and removes them in the end, also when it is
interrupted. First removes what an earlier run left. Changes nothing else, and
waits before a rate limit is hit. Needs the rights of a super admin. Only one
run at a time may be made in an org.

The report has no values of the org, only statuses, error codes and names of
fields, so that it can be published.`,
		Example: `  oktaform sandbox conformance --org https://example.okta.com`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runSandboxConformance(cmd.Context(), a, o) },
	}
	o.Target.Add(cmd)
	cmd.Flags().StringVar(&o.report, "report", "", "write the report to `FILE` as JSON")
	cmd.Flags().BoolVar(&o.autoApprove, "auto-approve", false, "don't ask")
	return cmd
}

func runSandboxConformance(ctx context.Context, a *cli.App, o *conformanceOptions) error {
	if a.JSON && !o.autoApprove {
		return errors.New("--json can't ask for approval: add --auto-approve")
	}
	s, err := a.OpenWithout(".", o.Target)
	if err != nil {
		return err
	}
	defer s.Close()
	if !o.autoApprove {
		question := "Run the conformance suite against " + s.Client.URL() + "?\n  It creates objects with names that begin with oktaform-conformance-, and removes them."
		if err := a.Confirm(question, "Run"); err != nil {
			return err
		}
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	announced := context.AfterFunc(ctx, func() {
		stop() // the second interrupt ends the program
		_, _ = fmt.Fprintln(a.Env.Stderr, "Interrupted: removing what this run has created. Interrupt again to stop at once.")
	})
	report, err := conformance.Run(ctx, s.Client.Client, conformance.Options{Patience: indexing, Progress: progressOf(a)})
	announced()
	if report == nil {
		return err
	}
	if o.report != "" {
		err = errors.Join(err, writeReport(a, o.report, report))
	}
	if a.JSON {
		err = errors.Join(err, view.JSON(a.Env.Stdout, report))
	} else {
		a.Print(view.Lines(report.Text()))
	}
	if n := len(report.Differences); err == nil && n > 0 {
		return cli.StatusError(cli.ExitError)
	}
	return err
}

// progressOf reports every hundred exchanges.
func progressOf(a *cli.App) func(done, all int) {
	return func(done, all int) {
		if !a.JSON && done%100 == 0 {
			_, _ = fmt.Fprintf(a.Env.Stderr, "%d of %d exchanges\n", done, all)
		}
	}
}

func writeReport(a *cli.App, file string, report *conformance.Report) error {
	data, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	if err := a.Trees("").Replace(file, append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("--report: %w", err)
	}
	return nil
}
