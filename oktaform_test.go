package oktaform_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oktaform/oktaform"
	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/sandbox"
)

// TestModuleOfATeam runs the tests of the module in examples/test-org, which go test ./...
// doesn't reach. Nothing is fetched, and its go.mod is tidy: else run go mod tidy there.
func TestModuleOfATeam(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("go", "test", "-count=1", "./...")
	cmd.Dir = filepath.Join("examples", "test-org")
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOPROXY=off", "GOFLAGS="+os.Getenv("GOFLAGS")+" -mod=readonly")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// team is a configuration in a folder of its own, and an org for it.
type team struct {
	t   *testing.T
	dir string
	org *sandbox.Org
}

func newTeam(t *testing.T) *team {
	t.Helper()
	return &team{t, t.TempDir(), sandbox.Start(t, sandbox.Options{})}
}

// open writes the configuration, and opens it.
func (m *team) open(hcl string) *oktaform.Session {
	m.t.Helper()
	if err := os.WriteFile(filepath.Join(m.dir, "main.hcl"), []byte("org {\n  owner = \"team/x\"\n}\n"+hcl), 0o600); err != nil {
		m.t.Fatal(err)
	}
	s, err := oktaform.Open(m.dir, oktaform.Options{Org: oktaform.Credential{URL: m.org.URL, Token: m.org.Token()}})
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { _ = s.Close() })
	return s
}

func (m *team) plan(s *oktaform.Session) *plan.Plan {
	m.t.Helper()
	p, err := s.Plan(m.t.Context(), oktaform.PlanOptions{})
	if err != nil {
		m.t.Fatal(err)
	}
	return p
}

func (m *team) apply(hcl string) {
	m.t.Helper()
	s := m.open(hcl)
	if _, err := s.Apply(m.t.Context(), m.plan(s), oktaform.ApplyOptions{}); err != nil {
		m.t.Fatal(err)
	}
}

func groups(names ...string) string {
	var hcl strings.Builder
	for _, name := range names {
		hcl.WriteString("group \"" + name + "\" {\n  name = \"" + name + "\"\n}\n")
	}
	return hcl.String()
}

// What is wrong with a configuration is an error with its place.
func TestErrorsAreValues(t *testing.T) {
	t.Parallel()
	m := newTeam(t)
	if err := os.WriteFile(filepath.Join(m.dir, "main.hcl"), []byte("org {\n  owner = \"x\"\n}\ngroup \"a\" {\n  nme = \"A\"\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := oktaform.Open(m.dir, oktaform.Options{Org: oktaform.Credential{URL: m.org.URL, Token: m.org.Token()}})
	wrong, ok := errors.AsType[*oktaform.Error](err)
	if !ok || wrong.Reason != oktaform.Invalid || len(wrong.Diagnostics) == 0 || wrong.Diagnostics[0].Subject == nil {
		t.Errorf("%v", err)
	}
	for _, credential := range []oktaform.Credential{{}, {URL: m.org.URL}} {
		if _, err := oktaform.Open(m.dir, oktaform.Options{Org: credential}); err == nil {
			t.Errorf("%+v is enough", credential)
		}
	}
}

// The guards of the program hold for Go programs as well.
func TestGuardsHold(t *testing.T) {
	t.Parallel()
	m := newTeam(t)
	m.apply(groups("a", "b", "c", "d"))
	s := m.open(groups("a"))
	p := m.plan(s)
	result, err := s.Apply(t.Context(), p, oktaform.ApplyOptions{})
	refused, ok := errors.AsType[*oktaform.Error](err)
	if !ok || refused.Reason != oktaform.Guarded || result != nil {
		t.Fatalf("%v", err)
	}
	done, err := s.Apply(t.Context(), p, oktaform.ApplyOptions{MaxDeletes: 3})
	if err != nil || done.Done != (plan.Counts{Destroy: 3}) {
		t.Errorf("%+v, %v", done, err)
	}
}

// A plan is applied by the session that checked it, and as long as the org is the same.
func TestPlanHasToBeThisSessionsAndFresh(t *testing.T) {
	t.Parallel()
	m := newTeam(t)
	s := m.open(groups("a"))
	p := m.plan(s)
	if _, err := m.open(groups("a")).Apply(t.Context(), p, oktaform.ApplyOptions{}); err == nil {
		t.Error("another session applies the plan")
	}
	m.apply(groups("a"))
	var events []apply.Event
	if _, err := s.Apply(t.Context(), p, oktaform.ApplyOptions{Events: func(e apply.Event) { events = append(events, e) }}); !errors.Is(err, oktaform.ErrChanged) || len(events) > 0 {
		t.Errorf("%v, %d events", err, len(events))
	}
}

// A token leaves for no other host than its org.
func TestClientCallsItsOrgOnly(t *testing.T) {
	t.Parallel()
	m := newTeam(t)
	const app = "service_app \"bot\" {\n  label = \"Bot\"\n  okta_api_scopes = [\"okta.users.read\"]\n  public_key \"bot-1\" {\n    private_key_file = \"keys/bot-1.pem\"\n    generate = true\n  }\n  admin_role \"READ_ONLY_ADMIN\" {}\n}\n"
	m.apply(app)
	client, err := m.open(app).Client(t.Context(), "bot")
	if err != nil {
		t.Fatal(err)
	}
	other := sandbox.Start(t, sandbox.Options{})
	if answer, err := client.Get(other.URL + "/api/v1/users"); err == nil {
		_ = answer.Body.Close()
		t.Errorf("%s", answer.Status)
	}
}

// What a configuration owns can be deleted at the end of a test run.
func TestDestroy(t *testing.T) {
	t.Parallel()
	m := newTeam(t)
	m.apply(groups("a", "b"))
	s := m.open(groups("a", "b"))
	p, err := s.Plan(t.Context(), oktaform.PlanOptions{Destroy: true})
	if err != nil {
		t.Fatal(err)
	}
	done, err := s.Apply(t.Context(), p, oktaform.ApplyOptions{})
	if err != nil || done.Done != (plan.Counts{Destroy: 2}) {
		t.Errorf("%+v, %v", done, err)
	}
	if again := m.plan(s).Counts(); again != (plan.Counts{Add: 2}) {
		t.Errorf("%+v", again)
	}
}
