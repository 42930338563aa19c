package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/skip"
	"github.com/oktaform/oktaform/sandbox"
)

// TestSweepKill kills the process at every request of an apply: before it is
// sent, after it took effect, and after it took effect while that is invisible.
func TestSweepKill(t *testing.T) {
	if testing.Short() {
		skip.Test(t, skip.Short)
	}
	t.Parallel()
	s := newSweepOf(t, sweepCases[1])
	s.program()
	for i, when := range []string{"before", "after", "after, and invisible"} {
		f := &figures{}
		for _, at := range sweepPoints(s.requests, 1, i*13) {
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
			s.reset()
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

// outside applies the configuration in a process of its own.
func (s *sweep) outside(g *gate, started chan<- *os.Process, flags ...string) (int, string) {
	return s.spawn(g, started, append(s.args("after"), flags...)...)
}

// spawn runs the program in a process of its own. It sends the process to started, unless that is
// nil, and returns the exit status and the output.
func (s *sweep) spawn(g *gate, started chan<- *os.Process, args ...string) (int, string) {
	cmd := exec.Command(filepath.Join(s.dir, "oktaform"), args...)
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
