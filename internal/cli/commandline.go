package cli

import (
	"regexp"
	"strings"
)

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

// CommandLine returns a command of this program as typed in a POSIX shell, for the configuration in a
// folder.
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
