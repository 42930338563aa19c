package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
)

func newShow(a *cli.App) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "show FILE",
		Short: "Show a saved plan",
		Long: `Shows a saved plan, without org, credential or configuration. --json is the same as
--format json: a document in the form of Terraform's plan JSON. show trusts the
file; only apply FILE checks that it still equals the configuration's plan.`,
		Example: `  oktaform show access.plan
  oktaform show --json access.plan | conftest test -`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return runShow(a, args[0], format) },
	}
	addPlanFormat(cmd, &format)
	return cmd
}

func runShow(a *cli.App, file, format string) error {
	if a.JSON {
		format = "json"
	} else if err := checkPlanFormat(a, format); err != nil {
		return err
	}
	saved, err := a.ReadPlan(file)
	if err != nil {
		return err
	}
	if format == "text" {
		a.Print(view.Where(saved.Plan, saved.Plan.As, a.Style()))
	}
	return showPlan(a, saved.Plan, func() *plan.Document { return &saved.Document }, nil, format, time.Time{}, &cli.PlanFlags{})
}
