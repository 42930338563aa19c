package main

import (
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
)

func newApply(a *cli.App) *cobra.Command {
	o := &cli.ApplyOptions{}
	cmd := &cobra.Command{
		Use:   "apply [FILE] [DIR]",
		Short: "Change the org to what the configuration declares, and test it",
		Long: `Shows the plan, asks for approval, changes the org, and runs the smoke tests: real
tokens from the org prove that declared access works, and that everything else is
refused. A key, role or app that replaces another one is added and tested before
the old one is removed.

A saved plan is applied without asking: oktaform plans again, and applies only if
the new plan equals the saved one. Give the same values of variables and the same
flags as for the plan.`,
		Example: `  oktaform apply --org sandbox examples/quickstart
  oktaform apply access.plan
  oktaform apply --auto-approve --var-file prod.tfvars`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.NoSmoke = o.NoSmoke || o.Destroy
			dir, err := o.TakePlan(a, args)
			if err != nil {
				return err
			}
			return a.Apply(cmd.Context(), dir, o)
		},
	}
	o.Target.Add(cmd)
	o.Target.AddConsistency(cmd)
	o.Inputs.Add(cmd)
	o.AddInput(cmd)
	o.PlanFlags.Add(cmd)
	o.SafetyFlags.Add(cmd)
	cmd.Flags().BoolVar(&o.Destroy, "destroy", false, "do what oktaform destroy does")
	cmd.Flags().BoolVar(&o.NoSmoke, "no-smoke", false, "don't run the smoke tests")
	cmd.Flags().BoolVar(&o.RequireSmoke, "require-smoke", false, cli.RequireSmokeHelp)
	cmd.MarkFlagsMutuallyExclusive("no-smoke", "require-smoke")
	cmd.Flags().BoolVar(&o.Rehearse, "rehearse", false, cli.RehearseHelp)
	cmd.Flags().BoolVar(&o.SmokeAfter, "smoke-after", false, "run all smoke tests at the end, none before replaced objects are removed")
	cmd.Flags().BoolVar(&o.Rollback, "rollback-on-failure", false, "when a change or a smoke test fails, undo what this run did, where possible")
	o.AddMaxDeletes(cmd.Flags())
	return cmd
}
