package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/skip"
	"github.com/oktaform/oktaform/sandbox"
)

// The sweeps interrupt an apply at every one of its requests, in every way that
// an org, a network or a machine can, run it again, and compare the org with that
// of an undisturbed run. docs/reliability.md has the figures of the full ones.
var sweepSize = flag.String("sweep", "small", "small: some points of the sweeps; full: all; K/N: all of them in N parts, of which this is the K-th")

// sweepPoints picks the points of a sweep over n requests: few of them, those of
// a part, or all.
func sweepPoints(n, few, first int) []int {
	step, begin := max(n/few, 1), 0
	var part, parts int
	switch _, err := fmt.Sscanf(*sweepSize, "%d/%d", &part, &parts); {
	case *sweepSize == "full":
		step = 1
	case err == nil && parts > 0:
		step, begin = parts, part%parts
	default:
		begin = first % step
	}
	var points []int
	for i := 1 + begin; i <= n; i += step {
		points = append(points, i)
	}
	return points
}

// sweep is an org in the state before the apply, a configuration, and the org
// as it is to be afterwards.
type sweep struct {
	t      *testing.T
	folder string
	seed   []byte
	want   string
	// requests is how many an undisturbed run makes, and writes how many of them
	// change something.
	requests, writes int
	dir              string // where the program is
	processes        atomic.Int32
}

func newSweep(t *testing.T) *sweep {
	t.Helper()
	s := &sweep{t: t, folder: t.TempDir()}
	s.write("before", beforeSweep)
	s.write("after", afterSweep)
	g := s.org(nil)
	if status, out := s.inside(g, newFakeClock(), "before"); status != 0 {
		t.Fatalf("exit status %d:\n%s", status, out)
	}
	var seed bytes.Buffer
	if err := g.org.DumpWithSecrets(&seed); err != nil {
		t.Fatal(err)
	}
	s.seed = seed.Bytes()
	g = s.org(nil)
	if status, out := s.inside(g, newFakeClock(), "after"); status != 0 {
		t.Fatalf("exit status %d:\n%s", status, out)
	}
	s.want, s.requests, s.writes = s.dump(g), g.state().seen, g.state().writes
	if s.writes < 30 {
		t.Fatalf("the plan has %d writes only", s.writes)
	}
	t.Logf("an undisturbed run makes %d requests, %d of them writes", s.requests, s.writes)
	return s
}

// anew is the same sweep for another test, with a folder of its own.
func (s *sweep) anew(t *testing.T) *sweep {
	t.Helper()
	other := &sweep{t: t, folder: t.TempDir(), seed: s.seed, want: s.want, requests: s.requests, writes: s.writes}
	other.write("after", afterSweep)
	return other
}

func (s *sweep) write(name, text string) {
	dir := filepath.Join(s.folder, name)
	if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// gate lets requests through to an org, and does something at one of them.
type gate struct {
	org *sandbox.Server
	url string

	mu sync.Mutex // guards what follows
	gateState
}

type gateState struct {
	seen   int
	writes int
	at     int // the request that something happens at; 0 for none
	act    func(w http.ResponseWriter, r *http.Request)
	each   func(r *http.Request) // called before each other request; may be nil
	// instead may answer a request in the org's place; may be nil.
	instead func(w http.ResponseWriter, r *http.Request) bool
	what    string // the request that it happened at
}

// on lets something happen at a request.
func (g *gate) on(at int, act func(w http.ResponseWriter, r *http.Request)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at, g.act = at, act
}

// state is what the gate has seen so far.
func (g *gate) state() gateState {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.gateState
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	g.seen++
	if r.Method != http.MethodGet {
		g.writes++
	}
	hit := g.at > 0 && g.seen == g.at
	if hit {
		g.what = r.Method + " " + r.URL.Path
	}
	act, each, instead := g.act, g.each, g.instead
	g.mu.Unlock()
	if hit {
		act(w, r)
		return
	}
	if each != nil {
		each(r)
	}
	if instead != nil && instead(w, r) {
		return
	}
	g.org.ServeHTTP(w, r)
}

// org serves an org that is as before the apply.
func (s *sweep) org(clock *fakeClock) *gate {
	options := sandbox.Options{Seed: s.seed}
	if clock != nil {
		options.Clock = clock.Now
		options.Sleep = func(ctx context.Context, d time.Duration) { _ = clock.Sleep(ctx, d) }
	}
	server, err := sandbox.New(options)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.serve(server)
}

// serve puts a gate before an org.
func (s *sweep) serve(server *sandbox.Server) *gate {
	g := &gate{org: server}
	listener := httptest.NewServer(g)
	s.t.Cleanup(listener.Close)
	g.url = listener.URL
	return g
}

func (s *sweep) environ(g *gate) []string {
	return []string{"OKTA_CLIENT_ORGURL=" + g.url, "OKTA_CLIENT_TOKEN=" + g.org.Token(), "HOME=" + s.folder}
}

// fakeClock is a time that passes only when somebody waits.
type fakeClock struct {
	mu  sync.Mutex
	now time.Time
}

func newFakeClock() *fakeClock { return &fakeClock{now: time.Now()} }

func (c *fakeClock) Now() time.Time { return c.LocalNow() }

func (c *fakeClock) LocalNow() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// inside runs the program in this process, under a clock of its own. To it, all
// other processes have ended.
func (s *sweep) inside(g *gate, clock *fakeClock, folder string, flags ...string) (int, string) {
	return s.process(g, clock, folder, time.Second, func(org.Process) bool { return true }, flags...)
}

// process runs the program in this process. dead tells it which others have
// ended.
func (s *sweep) process(g *gate, clock *fakeClock, folder string, attempt time.Duration, dead func(org.Process) bool, flags ...string) (int, string) {
	var out bytes.Buffer
	me := org.Process{Host: "sweep", PID: int(s.processes.Add(1))}
	status := run(context.Background(), append(s.args(folder, 5*time.Second), flags...), &environment{stdin: strings.NewReader(""), stdout: &out, stderr: &out,
		environ: s.environ(g), home: s.folder, clock: clock, attempt: attempt,
		self: func() org.Process { return me }, dead: func(p org.Process) bool { return p.PID != me.PID && dead(p) }})
	return status, out.String()
}

func (s *sweep) args(folder string, consistency time.Duration) []string {
	return []string{"apply", "--auto-approve", "--no-smoke", "--trust-keys", "--max-deletes=9", "--parallelism=2", "--consistency=" + consistency.String(), filepath.Join(s.folder, folder)}
}

var (
	sweepID   = regexp.MustCompile(`"(id|createdBy)": "[^"]*"`)
	sweepTime = regexp.MustCompile(`"\d{4}-\d\d-\d\dT[^"]*"`)
	sweepKey  = regexp.MustCompile(`"(n|x|y|e)": "[^"]*"`)
	rawID     = regexp.MustCompile(`\b(0oa|00u|00g|cr0|iam|ire|00o)[0-9A-Za-z]{17}\b`)
)

// dump is what the org holds, without ids, times and key material, and in an
// order that doesn't depend on who came first.
func (s *sweep) dump(g *gate) string {
	var text bytes.Buffer
	if err := g.org.Dump(&text); err != nil {
		s.t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(text.Bytes(), &doc); err != nil {
		s.t.Fatal(err)
	}
	names := map[string]string{}
	for _, table := range []string{"apps", "users", "groups", "customRoles", "resourceSets"} {
		list, _ := doc[table].([]any)
		for _, entry := range list {
			object := entry.(map[string]any)
			names[object["id"].(string)] = table + " " + nameOf(object)
		}
	}
	plain := rawID.ReplaceAllStringFunc(text.String(), func(id string) string {
		if name, ok := names[id]; ok {
			return name
		}
		return "ID"
	})
	plain = sweepTime.ReplaceAllString(plain, `"TIME"`)
	plain = sweepKey.ReplaceAllString(plain, `"$1": "KEY"`)
	plain = sweepID.ReplaceAllString(plain, `"$1": "ID"`)
	var again any
	if err := json.Unmarshal([]byte(plain), &again); err != nil {
		s.t.Fatal(err)
	}
	out, _ := json.MarshalIndent(ordered(again), "", " ")
	return string(out)
}

func nameOf(object map[string]any) string {
	for _, path := range [][]string{{"document", "label"}, {"profile", "login"}, {"profile", "name"}, {"label"}} {
		var at any = object
		for _, name := range path {
			m, _ := at.(map[string]any)
			at = m[name]
		}
		if name, ok := at.(string); ok {
			return name
		}
	}
	return "?"
}

// ordered sorts all lists.
func ordered(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, elem := range v {
			v[name] = ordered(elem)
		}
	case []any:
		for i := range v {
			v[i] = ordered(v[i])
		}
		slices.SortFunc(v, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return v
}

// differ shows the first lines in which two dumps differ.
func differ(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d:\nwant %s\ngot  %s", i, strings.Join(w[max(0, i-6):min(len(w), i+4)], "\n     "), strings.Join(g[max(0, i-6):min(len(g), i+4)], "\n     "))
		}
	}
	return fmt.Sprintf("%d and %d lines", len(w), len(g))
}

// figures counts what a sweep found.
type figures struct {
	tried, alone, converged int // alone: without a second run
}

func (f *figures) log(t *testing.T, name string) {
	t.Logf("| %s | %d | %d | %d |", name, f.tried, f.alone, f.converged)
}

// converge runs again where the first run failed, and compares.
func (s *sweep) converge(f *figures, point string, first int, firstOut string, again func() (int, string), g *gate) {
	f.tried++
	status, out := first, firstOut
	if first == 0 {
		f.alone++
	} else {
		status, out = again()
	}
	if status != 0 {
		s.t.Errorf("%s: the run after it ended with %d:\n%s\nfirst:\n%s", point, status, out, firstOut)
		return
	}
	if got := s.dump(g); got != s.want {
		s.t.Errorf("%s: the org differs at %s\nfirst:\n%s\nthen:\n%s", point, differ(s.want, got), firstOut, out)
		return
	}
	f.converged++
}

// reset breaks a connection off, as a process that dies on the other side does.
func breakOff(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

// TestSweepFaults lets every request of an apply meet every fault.
func TestSweepFaults(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	kinds := []string{"429=2s", "500", "503", "502", "500-after", "503-after", "reset-before", "reset-after", "truncate", "timeout-before", "timeout-after", "invisible=3s", "reset-after, invisible=3s", "503-after, invisible=3s"}
	for i, kind := range kinds {
		f := &figures{}
		for _, at := range sweepPoints(s.requests, 1, i*37) {
			clock := newFakeClock()
			g := s.org(clock)
			g.on(at, func(w http.ResponseWriter, r *http.Request) { s.fault(g, kind, w, r) })
			_ = os.RemoveAll(filepath.Join(s.folder, "after", "keys"))
			status, out := s.inside(g, clock, "after")
			s.converge(f, fmt.Sprintf("%s at request %d (%s)", kind, at, g.state().what), status, out, func() (int, string) { return s.inside(g, clock, "after") }, g)
		}
		f.log(t, kind)
	}
}

func (s *sweep) fault(g *gate, kind string, w http.ResponseWriter, r *http.Request) {
	switch kind {
	case "timeout-after":
		g.org.ServeHTTP(httptest.NewRecorder(), r)
		fallthrough
	case "timeout-before":
		_, _ = io.Copy(io.Discard, r.Body) // else the server doesn't notice that the client has gone
		<-r.Context().Done()
		return
	}
	var list []sandbox.Fault
	for text := range strings.SplitSeq(kind, ", ") {
		f, err := sandbox.ParseFault(text)
		if err != nil {
			s.t.Error(err)
		}
		list = append(list, f)
	}
	_ = g.org.SetFaults(list...)
	defer func() { _ = g.org.SetFaults() }()
	g.org.ServeHTTP(w, r)
}

// TestSweepKill kills the process at every request of an apply: before it is
// sent, after it took effect, and after it took effect while that is invisible.
func TestSweepKill(t *testing.T) {
	if testing.Short() {
		skip.Test(t, skip.Short)
	}
	t.Parallel()
	s := newSweep(t)
	s.program()
	for i, when := range []string{"before", "after", "after, and invisible"} {
		f := &figures{}
		for _, at := range sweepPoints(s.requests, 2, i*53) {
			g := s.org(nil)
			process := make(chan *os.Process, 1)
			g.on(at, func(w http.ResponseWriter, r *http.Request) {
				if when != "before" {
					if when != "after" {
						_ = g.org.SetFaults(sandbox.Fault{Kind: "invisible", Duration: time.Second})
					}
					g.org.ServeHTTP(httptest.NewRecorder(), r)
					_ = g.org.SetFaults()
				}
				_ = (<-process).Kill()
				breakOff(w)
			})
			_ = os.RemoveAll(filepath.Join(s.folder, "after", "keys"))
			status, out := s.outside(g, process)
			if g.state().what != "" && status == 0 {
				t.Errorf("killed at %d, and ended with 0:\n%s", at, out)
			}
			s.converge(f, fmt.Sprintf("killed %s request %d (%s)", when, at, g.state().what), status, out, func() (int, string) { return s.outside(g, nil) }, g)
		}
		f.log(t, "kill -9 "+when)
	}
}

// program makes this test's binary callable as oktaform.
func (s *sweep) program() {
	self, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	s.dir = s.t.TempDir()
	if err := os.Symlink(self, filepath.Join(s.dir, "oktaform")); err != nil {
		s.t.Fatal(err)
	}
}

// outside runs the program as a process of its own.
func (s *sweep) outside(g *gate, started chan<- *os.Process, flags ...string) (int, string) {
	cmd := exec.Command(filepath.Join(s.dir, "oktaform"), append(s.args("after", 1500*time.Millisecond), flags...)...)
	cmd.Env = append(s.environ(g), "PATH="+os.Getenv("PATH"))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	if started != nil {
		started <- cmd.Process
	}
	_ = cmd.Wait()
	return cmd.ProcessState.ExitCode(), out.String()
}
