package org_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/sandbox"
)

// TestLeaseEndsMeanwhile: a machine that slept for longer than its lease creates
// nothing when it wakes up, wherever it was.
func TestLeaseEndsMeanwhile(t *testing.T) {
	group := desired("group", "g", map[string]cty.Value{"name": s("G")})
	for _, c := range []struct {
		name  string
		sleep func(t *testing.T, l live, clock *instant)
		sent  int // creates
		lost  bool
	}{
		{"not at all", func(*testing.T, live, *instant) {}, 1, false},
		{"between two changes", func(_ *testing.T, _ live, clock *instant) { _ = clock.Sleep(t.Context(), 11*time.Minute) }, 1, false},
		{"between two changes, and another run took over", func(t *testing.T, l live, clock *instant) {
			_ = clock.Sleep(t.Context(), 11*time.Minute)
			l.takeOver(t)
		}, 0, true},
		{"while a create waited for its turn", func(t *testing.T, l live, clock *instant) {
			fault, err := sandbox.ParseFault("429=2s POST /api/v1/groups 1")
			if err == nil {
				err = l.org.SetFaults(fault)
			}
			if err != nil {
				t.Fatal(err)
			}
			clock.doze = 11 * time.Minute
		}, 1, true},
		{"while it wasn't known whether a create had taken effect", func(t *testing.T, l live, clock *instant) {
			fault, err := sandbox.ParseFault("reset-before POST /api/v1/groups 1")
			if err == nil {
				err = l.org.SetFaults(fault)
			}
			if err != nil {
				t.Fatal(err)
			}
			posted := false
			l.tape.before = func(call string) {
				if posted && call == "GET /api/v1/groups" {
					posted = false
					l.takeOver(t)
				}
				posted = posted || strings.HasPrefix(call, "POST /api/v1/groups")
			}
		}, 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := &instant{}
			l := connectAt(t, clock, sandbox.Options{Clock: clock.Now})
			me := org.Process{Host: "here", PID: 1}
			lease, fresh, err := l.Acquire(t.Context(), org.LeaseOptions{Owner: owner, Self: me, Dead: func(org.Process) bool { return false }})
			if err != nil || !fresh {
				t.Fatal(fresh, err)
			}
			c.sleep(t, l, clock)
			l.tape.take()
			_, err = l.Create(t.Context(), group)
			if lost := errors.As(err, new(*org.LostError)); lost != c.lost || err != nil && !lost {
				t.Errorf("got %v", err)
			}
			sent := len(slices.DeleteFunc(writes(l.tape.take()), func(call string) bool { return call != "POST /api/v1/groups" }))
			if sent != c.sent {
				t.Errorf("%d creates were sent", sent)
			}
			if err := lease.Release(t.Context(), true); err != nil {
				t.Error(err)
			}
		})
	}
}

// takeOver takes the lease away, as another run does.
func (l live) takeOver(t *testing.T) {
	t.Helper()
	list := l.call(t, "GET", "/api/v1/groups?q=oktaform+lease", "")
	_, after, found := strings.Cut(list, `"id":"`)
	if !found {
		t.Fatal(list)
	}
	id, _, _ := strings.Cut(after, `"`)
	l.call(t, "DELETE", "/api/v1/groups/"+id, "")
}

// TestLeaseThatComesBack: an org that has the lease of a dead run again after each removal
// is not asked for ever.
func TestLeaseThatComesBack(t *testing.T) {
	removed := 0
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodPost:
			answer(w, 400, `{"errorCode":"E0000001","errorSummary":"Api validation failed: name","errorCauses":[{"errorSummary":"name: An object with this field already exists in the current organization"}]}`)
		case http.MethodDelete:
			removed++
			answer(w, 204, "")
		default:
			answer(w, 200, fmt.Sprintf(`[{"id":"00g1","profile":{"name":"oktaform lease %s","description":%q}}]`, owner,
				`Kept by oktaform while it changes the org: {"host":"here","pid":2,"holder":"other","expires":"2020-01-01T00:00:00Z"}`))
		}
	})
	_, _, err := client.Acquire(t.Context(), org.LeaseOptions{Owner: owner, Self: org.Process{Host: "here", PID: 1}, Dead: func(org.Process) bool { return true }})
	if err == nil || !strings.Contains(err.Error(), "is there again each time") || removed != 10 {
		t.Errorf("%d removals, then %v", removed, err)
	}
}

// TestForgedLeases: whoever may edit groups can write a lease, and holds an owner up for minutes
// only; a group that is no lease is named, with who made it.
func TestForgedLeases(t *testing.T) {
	want := org.LeaseOptions{Owner: owner, Self: org.Process{Host: "here", PID: 1}, Dead: func(org.Process) bool { return false }}
	plant := func(l live, description string) {
		l.call(t, "POST", "/api/v1/groups", fmt.Sprintf(`{"profile":{"name":"oktaform lease %s","description":%q}}`, owner, description))
	}
	clock := &instant{}
	l := connectAt(t, clock, sandbox.Options{Clock: clock.Now})
	plant(l, `Kept by oktaform while it changes the org: {"host":"elsewhere","pid":7,"holder":"mallory","expires":"9999-01-01T00:00:00Z"}`)
	var held *org.HeldError
	if _, _, err := l.Acquire(t.Context(), want); !errors.As(err, &held) || held.Until.Sub(clock.Now()) > 12*time.Minute {
		t.Errorf("a lease until 9999: %v", err)
	}
	_ = clock.Sleep(t.Context(), 12*time.Minute)
	if _, _, err := l.Acquire(t.Context(), want); err != nil {
		t.Errorf("12 minutes later: %v", err)
	}

	clock = &instant{}
	l = connectAt(t, clock, sandbox.Options{Clock: clock.Now})
	plant(l, "for fun")
	_, _, err := l.Acquire(t.Context(), want)
	if !errors.As(err, &held) || held.Maker == "" || !strings.Contains(err.Error(), held.Maker) || !strings.Contains(err.Error(), held.Group) {
		t.Errorf("a group of that name: %v", err)
	}
}
