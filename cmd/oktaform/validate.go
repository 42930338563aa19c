package main

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/session"
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
	diags, files, err := validate(a, dir, in)
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
	if err := session.Failed(diags, files); err != nil {
		return err
	}
	a.ShowDiagnostics(diags, files)
	a.Print(a.Style().Success("Success!") + " The configuration is valid.\n")
	return nil
}

// validate returns all errors and warnings that can be found without the org, and the sources.
func validate(a *cli.App, dir string, in cli.Inputs) (hcl.Diagnostics, map[string]*hcl.File, error) {
	if err := a.Within(dir); err != nil {
		return nil, nil, err
	}
	c, diags := config.Load(dir, config.Options{Environ: a.Env.Environ, Inputs: in.List, Incomplete: true, Checkout: a.Checkouts(), Now: a.Env.Clock.LocalNow()})
	defer func() { _ = c.Close() }()
	a.Secrets = append(a.Secrets, c.Secrets()...)
	return a.Discreet(append(diags, c.Validate()...)), c.Files(), nil
}
