package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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
	status, out := c.oktaform("import", "--out", dir)
	if status != 0 || !strings.Contains(out, "Continuing the import that was interrupted: what it read of ") {
		t.Fatalf("exit status %d\n%s", status, out)
	}
	if status, out := c.oktaform("import", "--out", whole); status != 0 || strings.Contains(out, "Continuing") {
		t.Fatalf("exit status %d\n%s", status, out)
	}
	if filesOf(t, dir) != filesOf(t, whole) {
		t.Errorf("what was continued gives\n%s\nand one import\n%s", filesOf(t, dir), filesOf(t, whole))
	}
	if _, err := os.Stat(filepath.Join(dir, ".oktaform", journalFile)); err == nil {
		t.Error("the journal is still there")
	}
}
