package main

import (
	"regexp"
	"strings"
)

var plainWord = regexp.MustCompile(`^[-A-Za-z0-9_./:=@,+%]+$`)

// commandLine returns a command as it is typed into a POSIX shell.
func commandLine(args ...string) string {
	words := []string{"oktaform"}
	for _, arg := range args {
		if !plainWord.MatchString(arg) {
			arg = shellQuote(arg)
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}
