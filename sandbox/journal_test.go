package sandbox

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

func TestOrgSurvivesRestarts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "org.jsonl")
	o := openTestOrg(t, Options{DataFile: path})
	token := o.server.Token()
	app := o.admin("POST", "/api/v1/apps", serviceAppDoc(t, "k")).text("id")
	gone := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "gone"}}).text("id")
	o.admin("DELETE", "/api/v1/groups/"+gone, nil)
	o.admin("POST", "/api/v1/apps/"+app+"/grants", doc{"issuer": o.url, "scopeId": "okta.users.read"})
	o.admin("POST", "/oauth2/v1/clients/"+app+"/roles", doc{"type": "READ_ONLY_ADMIN"})
	before := strings.ReplaceAll(string(o.admin("GET", "/api/v1/apps/"+app, nil).body), o.url, "")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte(o.url)) {
		t.Error("the data file holds the org's URL")
	}
	if err := o.server.Close(); err != nil {
		t.Fatal(err)
	}

	again := openTestOrg(t, Options{DataFile: path, AdminToken: "ignored-for-an-org-that-exists"})
	if again.server.Token() != token {
		t.Error("the admin token changed")
	}
	if after := strings.ReplaceAll(string(again.admin("GET", "/api/v1/apps/"+app, nil).body), again.url, ""); after != before {
		t.Errorf("the app was\n%s\nand is\n%s", before, after)
	}
	if grants := again.admin("GET", "/api/v1/apps/"+app+"/grants", nil).list(t); len(grants) != 1 || grants[0]["issuer"] != again.url {
		t.Errorf("%v", grants)
	}
	again.refuses(again.call("GET", "/api/v1/groups/"+gone, nil), 404, "E0000007", "")
}

func TestDataFileIsLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "org.jsonl")
	first, err := New(Options{DataFile: path})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(Options{DataFile: path}); err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("a second server opens the file: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := New(Options{DataFile: path})
	if err != nil {
		t.Fatal(err)
	}
	_ = second.Close()
}

// TestJournalMayEndAnywhere cuts the file at each byte of its last line, as a
// process that is killed while it writes would leave it.
func TestJournalMayEndAnywhere(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "org.jsonl")
	o := openTestOrg(t, Options{DataFile: path})
	o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "whole"}})
	whole, _ := os.ReadFile(path)
	o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "torn"}})
	full, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(full, whole) || bytes.Count(full[len(whole):], []byte("\n")) != 1 {
		t.Fatal("a request doesn't append exactly one line")
	}
	for end := len(whole); end <= len(full); end++ {
		restored := mgmt.NewOrg()
		if err := state.ReadJournal(bytes.NewReader(full[:end]), restored); err != nil {
			t.Fatalf("cut at byte %d of the last line: %v", end-len(whole), err)
		}
		want := 2 // Everyone and "whole"
		if end == len(full) {
			want = 3
		}
		if restored.Groups.Len() != want {
			t.Fatalf("cut at byte %d of the last line: %d groups, want %d", end-len(whole), restored.Groups.Len(), want)
		}
	}
	cut := filepath.Join(dir, "cut.jsonl")
	if err := os.WriteFile(cut, full[:len(full)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	after := openTestOrg(t, Options{DataFile: cut})
	after.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "torn"}}) // free again
}

func TestFilesThatAreNoOrg(t *testing.T) {
	for name, content := range map[string]string{
		"other":     "hello\n",
		"newer":     `{"format":"oktaform-sandbox","version":2}` + "\n",
		"broken":    state.JournalHeader + "\n{]\n",
		"unknown":   state.JournalHeader + `` + "\n" + `[{"kind":"zebra","id":"1"}]` + "\n",
		"wrongtype": state.JournalHeader + "\n" + `[{"kind":"app","id":"1","value":7}]` + "\n",
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := New(Options{DataFile: path}); err == nil {
			_ = s.Close()
			t.Errorf("%s: no error", name)
		}
		if kept, _ := os.ReadFile(path); string(kept) != content {
			t.Errorf("%s: the file was changed", name)
		}
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{DataFile: empty})
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
}

func TestDataFileIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "org.jsonl")
	s, err := New(Options{DataFile: path})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %o", info.Mode().Perm())
	}
}
