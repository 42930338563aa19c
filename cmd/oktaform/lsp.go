package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/lsp"
)

func newLSP(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lsp",
		Short: "Serve an editor: diagnostics, completion, hover, rename",
		Long: `Speaks the Language Server Protocol on standard input and output: an editor starts
it. Diagnostics are those of validate, as you type, with the findings of the review as
hints. Nothing is written, and nothing is sent anywhere. docs/editors.md has the
settings of editors.`,
		Example: `  oktaform lsp`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runLSP(cmd.Context(), a) },
	}
	cli.WithoutJSON("it always speaks the JSON of the Language Server Protocol", cmd)
	return cmd
}

func runLSP(ctx context.Context, a *cli.App) error {
	lsp.LimitMemory()
	server := lsp.New(lsp.Options{Version: cli.Version(), Environ: a.Env.Environ, Checkout: a.Checkouts(), Now: a.Env.Clock.LocalNow, Redact: cli.Redact})
	return server.Run(ctx, a.Env.Stdin, a.Env.Stdout)
}
