package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/org"
)

// TestSweepRivals lets a second run of the same configuration begin and end at
// every request of a run: while the first one works, and while it sleeps for
// longer than its lease lasts.
func TestSweepRivals(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	for i, c := range []struct {
		name  string
		sleep time.Duration
		dead  bool // whether the second run believes that the first one has ended
	}{
		{"beside", 0, false},
		{"asleep for 11 minutes", 11 * time.Minute, false},
		{"taken for dead", 0, true},
	} {
		f, told := &figures{}, 0
		for _, at := range sweepPoints(s.requests, 2, i*53) {
			clock := newFakeClock()
			g := s.org(clock)
			rival, rivalOut := 0, ""
			// One change at a time: the clock stands still for what another goroutine is
			// doing, as it never does in earnest.
			one := func() (int, string) {
				return s.process(g, clock, "after", time.Minute, func(org.Process) bool { return c.dead }, "--parallelism=1")
			}
			g.on(at, func(w http.ResponseWriter, r *http.Request) {
				_ = clock.Sleep(r.Context(), c.sleep)
				rival, rivalOut = one()
				g.org.ServeHTTP(w, r)
			})
			_ = os.RemoveAll(filepath.Join(s.folder, "after", "keys"))
			status, out := one()
			point := fmt.Sprintf("a rival %s at request %d (%s)", c.name, at, g.state().what)
			out = fmt.Sprintf("the rival ended with %d:\n%s\nand the first run with %d:\n%s", rival, rivalOut, status, out)
			if rival != 0 && status != 0 && !strings.Contains(out, "lease") && !strings.Contains(out, "changed") {
				t.Errorf("%s: both failed:\n%s", point, out)
			}
			again := func() (int, string) { return s.inside(g, clock, "after") }
			if status != 0 && rival == 0 && g.state().what == "POST /api/v1/apps" {
				// The create was sent while the lease was held, and took effect after another
				// run had looked and made its own: two objects, which a person tells apart.
				if _, text := again(); strings.Contains(text, "Two objects with one mark") {
					told++
					continue
				}
			}
			s.converge(f, point, status, out, again, g)
		}
		f.log(t, "a rival "+c.name)
		t.Logf("%d creates were under way for longer than the lease, and the next run names both objects", told)
	}
}
