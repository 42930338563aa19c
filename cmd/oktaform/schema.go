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
		Short: "Show all kinds of objects and their attributes",
		Long: `Writes each kind with its attributes, their types and defaults, and its nested
blocks. The same table drives decoding, validation and rendering.`,
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
	return fmt.Errorf("--format must be markdown or json, not %q", format)
}
