package bench_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/oktaform/oktaform/bench"
	"github.com/oktaform/oktaform/internal/org/readcache"
	"github.com/oktaform/oktaform/sandbox"
)

// Under the limits of an enterprise org, plan and apply take hardly longer than
// the limits make them, without one refusal. In simulated time.
func TestPaceUnderLimits(t *testing.T) {
	const n = 60
	dir := t.TempDir()
	if err := bench.WriteConfig(dir, n, 0); err != nil {
		t.Fatal(err)
	}
	simulate(t, sandbox.Options{RateLimit: sandbox.RateLimitEnterprise}, 2, func(t *testing.T, s *simulation) {
		for name, p := range map[string]phase{"apply": s.run(t, dir, true), "plan": s.run(t, dir, false)} {
			total, refused := p.requests()
			t.Logf("%s: %d requests, %d of them in the bucket of apps; %v, floor %v", name, total, p.in("/api/v1/apps"), p.took, p.floor())
			if refused > 0 || p.took > p.floor()*11/10 {
				t.Errorf("%s: %d refused; %v, floor %v", name, refused, p.took, p.floor())
			}
			if name == "plan" && (p.changes > 0 || p.in("/api/v1/apps") > n*105/100 || total > n*3/2+8) {
				t.Errorf("plan: %d changes, %d requests, %d of them in the bucket of apps", p.changes, total, p.in("/api/v1/apps"))
			}
		}
	})
}

// Another client that takes half of the bucket of apps ends nothing.
func TestPaceBesideOthers(t *testing.T) {
	dir := t.TempDir()
	if err := bench.WriteConfig(dir, 60, 0); err != nil {
		t.Fatal(err)
	}
	simulate(t, sandbox.Options{RateLimit: sandbox.RateLimitEnterprise}, 2, func(t *testing.T, s *simulation) {
		stop, done := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			for {
				select {
				case <-stop:
					return
				case <-time.After(time.Minute / 50):
					req := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/api/v1/apps", nil)
					req.Header.Set("Authorization", "SSWS "+adminToken)
					s.transport.org.ServeHTTP(httptest.NewRecorder(), req)
				}
			}
		}()
		if p := s.run(t, dir, true); p.changes != 62 {
			t.Errorf("%d changes", p.changes)
		}
		if p := s.run(t, dir, false); p.changes != 0 {
			t.Errorf("%d changes", p.changes)
		}
		close(stop)
		<-done
	})
}

// What a plan by events asks for doesn't grow with the number of apps: only lists
// and the log, and what has changed. It takes no longer than the limits make it.
func TestPaceByEvents(t *testing.T) {
	dir := t.TempDir()
	if err := bench.WriteConfig(dir, 60, 0); err != nil {
		t.Fatal(err)
	}
	simulate(t, sandbox.Options{RateLimit: sandbox.RateLimitEnterprise}, 4, func(t *testing.T, s *simulation) {
		s.run(t, dir, true)
		var memory *readcache.Cache
		read := func(changes int) int {
			var p phase
			p, memory = s.runByEvents(t, dir, memory)
			total, refused := p.requests()
			t.Logf("%d requests, %v, floor %v", total, p.took, p.floor())
			if p.changes != changes || refused > 0 || p.took > p.floor()*11/10 {
				t.Errorf("%d changes, want %d; %d refused; %v, floor %v", p.changes, changes, refused, p.took, p.floor())
			}
			return total
		}
		read(0)
		warm := read(0)
		if warm > 12 {
			t.Errorf("%d requests with nothing changed", warm)
		}
		s.widen(t)
		if changed := read(10); changed <= warm || changed > warm+40 {
			t.Errorf("%d requests with nothing changed, %d with 10 changed", warm, changed)
		}
	})
}
