package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/doctor"
	"github.com/oktaform/oktaform/internal/view"
)

type doctorOptions struct {
	cli.Inputs
	cli.Target
}

func newDoctor(a *cli.App) *cobra.Command {
	o := &doctorOptions{}
	cmd := &cobra.Command{
		Use:   "doctor [DIR]",
		Short: "Check what a run depends on",
		Long: `Checks the configuration, the credential, the network (proxy, TLS, clock), the
org, rights, rate limits and key files. Each line is ok, warning or fails, with its
fix. It needs neither a configuration nor a credential, and changes nothing.

If a check fails, the command ends with the exit status of its error, else with 1.`,
		Example: `  oktaform doctor
  oktaform doctor --json examples/quickstart`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDoctor(cmd.Context(), a, cli.Folder(args), o)
		},
	}
	o.Target.Add(cmd)
	o.Inputs.Add(cmd)
	return cmd
}

func runDoctor(ctx context.Context, a *cli.App, dir string, o *doctorOptions) error {
	run, s := a.Doctor(dir, o.Inputs, o.Target)
	defer s.Close()
	run.Version = versionLine()
	report := run.Check(ctx)
	s.EndJob()
	report.Hide(a.Secrets)
	if a.JSON {
		if err := view.DoctorJSON(a.Env.Stdout, report); err != nil {
			return err
		}
	} else {
		a.Print(view.Doctor(report, a.Style()))
	}
	switch err := report.Failure(); {
	case err != nil:
		return cli.StatusFor(err)
	case report.Worst() == doctor.Fails:
		return cli.StatusError(cli.ExitError)
	}
	return nil
}
