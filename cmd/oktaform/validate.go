package main

import (
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/view"
)

func newValidate(a *cli.App) *cobra.Command {
	var in cli.Inputs
	cmd := &cobra.Command{
		Use:   "validate [DIR]",
		Short: "Check the configuration without an org",
		Long: `Reports all errors that can be found without the org, in one run. Variables without
a value are unknown, and key files that generate would create may be missing.
Nothing is sent anywhere.`,
		Example: `  oktaform validate examples/quickstart`,
		Args:    cobra.MaximumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runValidate(a, cli.Folder(args), in) },
	}
	in.Add(cmd)
	return cmd
}

func runValidate(a *cli.App, dir string, in cli.Inputs) error {
	diags, files, err := a.Validate(dir, in)
	if err != nil {
		return err
	}
	if a.JSON {
		if err := view.ValidateJSON(a.Env.Stdout, diags, files); err != nil {
			return err
		}
		if diags.HasErrors() {
			return cli.StatusError(cli.ExitError)
		}
		return nil
	}
	return a.ShowValid(diags, files)
}
