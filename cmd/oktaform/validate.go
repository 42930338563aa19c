package main

import (
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/view"
)

func newValidate(a *app) *cobra.Command {
	var in inputs
	cmd := &cobra.Command{
		Use:   "validate [DIR]",
		Short: "Check the configuration without an org",
		Long: `Finds every error that can be known without the org, all in one run. Variables
without a value are taken as unknown, and files that generate would make may be
missing. Nothing is sent anywhere.`,
		Example: `  oktaform validate examples/quickstart`,
		Args:    cobra.MaximumNArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runValidate(a, folder(args), in) },
	}
	in.add(cmd)
	return cmd
}

func runValidate(a *app, dir string, in inputs) error {
	if err := a.within(dir); err != nil {
		return err
	}
	c, diags := config.Load(dir, config.Options{Environ: a.env.environ, Inputs: in.list, Incomplete: true, Checkout: a.checkouts(), Now: a.env.clock.LocalNow()})
	defer func() { _ = c.Close() }()
	a.secrets = append(a.secrets, c.Secrets()...)
	diags = a.discreet(append(diags, c.Validate()...))
	if a.json {
		if err := view.ValidateJSON(a.env.stdout, diags, c.Files()); err != nil {
			return err
		}
		if diags.HasErrors() {
			return statusError(exitError)
		}
		return nil
	}
	if err := failed(diags, c.Files()); err != nil {
		return err
	}
	a.showDiagnostics(diags, c.Files())
	a.print(a.style().Success("Success!") + " The configuration is valid.\n")
	return nil
}
