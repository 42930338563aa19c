package main

import (
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
)

func newDestroy(a *cli.App) *cobra.Command {
	o := &cli.ApplyOptions{NoSmoke: true, Destroy: true}
	cmd := &cobra.Command{
		Use:   "destroy [FILE] [DIR]",
		Short: "Delete everything that the configuration owns",
		Long: `Deletes every object in the org that carries this configuration's mark. Declared
users are kept, deactivated or deleted, as their on_destroy says. Nothing else
is changed.`,
		Example: `  oktaform destroy --org sandbox examples/quickstart`,
		Args:    cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
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
	o.SafetyFlags.Add(cmd)
	o.AddConcise(cmd)
	return cmd
}
