//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFirstMinutes: from an empty folder to passing smoke tests in three commands and less than a
// minute, on a terminal of 80 columns. The second command is what the first one names.
func TestFirstMinutes(t *testing.T) {
	t.Parallel()
	for app, passed := range map[string]string{"service": "2 passed", "web": "2 passed", "both": "4 passed"} {
		t.Run(app, func(t *testing.T) {
			t.Parallel()
			w, began := newWindow(t), time.Now()
			status, lines := w.run("oktaform init", typed{"Enter a value [1]: ", app}, typed{"Enter a value [demo]: ", ""}, typed{"Enter a value [1]: ", ""})
			if status != 0 || len(lines) == 0 {
				t.Fatalf("init: exit status %d\n%s", status, textOf(lines))
			}
			next := strings.TrimSpace(lines[len(lines)-1].String())
			status, lines = w.run(next, typed{"Enter a value: ", "yes"})
			if text := textOf(lines); status != 0 || !strings.Contains(text, "\n"+passed+", 0 failed, 0 skipped.\n") {
				t.Fatalf("%s: exit status %d\n%s", next, status, text)
			}
			status, lines = w.run("oktaform smoke --org sandbox")
			if text := textOf(lines); status != 0 || !strings.Contains(text, "\n"+passed+", 0 failed, 0 skipped.\n") {
				t.Fatalf("smoke: exit status %d\n%s", status, text)
			}
			if took := time.Since(began); took > time.Minute {
				t.Errorf("the three commands took %s", took)
			}
			if w.widest > columns {
				t.Errorf("%d columns:\n%s", w.widest, w.long)
			}
		})
	}
}

// TestLongNamesFit: what commands say of objects with long names fits a terminal of 80 columns. The
// values of a plan and public keys stay on one line each.
func TestLongNamesFit(t *testing.T) {
	t.Parallel()
	w := newWindow(t)
	if err := os.WriteFile(filepath.Join(w.dir, "main.hcl"), []byte(longNames), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"oktaform validate", "oktaform apply --org sandbox --auto-approve", "oktaform list --org sandbox", "oktaform key list --org sandbox", "oktaform state list --org sandbox",
		"oktaform drift --org sandbox", "oktaform test", "oktaform test --mutate", "oktaform snapshot --org sandbox --out org.snapshot", "oktaform snapshot --org sandbox --all --out org.json",
		"oktaform key new keys/new.pem | head -3", "oktaform key rotate --org sandbox --auto-approve bot_of_the_identity_team", "oktaform import --org sandbox --out imported",
		"oktaform access", "oktaform import --org sandbox --out imported somewhere",
	} {
		w.widest = 0
		status, lines := w.run(line)
		if fails := line == "oktaform access" || strings.HasSuffix(line, "--mutate") || strings.HasSuffix(line, "somewhere"); (status != 0) != fails || len(lines) == 0 {
			t.Errorf("$ %s\nexit status %d\n%s", line, status, textOf(lines))
		}
		if w.widest > columns {
			t.Errorf("$ %s\n%d columns:\n%s", line, w.widest, w.long)
		}
	}
}

const longNames = `org {
  owner = "team/identity-and-access-management"
}

service_app "bot_of_the_identity_team" {
  label           = "Nightly reporter of the identity team"
  okta_api_scopes = ["okta.users.read", "okta.groups.read"]

  public_key "bot-of-the-identity-team-1" {
    private_key_file = "keys/bot-1.pem"
    generate         = true
  }

  admin_role "READ_ONLY_ADMIN" {}
}

group "people_of_the_identity_team" {
  name = "People of the team for identity and access management"
}

smoke_test "the nightly reporter of the identity team reads the users" {
  app    = service_app.bot_of_the_identity_team
  scopes = ["okta.users.read"]

  request {
    path   = "/api/v1/users?limit=1"
    status = 200
  }
}
`
