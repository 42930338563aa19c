package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
)

func newGraph(a *cli.App) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "graph [DIR]",
		Short: "Draw the dependency graph",
		Long: `Writes the blocks of the configuration and their dependencies in the language of
Graphviz (dot) or Mermaid, or as JSON with --json. Reads only the files.`,
		Example: `  oktaform graph examples/quickstart | dot -Tsvg > graph.svg
  oktaform graph --format mermaid`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return runGraph(a, cli.Folder(args), format) },
	}
	cmd.Flags().StringVar(&format, "format", "dot", "dot or mermaid")
	cli.CompleteFormat(cmd, "dot", "mermaid")
	return cmd
}

func runGraph(a *cli.App, dir, format string) error {
	draw := map[string]func(config.Graph) string{"dot": view.DOT, "mermaid": view.Mermaid}[format]
	if draw == nil {
		return fmt.Errorf("--format must be dot or mermaid, not %q", format)
	}
	if err := a.Within(dir); err != nil {
		return err
	}
	c, diags := config.Load(dir, config.Options{Environ: a.Env.Environ, Incomplete: true, Checkout: a.Checkouts()})
	defer func() { _ = c.Close() }()
	if err := session.Failed(diags, c.Files()); err != nil {
		return err
	}
	if a.JSON {
		return view.JSON(a.Env.Stdout, view.GraphJSON(c.Graph()))
	}
	a.Print(draw(c.Graph()))
	return nil
}
