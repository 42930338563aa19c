package cli

import (
	"errors"
	"fmt"
	"regexp"
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

var plainWord = regexp.MustCompile(`^[-A-Za-z0-9_./:=@,+%]+$`)

// commandLine returns a command as typed in a POSIX shell.
func commandLine(args ...string) string {
	words := []string{"oktaform"}
	for _, arg := range args {
		if !plainWord.MatchString(arg) {
			arg = ShellQuote(arg)
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

// ShellQuote quotes a text as one word of a POSIX shell.
func ShellQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// CommandLine returns a command of this program as typed in a POSIX shell, for the configuration
// in a folder.
func (a *App) CommandLine(dir string, args ...string) string {
	if a.Chdir != "" {
		args = append([]string{"--chdir", a.Chdir}, args...)
	}
	switch {
	case dir == ".":
	case strings.HasPrefix(dir, "-"):
		args = append(args, "./"+dir)
	default:
		args = append(args, dir)
	}
	return commandLine(args...)
}
