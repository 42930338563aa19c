// Package keycmd has the command key, which creates, lists and rotates the keys and client secrets
// of apps.
package keycmd

import (
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
)

// New returns the command key.
func New(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key COMMAND",
		Short: "Create, list and rotate the keys of apps",
		Long: `Keys with which apps sign their client assertions (private_key_jwt, RFC 7523).
The private half stays in a file on this machine; the org has the public half.`,
		Args: cli.KnownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKeyNew(a), newKeyList(a), newKeyRotate(a))
	return cmd
}
