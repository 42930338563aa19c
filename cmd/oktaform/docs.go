package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/help"
)

// newDocs returns the commands that write documentation, for releases.
func newDocs(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:    "docs COMMAND",
		Short:  "Write documentation from the commands",
		Hidden: true,
		Args:   cli.KnownCommand,
		RunE:   func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:    "man DIR",
		Short:  "Write a man page for each command to a folder",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			trees := a.Trees("")
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			pages := help.ManPages(cmd.Root(), cli.Version())
			for _, name := range slices.Sorted(maps.Keys(pages)) {
				if err := trees.Replace(filepath.Join(args[0], name), []byte(pages[name]), 0o644); err != nil {
					return err
				}
			}
			return nil
		},
	})
	cmd.AddCommand(&cobra.Command{
		Use:    "markdown",
		Short:  "Write docs/commands.md",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.Data(help.Markdown(cmd.Root()))
			return nil
		},
	})
	cli.WithoutJSON("it writes pages of documentation", cmd)
	return cmd
}
