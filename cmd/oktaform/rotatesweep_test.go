package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/skip"
	"github.com/oktaform/oktaform/sandbox"
)

const rotated = `
org {
  owner = "team/rotation"
}
service_app "bot" {
  label           = "Bot"
  okta_api_scopes = ["okta.users.read"]
  public_key "bot-1" {
    private_key_file = "keys/bot-1.pem"
    generate         = true
  }
  admin_role "READ_ONLY_ADMIN" {}
}
web_app "portal" {
  label         = "Portal"
  redirect_uris = ["https://portal.example.com/cb"]
}
`

// TestRotationStepsCountWhenAnnounced kills each step of a rotation at its requests.
// The next run must repeat that step with its announcement, and not do the next one.
func TestRotationStepsCountWhenAnnounced(t *testing.T) {
	if testing.Short() {
		skip.Test(t, skip.Short)
	}
	for _, c := range []struct {
		app       string
		announced []string // what each step says
		states    []string // what the org has after each
	}{
		{"service_app.bot", []string{`Now give the new private key`, `Programs that still use "bot-1" fail now`, `The rotation is complete`},
			[]string{"bot-1 ACTIVE, bot-2 ACTIVE", "bot-1 INACTIVE, bot-2 ACTIVE", "bot-2 ACTIVE"}},
		{"web_app.portal", []string{`Now give it to every program that uses the old one`, `Programs that still used it fail now`, `The rotation is complete`},
			[]string{"ACTIVE, ACTIVE", "ACTIVE, INACTIVE", "ACTIVE"}},
	} {
		t.Run(c.app, func(t *testing.T) {
			t.Parallel()
			s := &sweep{t: t, folder: t.TempDir()}
			s.write("main", rotated)
			s.program()
			g := s.serve(newOrg(t, nil))
			s.rotation(g, nil, "apply", "--auto-approve")
			for step := range c.announced {
				seed, files := dumped(t, g), s.files()
				undisturbed := func() int {
					g := s.serve(newOrg(t, seed))
					s.rotation(g, nil, "key", "rotate", c.app, "--auto-approve", "--grace=0s")
					return g.state().seen
				}
				requests := undisturbed()
				for _, at := range sweepPoints(requests, 4, step) {
					for _, when := range []string{"before", "after"} {
						s.restore(files)
						g = s.serve(newOrg(t, seed))
						process := make(chan *os.Process, 1)
						g.on(at, func(w http.ResponseWriter, r *http.Request) {
							if when == "after" {
								g.org.ServeHTTP(httptest.NewRecorder(), r)
							}
							_ = (<-process).Kill()
							breakOff(w)
						})
						point := fmt.Sprintf("step %d killed %s request %d of %d", step+1, when, at, requests)
						_, first := s.rotation(g, process, "key", "rotate", c.app, "--auto-approve", "--grace=0s")
						point += " (" + g.state().what + ")"
						if when == "after" && at == requests && strings.Contains(first, c.announced[step]) && strings.HasPrefix(c.app, "web_app") {
							continue // the last request notes that the step was announced
						}
						status, out := s.rotation(g, nil, "key", "rotate", c.app, "--auto-approve", "--grace=0s")
						if status != 0 || !strings.Contains(out, c.announced[step]) {
							t.Errorf("%s: the next run ended with %d and doesn't say %q:\n%s\nfirst:\n%s", point, status, c.announced[step], out, first)
						}
						if got := s.credentials(g, c.app); got != c.states[step] {
							t.Errorf("%s: the app has %s, want %s\n%s", point, got, c.states[step], out)
						}
					}
				}
			}
		})
	}
}

func newOrg(t *testing.T, seed []byte) *sandbox.Server {
	t.Helper()
	server, err := sandbox.New(sandbox.Options{Seed: seed, SigningKey: signingKey()})
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func dumped(t *testing.T, g *gate) []byte {
	t.Helper()
	var seed bytes.Buffer
	if err := g.org.DumpWithSecrets(&seed); err != nil {
		t.Fatal(err)
	}
	return seed.Bytes()
}

// rotation runs a command on the main folder in a process of its own, and logs a failure unless the
// process is to be killed.
func (s *sweep) rotation(g *gate, started chan<- *os.Process, args ...string) (int, string) {
	status, out := s.spawn(g, started, append(args, "--consistency=300ms", filepath.Join(s.folder, "main"))...)
	if started == nil && status != 0 {
		s.t.Logf("%s:\n%s", strings.Join(args, " "), out)
	}
	return status, out
}

// files are the configuration and its keys; restore puts them back.
func (s *sweep) files() map[string][]byte {
	files := map[string][]byte{}
	for _, pattern := range []string{"main.hcl", "keys/*"} {
		names, _ := filepath.Glob(filepath.Join(s.folder, "main", pattern))
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				s.t.Fatal(err)
			}
			files[name] = data
		}
	}
	return files
}

func (s *sweep) restore(files map[string][]byte) {
	_ = os.RemoveAll(filepath.Join(s.folder, "main"))
	_ = os.MkdirAll(filepath.Join(s.folder, "main", "keys"), 0o700)
	for name, data := range files {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// credentials are the keys or secrets of an app, as an admin sees them.
func (s *sweep) credentials(g *gate, app string) string {
	label, path := "Bot", "jwks"
	if strings.HasPrefix(app, "web_app") {
		label, path = "Portal", "secrets"
	}
	data := s.get(g, "/api/v1/apps/"+s.idOf(g, label)+"/credentials/"+path)
	var list []map[string]any
	if err := json.Unmarshal(data, &list); err != nil {
		var set struct{ Keys, JWKS []map[string]any }
		if err := json.Unmarshal(data, &set); err != nil {
			s.t.Fatalf("%v: %s", err, data)
		}
		list = append(set.Keys, set.JWKS...)
	}
	var out []string
	for _, one := range list {
		kid, _ := one["kid"].(string)
		out = append(out, strings.TrimSpace(kid+" "+fmt.Sprint(one["status"])))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// get reads something of the org.
func (s *sweep) get(g *gate, path string) []byte {
	r := httptest.NewRequest("GET", g.url+path, nil)
	r.Header.Set("Authorization", "SSWS "+g.org.Token())
	w := httptest.NewRecorder()
	g.org.ServeHTTP(w, r)
	return w.Body.Bytes()
}

// idOf is the id of an app whose label begins so.
func (s *sweep) idOf(g *gate, label string) string {
	m := regexp.MustCompile(`"id":"(0oa\w+)"`).FindSubmatch(s.get(g, "/api/v1/apps?q="+label))
	if m == nil {
		s.t.Fatalf("no app %q", label)
	}
	return string(m[1])
}
