package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// One interrupt lets what is under way end, starts nothing more, and says what
// was done; the next run does the rest.
func TestInterruptOnce(t *testing.T) {
	t.Parallel()
	s := newFaultSweep(t)
	s.program()
	g := s.org(nil)
	process := make(chan *os.Process, 1)
	g.on(s.requests/2, func(w http.ResponseWriter, r *http.Request) {
		_ = (<-process).Signal(os.Interrupt)
		g.org.ServeHTTP(w, r)
	})
	status, out := s.outside(g, process)
	if status != 1 || !strings.Contains(out, "starting no others") || !strings.Contains(out, "not started") || !strings.Contains(out, "Apply incomplete") {
		t.Fatalf("exit status %d:\n%s", status, out)
	}
	if !regexp.MustCompile(`Interrupted: (finishing \d+ changes?, )?starting no others`).MatchString(out) || strings.Count(out, ": not started") > 5 {
		t.Errorf("the interrupt is not answered in a few lines:\n%s", out)
	}
	if strings.Contains(out, "Error") {
		t.Errorf("what was under way failed:\n%s", out)
	}
	if groups := s.dump(g); strings.Contains(groups, "oktaform lease") {
		t.Error("the lease is still there")
	}
	s.converge(&figures{}, "interrupted once", status, out, func() (int, string) { return s.outside(g, nil) }, g)
}

// Two interrupts end the run at once, also while a request has no answer. Further ones don't keep
// the errors from being shown. The lease stays, and the next run waits before it looks.
func TestInterruptTwice(t *testing.T) {
	t.Parallel()
	s := newFaultSweep(t)
	s.program()
	g := s.org(nil)
	process := make(chan *os.Process, 1)
	g.on(s.requests/2, func(w http.ResponseWriter, r *http.Request) {
		g.org.ServeHTTP(httptest.NewRecorder(), r)
		p := <-process
		_ = p.Signal(os.Interrupt)
		for p.Signal(os.Interrupt) == nil { // until it has ended; two signals may count as one
			time.Sleep(time.Millisecond)
		}
	})
	status, out := s.outside(g, process)
	if status == 0 || !strings.Contains(out, "Apply incomplete") {
		t.Fatalf("exit status %d:\n%s", status, out)
	}
	if strings.Contains(out, "context canceled") || !strings.Contains(out, ": stopped by the second interrupt. The next plan shows whether the org still did it") {
		t.Errorf("the errors don't say what stopped the requests:\n%s", out)
	}
	if len(s.groups(g, "oktaform lease team/sweep")) != 1 {
		t.Error("the lease doesn't tell the next run to wait")
	}
	s.converge(&figures{}, "interrupted twice", status, out, func() (int, string) { return s.outside(g, nil) }, g)
}

// Several runs of one configuration at once: those that find the lease taken
// refuse or wait, and the org is as if there had been one run.
func TestRunsAtOnce(t *testing.T) {
	t.Parallel()
	s := newFaultSweep(t)
	s.program()
	for _, wait := range []string{"0s", "2m"} {
		s.reset()
		g := s.org(nil)
		type end struct {
			status int
			out    string
		}
		ends := make(chan end)
		for range 3 {
			go func() {
				status, out := s.outside(g, nil, "--lease-timeout="+wait)
				ends <- end{status, out}
			}()
		}
		done := 0
		for range 3 {
			switch e := <-ends; {
			case e.status == 0:
				done++
			case wait != "0s" || !strings.Contains(e.out, "another run of team/sweep is changing the org"):
				t.Errorf("--lease-timeout=%s: exit status %d:\n%s", wait, e.status, e.out)
			}
		}
		if done == 0 || wait != "0s" && done != 3 {
			t.Errorf("--lease-timeout=%s: %d runs of 3 succeeded", wait, done)
		}
		if got := s.dump(g); got != s.want {
			t.Errorf("--lease-timeout=%s: the org differs at %s", wait, differ(s.want, got))
		}
	}
}

// A lease counts while its process lives, whether or not it answers; one of a
// process that has ended, and one that has expired, is taken over.
func TestLeaseOfOthers(t *testing.T) {
	t.Parallel()
	s := newFaultSweep(t)
	for _, c := range []struct {
		name, host, expires string
		status              int
	}{
		{"another machine's", "elsewhere", "2999-01-01T00:00:00Z", 1},
		{"an expired one", "elsewhere", "2020-01-01T00:00:00Z", 0},
		{"a dead process's", "sweep", "2999-01-01T00:00:00Z", 0},
	} {
		clock := newFakeClock()
		g := s.org(clock)
		note := fmt.Sprintf(`Kept by oktaform while it changes the org: {"host":%q,"pid":1,"holder":"x","expires":%q}`, c.host, c.expires)
		s.ask(g, "POST", "/api/v1/groups", fmt.Sprintf(`{"profile":{"name":"oktaform lease team/sweep","description":%q}}`, note))
		begin := clock.Now()
		status, out := s.inside(g, clock, "after")
		if status != c.status {
			t.Errorf("%s: exit status %d:\n%s", c.name, status, out)
		}
		if c.status != 0 {
			if !strings.Contains(out, "process 1 on elsewhere") || g.state().writes > 1 {
				t.Errorf("%s: %d writes\n%s", c.name, g.state().writes, out)
			}
			continue
		}
		if waited := clock.Now().Sub(begin); waited.Seconds() < 5 {
			t.Errorf("%s: waited only %s before it looked again", c.name, waited)
		}
		if got := s.dump(g); got != s.want {
			t.Errorf("%s: the org differs at %s", c.name, differ(s.want, got))
		}
	}
}

// A lease that a run left behind goes with the next one that has nothing to write.
// Who takes none waits until what others did is visible before anything is made.
func TestLeaseLeftBehindAndOff(t *testing.T) {
	t.Parallel()
	s := newFaultSweep(t)
	clock := newFakeClock()
	g := s.org(clock)
	begin := clock.Now()
	if status, out := s.inside(g, clock, "after", "--lease=off"); status != 0 || clock.Now().Sub(begin) < 5*time.Second {
		t.Errorf("exit status %d after %s:\n%s", status, clock.Now().Sub(begin), out)
	}
	note := `Kept by oktaform while it changes the org: {"host":"sweep","pid":1,"holder":"x","expires":"2999-01-01T00:00:00Z"}`
	s.ask(g, "POST", "/api/v1/groups", fmt.Sprintf(`{"profile":{"name":"oktaform lease team/sweep","description":%q}}`, note))
	if status, out := s.inside(g, clock, "after"); status != 0 || len(s.groups(g, "oktaform lease team/sweep")) != 0 {
		t.Errorf("exit status %d, %d leases:\n%s", status, len(s.groups(g, "oktaform lease team/sweep")), out)
	}
}

// A run whose lease is gone starts nothing more; one that takes long extends it.
func TestLeaseLostAndExtended(t *testing.T) {
	t.Parallel()
	s := newFaultSweep(t)
	clock := newFakeClock()
	g := s.org(clock)
	g.on(s.requests/2, func(w http.ResponseWriter, r *http.Request) {
		g.org.ServeHTTP(w, r)
		for id := range s.groups(g, "oktaform lease team/sweep") {
			s.ask(g, "DELETE", "/api/v1/groups/"+id, "")
		}
		_ = clock.Sleep(r.Context(), 2*time.Second)
	})
	status, out := s.inside(g, clock, "after")
	if status != 1 || !strings.Contains(out, "lost the lease") || !strings.Contains(out, "not started") {
		t.Errorf("exit status %d:\n%s", status, out)
	}
	s.converge(&figures{}, "lost the lease", status, out, func() (int, string) { return s.inside(g, clock, "after") }, g)

	clock = newFakeClock()
	g = s.org(clock)
	var mu sync.Mutex // requests are served side by side
	before, extended := "", false
	look := func(see func(description string)) {
		for _, description := range s.groups(g, "oktaform lease team/sweep") {
			mu.Lock()
			see(description)
			mu.Unlock()
		}
	}
	g.on(s.requests/2, func(w http.ResponseWriter, r *http.Request) {
		g.org.ServeHTTP(w, r)
		look(func(description string) { before = description })
		_ = clock.Sleep(r.Context(), 6*time.Minute)
	})
	g.mu.Lock()
	g.each = func(*http.Request) {
		look(func(description string) { extended = extended || before != "" && description != before })
	}
	g.mu.Unlock()
	status, out = s.inside(g, clock, "after")
	mu.Lock()
	defer mu.Unlock()
	if status != 0 || !extended {
		t.Errorf("exit status %d, extended %v:\n%s", status, extended, out)
	}
}

// ask makes a request past the gate.
func (s *sweep) ask(g *gate, method, path, body string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Authorization", "SSWS "+g.org.Token())
	req.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	g.org.ServeHTTP(answer, req)
	return answer
}

// groups are the descriptions of the groups of a name, by their ids.
func (s *sweep) groups(g *gate, name string) map[string]string {
	var list []struct {
		ID      string
		Profile struct{ Name, Description string }
	}
	_ = json.Unmarshal(s.ask(g, "GET", "/api/v1/groups", "").Body.Bytes(), &list)
	found := map[string]string{}
	for _, group := range list {
		if group.Profile.Name == name {
			found[group.ID] = group.Profile.Description
		}
	}
	return found
}
