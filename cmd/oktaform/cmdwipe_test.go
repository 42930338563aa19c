package main

import (
	"encoding/json"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdWipe writes the profile of an app anew, as tools do that don't know of
// other keys in it.
func cmdWipe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: wipe APP [KEY=VALUE]...")
	}
	s, path := storyOf(ts), "/api/v1/apps/"+args[0]
	var doc map[string]any
	ts.Check(s.get(path, &doc))
	profile := map[string]any{}
	for _, arg := range args[1:] {
		name, value, _ := strings.Cut(arg, "=")
		profile[name] = value
	}
	doc["profile"] = profile
	body, err := json.Marshal(doc)
	ts.Check(err)
	status, data, err := s.call("PUT", path, string(body))
	ts.Check(err)
	if status >= 300 {
		ts.Fatalf("PUT %s: %d %s", path, status, data)
	}
}
