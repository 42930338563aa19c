package main

import (
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// jsonStories are the stories that call commands with --json that everyCommand does not call.
var jsonStories = map[string]string{"sandbox": "jsonflag", "sandbox health": "jsonflag", "sandbox dump": "jsonflag", "sandbox conformance": "conformance", "help": "jsonflag",
	"completion": "jsonflag", "completion bash": "jsonflag", "completion zsh": "jsonflag", "completion fish": "jsonflag", "completion powershell": "jsonflag"}

// triedWithJSON reports whether a command is called with --json, where what it writes is examined.
func triedWithJSON(t *testing.T, command []string) bool {
	if story := jsonStories[strings.Join(command, " ")]; story != "" {
		call := regexp.MustCompile(`oktaform ` + regexp.QuoteMeta(strings.Join(command, " ")) + ` .*--json`)
		return call.MatchString(read(t, "testdata/script/"+story+".txtar"))
	}
	return slices.ContainsFunc(everyCommand, func(args []string) bool {
		return len(args) > len(command) && slices.Equal(args[:len(command)], command) && slices.Contains(args, "--json")
	})
}

// wroteJSON shows that the last command obeyed --json: it wrote JSON alone, be it an error.
func (k *keeper) wroteJSON(args []string) {
	k.t.Helper()
	values := 0
	for dec := json.NewDecoder(strings.NewReader(k.out)); ; values++ {
		var value any
		if err := dec.Decode(&value); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			k.t.Errorf("%s: stdout is no JSON: %v\n%s", strings.Join(args, " "), err, k.out)
			return
		}
	}
	if values == 0 {
		k.t.Errorf("%s: nothing on stdout", strings.Join(args, " "))
	}
}
