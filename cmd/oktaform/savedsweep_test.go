package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/oktaform/oktaform/internal/skip"
)

// savedStays is what no plan of these tests changes.
func savedStays() string {
	text := "org {\n  owner = \"team/saved\"\n}\n"
	for i := range 8 {
		text += fmt.Sprintf("group \"stays%d\" {\n  name = \"Stays %d\"\n}\n", i+1, i+1)
	}
	return text
}

var savedBefore = savedStays() + `group "gone" {
  name = "Gone"
}
group "renamed" {
  name = "Before"
}
custom_role "old" {
  label       = "Old"
  permissions = ["okta.users.read"]
}
resource_set "all" {
  label = "All"
  all   = ["users"]
}
service_app "bot" {
  label           = "Bot"
  okta_api_scopes = ["okta.users.read"]
  public_key "bot-1" {
    private_key_file = "keys/bot-1.pem"
    generate         = true
  }
  admin_role "CUSTOM" {
    role         = custom_role.old
    resource_set = resource_set.all
  }
}
web_app "portal" {
  label           = "Portal"
  client_id       = "portal-1"
  redirect_uris   = ["https://portal.example.com/cb"]
  assigned_groups = [group.gone, group.renamed]
}
`

var savedAfter = savedStays() + `group "renamed" {
  name    = "After"
  members = [user.ada]
}
group "made" {
  name = "Before"
}
user "ada" {
  login      = "ada@example.com"
  first_name = "Ada"
  last_name  = "A"
}
custom_role "new" {
  label       = "New"
  permissions = ["okta.users.read", "okta.groups.read"]
}
resource_set "all" {
  label    = "All"
  all      = ["users"]
  users_of = [group.made]
}
service_app "bot" {
  label           = "Bot of users"
  okta_api_scopes = ["okta.groups.read", "okta.apps.read"]
  public_key "bot-1" {
    private_key_file = "keys/bot-1.pem"
    generate         = true
  }
  admin_role "CUSTOM" {
    role         = custom_role.new
    resource_set = resource_set.all
  }
}
service_app "fresh" {
  label           = "Fresh"
  okta_api_scopes = ["okta.users.read"]
  public_key "fresh-1" {
    private_key_file = "keys/fresh-1.pem"
    generate         = true
  }
  admin_role "USER_ADMIN" {
    target_groups = [group.made, group.stays1]
  }
}
web_app "portal" {
  label           = "Portal"
  client_id       = "portal-2"
  redirect_uris   = ["https://portal.example.com/cb"]
  assigned_groups = [group.renamed, group.made]
}
`

// TestSavedPlanGoesOn kills the apply of a saved plan at its requests. The same command
// goes on with what remains; and where somebody changed something meanwhile, it does not.
func TestSavedPlanGoesOn(t *testing.T) {
	if testing.Short() {
		skip.Test(t, skip.Short)
	}
	t.Parallel()
	s := &sweep{t: t, folder: t.TempDir()}
	s.program()
	s.write("main", savedBefore)
	g := s.serve(newOrg(t, nil))
	program := func(started chan<- *os.Process, args ...string) (int, string) {
		cmd := exec.Command(filepath.Join(s.dir, "oktaform"), args...)
		cmd.Env = append(s.environ(g), "PATH="+os.Getenv("PATH"))
		var out strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if started != nil {
			started <- cmd.Process
		}
		_ = cmd.Wait()
		return cmd.ProcessState.ExitCode(), out.String()
	}
	dir, file := filepath.Join(s.folder, "main"), filepath.Join(s.folder, "access.plan")
	must := func(args ...string) {
		t.Helper()
		if status, out := program(nil, args...); status != 0 {
			t.Fatalf("%s: exit status %d:\n%s", strings.Join(args, " "), status, out)
		}
	}
	apply := []string{"apply", "--consistency=300ms", file, dir}
	must("apply", "--auto-approve", "--consistency=300ms", dir)
	seed := dumped(t, g)
	s.write("main", savedAfter)
	files := s.files()
	g = s.serve(newOrg(t, seed))
	must("plan", "--out", file, dir)
	before := g.state().seen
	must(apply...)
	requests, want := g.state().seen-before, s.dump(g)
	points := sweepPoints(requests, 8, 3)
	for _, when := range []string{"before", "after"} {
		for _, at := range points {
			s.restore(files)
			g = s.serve(newOrg(t, seed))
			process, what := make(chan *os.Process, 1), ""
			g.on(at, func(w http.ResponseWriter, r *http.Request) {
				what = r.Method + " " + r.URL.Path
				if when == "after" {
					g.org.ServeHTTP(httptest.NewRecorder(), r)
				}
				_ = (<-process).Kill()
				breakOff(w)
			})
			_, first := program(process, apply...)
			point := "killed " + when + " " + what
			status, out := program(nil, apply...)
			if status != 0 && strings.Contains(out, "All its changes are made already") {
				// Only the lease is left, which the next apply that has nothing to do removes.
				status, out = program(nil, "apply", "--auto-approve", dir)
			}
			if status != 0 {
				t.Errorf("%s: the same command ended with %d:\n%s\nfirst:\n%s", point, status, out, first)
				continue
			}
			if got := s.dump(g); got != want {
				t.Errorf("%s: the org differs at %s", point, differ(want, got))
			}
		}
	}

	// Somebody gives the half-made app a scope: that isn't what was approved.
	s.restore(files)
	g = s.serve(newOrg(t, seed))
	process := make(chan *os.Process, 1)
	kill := sync.OnceFunc(func() { _ = (<-process).Kill() }) // a second grant may be on its way
	g.mu.Lock()
	g.instead = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != "POST" || !strings.HasSuffix(r.URL.Path, "/grants") {
			return false
		}
		kill()
		breakOff(w)
		return true
	}
	g.mu.Unlock()
	program(process, apply...)
	g.mu.Lock()
	g.instead = nil
	g.mu.Unlock()
	s.call(g, "POST", "/api/v1/apps/"+s.idOf(g, "Bot")+"/grants", `{"scopeId":"okta.users.manage","issuer":"`+g.url+`"}`)
	if status, out := program(nil, apply...); status == 0 || !strings.Contains(out, "okta_api_scopes") {
		t.Errorf("a scope that somebody gave meanwhile was taken for a part of the plan (%d):\n%s", status, out)
	}
}
