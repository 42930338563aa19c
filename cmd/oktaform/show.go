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
		Long: `Shows what a saved plan says, without org, credential or configuration.
--json writes the same document as --format json, in the form of Terraform's plan
JSON. The file may be anybody's: only apply FILE finds out whether it still is what
the configuration says.`,
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
		a.JSON, format = false, "json"
	}
	if err := checkPlanFormat(a, format); err != nil {
		return err
	}
	saved, err := a.ReadPlan(file)
	if err != nil {
		return err
	}
	if !a.JSON && format == "text" {
		a.Print(view.Where(saved.Plan, saved.Plan.As, a.Style()))
	}
	return showPlan(a, saved.Plan, func() *plan.Document { return &saved.Document }, nil, format, time.Time{})
}
