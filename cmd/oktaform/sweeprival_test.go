package main

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/org"
)

// gaveWay is what a run says that another one kept from its work.
var gaveWay = regexp.MustCompile(`another run of \S+ is changing the org|this run lost the lease of|has changed since the plan was made`)

// deleteOther does what the message about two objects with one mark says: it deletes the one that
// was made last.
func (s *sweep) deleteOther(g *gate, text string) {
	s.t.Helper()
	ids := slices.Compact(slices.Sorted(slices.Values(regexp.MustCompile(`\b0oa[0-9A-Za-z]{17}\b`).FindAllString(text, -1))))
	if len(ids) != 2 {
		s.t.Fatalf("the message doesn't name both objects: %q\n%s", ids, text)
	}
	s.call(g, "POST", "/api/v1/apps/"+ids[1]+"/lifecycle/deactivate", "")
	s.call(g, "DELETE", "/api/v1/apps/"+ids[1], "")
}

// TestSweepRivals lets a second run of the same configuration begin and end at
// every request of a run: while the first one works, and while it sleeps for
// longer than its lease lasts.
func TestSweepRivals(t *testing.T) {
	t.Parallel()
	s := newFaultSweep(t)
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
			s.reset()
			status, firstOut := one()
			out := ""
			point := fmt.Sprintf("a rival %s at request %d (%s)", c.name, at, g.state().what)
			out = fmt.Sprintf("the rival ended with %d:\n%s\nand the first run with %d:\n%s", rival, rivalOut, status, firstOut)
			for _, run := range []struct {
				status int
				out    string
			}{{rival, rivalOut}, {status, firstOut}} {
				if run.status != 0 && !gaveWay.MatchString(run.out) {
					t.Errorf("%s: a run ended with %d, and doesn't say that it gave way to another one:\n%s", point, run.status, out)
				}
			}
			again := func() (int, string) { return s.inside(g, clock, "after") }
			if c.name != "beside" && status != 0 && rival == 0 && g.state().what == "POST /api/v1/apps" {
				// The create was sent while the lease was held, and took effect after another
				// run had looked and made its own: two objects, which a person tells apart.
				if n, text := again(); n != 0 && strings.Contains(text, "Two objects with one mark") {
					told++
					s.deleteOther(g, text)
				}
			}
			s.converge(f, point, status, out, again, g)
		}
		f.log(t, "a rival "+c.name)
		if most := strings.Count(s.want, `"application_type"`); told > most {
			t.Errorf("%d creates ended in two objects, and the run has %d apps", told, most)
		}
		t.Logf("%d creates were under way for longer than the lease, and the next run names both objects", told)
	}
}
