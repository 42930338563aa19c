package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/view"
)

type planOptions struct {
	inputs
	target
	planning
	destroy          bool
	detailedExitCode bool
}

func newPlan(a *app) *cobra.Command {
	o := &planOptions{}
	cmd := &cobra.Command{
		Use:   "plan [DIR]",
		Short: "Show what apply would change",
		Long: `Reads the org, compares it with the configuration, and shows what apply would
change. Changes nothing.`,
		Example: `  oktaform plan --org sandbox examples/quickstart
  oktaform plan --detailed-exitcode --var-file prod.tfvars`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runPlan(cmd.Context(), a, folder(args), o) },
	}
	o.target.add(cmd)
	o.inputs.add(cmd)
	o.planning.add(cmd)
	cmd.Flags().BoolVar(&o.destroy, "destroy", false, "plan what destroy would do")
	cmd.Flags().BoolVar(&o.detailedExitCode, "detailed-exitcode", false, "exit with 2 when there are changes")
	return cmd
}

func runPlan(ctx context.Context, a *app, dir string, o *planOptions) error {
	a.begin()
	s, err := a.open(ctx, dir, o.inputs, o.target)
	if err != nil {
		return err
	}
	defer s.close()
	p, err := s.plan(ctx, s.planOptions(o.planning, o.destroy))
	if err != nil {
		return err
	}
	if a.json {
		a.stream().Plan(p)
	} else {
		a.print(view.Plan(p, a.style()))
	}
	if o.detailedExitCode && !p.Empty() {
		return statusError(exitChanges)
	}
	return nil
}
