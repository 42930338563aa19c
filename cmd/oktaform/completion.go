package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
)

// shells are the shells with completion, each with the function that writes its script.
var shells = []struct {
	name  string
	write func(root *cobra.Command, w io.Writer) error
}{
	{"bash", func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
	{"zsh", func(root *cobra.Command, w io.Writer) error { return root.GenZshCompletion(w) }},
	{"fish", func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }},
	{"powershell", func(root *cobra.Command, w io.Writer) error { return root.GenPowerShellCompletionWithDesc(w) }},
}

func newCompletion(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "completion SHELL",
		Short: "Write a script that completes commands in a shell",
		Long: `Writes a script for bash, zsh, fish or powershell that completes commands and
flags, and values of flags and arguments: addresses, outputs, smoke tests and
variables of the configuration, kinds of objects, Okta API scopes. The program
itself finds the values; it reads only the configuration's files.

For bash, the package bash-completion must be installed. For zsh, completion must
be switched on: autoload -U compinit; compinit.`,
		Example: `  source <(oktaform completion bash)
  oktaform completion bash > /etc/bash_completion.d/oktaform
  oktaform completion zsh > "${fpath[1]}/_oktaform"
  oktaform completion fish > ~/.config/fish/completions/oktaform.fish
  oktaform completion powershell | Out-String | Invoke-Expression`,
		Args: cli.KnownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, shell := range shells {
		cmd.AddCommand(&cobra.Command{
			Use:   shell.name,
			Short: "Write the script for " + shell.name,
			Args:  cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				var script strings.Builder
				err := shell.write(cmd.Root(), &script)
				a.Data(script.String())
				return err
			},
		})
	}
	cli.WithoutJSON("it writes a shell script", cmd)
	return cmd
}
