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
