package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox"
)

// An import that was interrupted goes on from there, and gives the same files as one that was not.
func TestImportGoesOnWhereItWasInterrupted(t *testing.T) {
	t.Parallel()
	var apps []any
	for i := range 40 {
		apps = append(apps, map[string]any{"grants": []string{"okta.users.read"}, "document": map[string]any{"label": fmt.Sprintf("App %d", i), "signOnMode": "OPENID_CONNECT",
			"settings":    map[string]any{"oauthClient": map[string]any{"application_type": "web", "grant_types": []string{"authorization_code"}, "response_types": []string{"code"}, "redirect_uris": []string{"https://a.example.com/cb"}}},
			"credentials": map[string]any{"oauthClient": map[string]any{"token_endpoint_auth_method": "client_secret_basic"}}}})
	}
	seed, err := json.Marshal(map[string]any{"apps": apps})
	if err != nil {
		t.Fatal(err)
	}
	c := newClicked(t, sandbox.Options{Seed: seed})
	defer c.end()
	dir, whole := filepath.Join(c.folder, "org"), filepath.Join(c.folder, "whole", "org")
	fault, err := sandbox.ParseFault("500 100+")
	if err == nil {
		err = c.story.org.SetFaults(fault)
	}
	if err != nil {
		t.Fatal(err)
	}
	if status, out := c.oktaform("import", "--out", dir); status == 0 {
		t.Fatal(out)
	}
	if text := filesOf(t, dir); text != "" {
		t.Errorf("the import that failed wrote\n%s", text)
	}
	_ = c.story.org.SetFaults()
	kept := journals(t, c)
	if len(kept) != 1 {
		t.Fatalf("%d journals: %s", len(kept), kept)
	}
	text, err := os.ReadFile(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	status, out := c.oktaform("import", "--out", dir)
	if status != 0 || !strings.Contains(out, "Continuing the interrupted import: ") {
		t.Fatalf("exit status %d\n%s", status, out)
	}
	if status, out := c.oktaform("import", "--out", whole); status != 0 || strings.Contains(out, "Continuing") {
		t.Fatalf("exit status %d\n%s", status, out)
	}
	if filesOf(t, dir) != filesOf(t, whole) {
		t.Errorf("what was continued gives\n%s\nand one import\n%s", filesOf(t, dir), filesOf(t, whole))
	}
	if left := journals(t, c); len(left) > 0 {
		t.Errorf("%s is still there", left)
	}

	// What others may have written doesn't say what the org holds, nor does a journal that came
	// with the files.
	planted := bytes.ReplaceAll(text, []byte(`"label":"App `), []byte(`"label":"Planted `))
	for name, plant := range map[string]func() (string, os.FileMode){
		"open to others":      func() (string, os.FileMode) { return kept[0], 0o644 },
		"beside the files":    func() (string, os.FileMode) { return filepath.Join(dir, ".oktaform", "import.journal"), 0o600 },
		"of the year 2099":    func() (string, os.FileMode) { return kept[0], 0o600 },
		"of a year long past": func() (string, os.FileMode) { return kept[0], 0o600 },
	} {
		path, mode := plant()
		lines := planted
		switch {
		case strings.Contains(name, "2099"):
			lines = times.ReplaceAll(planted, []byte(`{"time":"2099-01-01T00:00:00Z"`))
		case strings.Contains(name, "past"):
			lines = times.ReplaceAll(planted, []byte(`{"time":"2019-01-01T00:00:00Z"`))
		}
		if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, lines, mode), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
		if status, out := c.oktaform("import", "--out", dir); status != 0 || strings.Contains(out, "Continuing") {
			t.Errorf("a journal %s: exit status %d\n%s", name, status, out)
		}
		if filesOf(t, dir) != filesOf(t, whole) {
			t.Errorf("a journal %s changes what is imported:\n%s", name, filesOf(t, dir))
		}
	}
}

// times is when a line of a journal was written.
var times = regexp.MustCompile(`(?m)^\{"time":"[^"]*"`)

// journals returns the journals of imports that were interrupted.
func journals(tb testing.TB, c *clicked) []string {
	tb.Helper()
	found, err := filepath.Glob(filepath.Join(c.folder, "*", "oktaform", "import-*.journal"))
	if err != nil {
		tb.Fatal(err)
	}
	return found
}
