package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/sandbox"
)

// The sweeps interrupt an apply at every one of its requests, in every way that
// an org, a network or a machine can, run it again, and compare the org with that
// of an undisturbed run. docs/reliability.md has the figures of the full ones.
var sweepSize = flag.String("sweep", cmp.Or(os.Getenv("OKTAFORM_TEST_SWEEP"), "small"), "small: some points of the sweeps; full: all; K/N: all of them in N parts, of which this is the K-th")

// sweepPoints picks the points of a sweep over n requests: few of them, those of
// a part, which are no fewer, or all.
func sweepPoints(n, few, first int) []int {
	step, begin := max(n/few, 1), first
	var part, parts int
	switch _, err := fmt.Sscanf(*sweepSize, "%d/%d", &part, &parts); {
	case *sweepSize == "full":
		step = 1
	case err == nil && parts > 0:
		step, begin = min(step, parts), part
	}
	var points []int
	for i := 1 + begin%step; i <= n; i += step {
		points = append(points, i)
	}
	return points
}

// sweep is an org in the state before the run, the folder of a configuration, and the org as it is
// to be afterwards.
type sweep struct {
	t        *testing.T
	c        sweepCase
	folder   string // the configuration is in its folder "after"
	seed     []byte
	prepared map[string]string // files of the configuration before the run: keys
	want     string
	declared string // main.hcl after the run: a release edits it
	// requests is how many an undisturbed run makes, and writes how many of them
	// change something.
	requests, writes int
	dir              string // where the program is
	password         string // of users that the configuration makes
	processes        atomic.Int32
}

// newFaultSweep is the sweep over updates.
func newFaultSweep(t *testing.T) *sweep {
	t.Helper()
	return newSweepOf(t, updates)
}

func newSweepOf(t *testing.T, c sweepCase) *sweep {
	t.Helper()
	s := &sweep{t: t, c: c, folder: t.TempDir(), password: cli.Password()}
	if c.seed != "" {
		s.seed = []byte(c.seed)
	}
	g := s.org(newFakeClock())
	if c.logged {
		s.seed = s.dumpAll(g)
	} else if c.before != "" {
		s.write("after", c.before)
		if status, out := s.command(g, newFakeClock(), "apply", "--auto-approve", filepath.Join(s.folder, "after")); status != 0 {
			t.Fatalf("exit status %d:\n%s", status, out)
		}
	}
	s.prepared, s.seed = s.readFiles("keys"), s.dumpAll(g)
	clock := newFakeClock()
	g = s.org(clock)
	s.reset()
	if status, out := s.inside(g, clock, "after"); status != 0 {
		t.Fatalf("exit status %d:\n%s", status, out)
	}
	s.want, s.declared, s.requests, s.writes = s.dump(g), s.main(), g.state().seen, g.state().writes
	if s.writes < c.writes {
		t.Fatalf("the run has %d writes only", s.writes)
	}
	t.Logf("%s: an undisturbed run makes %d requests, %d of them writes", c.name, s.requests, s.writes)
	return s
}

// dumpAll is the org, to make others from it.
func (s *sweep) dumpAll(g *gate) []byte {
	var seed bytes.Buffer
	if err := g.org.DumpWithSecrets(&seed); err != nil {
		s.t.Fatal(err)
	}
	return seed.Bytes()
}

// anew is the same sweep for another test, with a folder of its own.
func (s *sweep) anew(t *testing.T) *sweep {
	t.Helper()
	other := &sweep{t: t, c: s.c, folder: t.TempDir(), seed: s.seed, prepared: s.prepared, want: s.want, declared: s.declared, requests: s.requests, writes: s.writes, password: s.password}
	other.reset()
	return other
}

// reset makes the folder of the configuration what it is before the run.
func (s *sweep) reset() {
	if err := os.RemoveAll(filepath.Join(s.folder, "after")); err != nil {
		s.t.Fatal(err)
	}
	s.write("after", s.c.after)
	if s.c.folder != "" {
		if err := os.Remove(filepath.Join(s.folder, "after", "main.hcl")); err != nil {
			s.t.Fatal(err)
		}
		if err := os.CopyFS(filepath.Join(s.folder, "after"), os.DirFS(s.c.folder)); err != nil {
			s.t.Fatal(err)
		}
	}
	for name, content := range s.prepared {
		if err := os.WriteFile(filepath.Join(s.folder, "after", "keys", name), []byte(content), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// main is the text of the configuration's main.hcl; "" if there is none.
func (s *sweep) main() string {
	text, err := os.ReadFile(filepath.Join(s.folder, "after", "main.hcl"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.t.Fatal(err)
	}
	return string(text)
}

// readFiles reads the files of a folder in that of the configuration.
func (s *sweep) readFiles(folder string) map[string]string {
	files := map[string]string{}
	paths, _ := filepath.Glob(filepath.Join(s.folder, "after", folder, "*"))
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			s.t.Fatal(err)
		}
		files[filepath.Base(path)] = string(content)
	}
	return files
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

func (s *sweep) environ(g *gate) []string {
	return []string{"OKTA_CLIENT_ORGURL=" + g.url, "OKTA_CLIENT_TOKEN=" + g.org.Token(), "HOME=" + s.folder, "OKTAFORM_VAR_ada_password=" + s.password, withQuickKeys + "=1"}
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
	return s.process(g, clock, folder, time.Minute, func(org.Process) bool { return true }, flags...)
}

// process runs the program in this process. dead tells it which others have
// ended.
func (s *sweep) process(g *gate, clock *fakeClock, folder string, attempt time.Duration, dead func(org.Process) bool, flags ...string) (int, string) {
	var out bytes.Buffer
	me := org.Process{Host: "sweep", PID: int(s.processes.Add(1))}
	status := run(context.Background(), append(s.args(folder), flags...), &cli.Environment{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
		Environ: s.environ(g), Home: s.folder, Clock: clock, Attempt: attempt, NewKey: quickKey,
		Self: func() org.Process { return me }, Dead: func(p org.Process) bool { return p.PID != me.PID && dead(p) }})
	return status, out.String()
}

// quickKey makes a key in the hundredth part of the time that an RSA key takes, which is most of a
// run's. The stories run the program with those that it makes by itself.
func quickKey() ([]byte, error) {
	key, err := jwk.Generate("P-256")
	if err != nil {
		return nil, err
	}
	return key.PEM()
}

// args is the command line that the README gives.
func (s *sweep) args(folder string) []string {
	args := s.c.args
	if args == nil {
		args = []string{"apply", "--auto-approve"}
	}
	return append(slices.Clone(args), filepath.Join(s.folder, folder))
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

func (f *figures) add(other *figures) {
	f.tried, f.alone, f.converged = f.tried+other.tried, f.alone+other.alone, f.converged+other.converged
}

func (f *figures) log(t *testing.T, name string) {
	t.Logf("| %s | %d | %d | %d |", name, f.tried, f.alone, f.converged)
}

// converge runs again where the first run failed, compares, and closes the org.
func (s *sweep) converge(f *figures, point string, first int, firstOut string, again func() (int, string), g *gate) {
	defer g.close()
	f.tried++
	if strings.Count(firstOut, "the lease stays until it expires:") > 1 {
		s.t.Errorf("%s: one error is shown twice:\n%s", point, firstOut)
	}
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
	if got := s.main(); got != s.declared {
		s.t.Errorf("%s: main.hcl differs at %s\nfirst:\n%s\nthen:\n%s", point, differ(s.declared, got), firstOut, out)
		return
	}
	f.converged++
}

// interruptions are the ways in which a request of every case is interrupted; transients are
// further ones, which a run is to survive by itself, for the case of updates.
var (
	interruptions = []string{"cut before", "cut after", "cut after, and invisible", "refused", "500", "reset-after", "503-after, invisible=3s"}
	transients    = []string{"429=2s", "503", "502", "500-after", "503-after", "reset-before", "truncate", "timeout-before", "timeout-after", "invisible=3s", "reset-after, invisible=3s"}
)

// TestSweep interrupts every request of each case in every way, runs the same command again, and
// compares.
func TestSweep(t *testing.T) {
	t.Parallel()
	for n, c := range sweepCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newSweepOf(t, c)
			kinds := interruptions
			if c.name == updates.name {
				kinds = slices.Concat(kinds, transients)
			}
			all := &figures{}
			for i, kind := range kinds {
				f, attempt := &figures{}, time.Minute
				if strings.HasPrefix(kind, "timeout") {
					attempt = time.Second // the run waits for its end in earnest
				}
				for _, at := range sweepPoints(s.requests, 1, n*17+i*37) {
					clock := newFakeClock()
					g := s.org(clock)
					g.on(at, func(w http.ResponseWriter, r *http.Request) { s.fault(g, kind, w, r) })
					run := func(attempt time.Duration) (int, string) {
						return s.process(g, clock, "after", attempt, func(org.Process) bool { return true })
					}
					s.reset()
					status, out := run(attempt)
					g.join()
					again := func() (int, string) { return run(time.Minute) } // a busy machine may take a second
					s.converge(f, fmt.Sprintf("%s at request %d (%s)", kind, at, g.state().what), status, out, again, g)
				}
				f.log(t, kind)
				all.add(f)
			}
			t.Logf("| %s | %d | %d | %d | %d |", c.name, s.requests, all.tried, all.alone, all.converged)
		})
	}
}

func (s *sweep) fault(g *gate, kind string, w http.ResponseWriter, r *http.Request) {
	switch kind {
	case "cut before", "cut after", "cut after, and invisible":
		g.cut()
		if kind == "cut after, and invisible" {
			_ = g.org.SetFaults(sandbox.Fault{Kind: "invisible", Duration: 3 * time.Second})
		}
		if kind != "cut before" {
			g.org.ServeHTTP(httptest.NewRecorder(), r)
		}
		_ = g.org.SetFaults()
		breakOff(w)
		return
	case "refused":
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action","errorLink":"E0000006","errorId":"oae1","errorCauses":[]}`)
		return
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
