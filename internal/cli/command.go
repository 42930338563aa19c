package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/config"
)

// KnownCommand checks the arguments of a command that only has commands below it: the first must be
// one of them.
func KnownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	names := CommandNames(cmd, "")
	text := fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath())
	if fitting := config.DidYouMean(args[0], names); fitting != "" {
		return errors.New(text + "." + fitting)
	}
	return fmt.Errorf("%s. %s lists the commands", text, HelpOf(cmd))
}

// CommandNames returns the names of the commands and help topics below a command.
func CommandNames(cmd *cobra.Command, prefix string) (names []string) {
	for _, sub := range cmd.Commands() {
		if !sub.Hidden && strings.HasPrefix(sub.Name(), prefix) {
			names = append(names, sub.Name())
		}
	}
	return names
}

// HelpOf returns the command that shows the help of a command.
func HelpOf(cmd *cobra.Command) string {
	root := cmd.Root().Name()
	return root + " help" + strings.TrimPrefix(cmd.CommandPath(), root)
}

// NoJSON is the annotation of a command that refuses --json; its value is the reason.
const NoJSON = "no JSON"

// WithoutJSON lets a command and the commands below it refuse --json.
func WithoutJSON(reason string, commands ...*cobra.Command) {
	for _, cmd := range commands {
		if cmd.Annotations == nil {
			cmd.Annotations = map[string]string{}
		}
		cmd.Annotations[NoJSON] = reason
		WithoutJSON(reason, cmd.Commands()...)
	}
}
