package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/view"
)

func newSchema(a *cli.App) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Show every kind of object and its attributes",
		Long: `Writes the table from which oktaform decodes, validates and renders: each kind,
its attributes with their types and defaults, and its nested blocks.`,
		Example: `  oktaform schema
  oktaform schema --json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runSchema(a, format) },
	}
	cmd.Flags().StringVar(&format, "format", "markdown", "markdown or json")
	cli.CompleteFormat(cmd, "markdown", "json")
	return cmd
}

func runSchema(a *cli.App, format string) error {
	switch {
	case a.JSON || format == "json":
		doc := view.SchemaJSON()
		doc["language"] = config.Language()
		return view.JSON(a.Env.Stdout, doc)
	case format == "markdown":
		a.Print(view.Language())
		return nil
	}
	return fmt.Errorf("--format is markdown or json, not %q", format)
}
