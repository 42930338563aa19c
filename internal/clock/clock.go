// Package clock distinguishes this machine's time from the org's.
//
// A machine's clock may be wrong by minutes or days. Comparisons with times from the org (when a
// secret was created, when a lease ends), and times that the org compares with its own (the expiry
// of an assertion), must use the org's time.
package clock

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// Machine is this machine's clock, for durations, waits, and timestamps that people compare with
// other logs of this machine.
type Machine interface {
	// LocalNow returns this machine's time, which may be wrong.
	LocalNow() time.Time
	// Sleep waits for d, or until the context ends; it then returns the context's cause.
	Sleep(ctx context.Context, d time.Duration) error
}

// System is the operating system's clock.
type System struct{}

// LocalNow returns the operating system's time.
func (System) LocalNow() time.Time { return time.Now() }

// Sleep waits for d, or until the context ends.
func (System) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// Org is the org's clock, estimated from its answers (Date, RFC 9110 section 6.6.1). It is safe for
// concurrent use.
type Org struct {
	machine Machine
	ask     func(context.Context) error

	mu      sync.Mutex
	known   bool
	latest  time.Duration // minimum lead over this machine's clock, by the latest answer
	highest time.Duration // the same, by the answer that gives the highest
}

// NewOrg returns a clock without any answers yet. ask makes a request whose answer is passed to
// Observe.
func NewOrg(machine Machine, ask func(context.Context) error) *Org {
	return &Org{machine: machine, ask: ask}
}

// ErrUntold reports an org whose answers don't tell the time.
var ErrUntold = errors.New("the org's answers don't tell the time (they have no Date header), and this machine's clock may be wrong: nothing is decided by it. Check --org and the proxy settings (HTTPS_PROXY, NO_PROXY)")

// Now returns the org's time. It calls ask if there has been no answer yet.
func (o *Org) Now(ctx context.Context) (time.Time, error) {
	if !o.Known() {
		if err := o.ask(ctx); err != nil {
			return time.Time{}, err
		}
	}
	if !o.Known() {
		return time.Time{}, ErrUntold
	}
	return o.Estimate(), nil
}

// Known reports whether an answer has shown the org's time.
func (o *Org) Known() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.known
}

// Ahead returns how far the org's clock is ahead of this machine's by the latest answer; false if
// no answer has shown it.
func (o *Org) Ahead() (time.Duration, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.latest, o.known
}

// Estimate returns the org's time, or this machine's if no answer has shown it, for what the org
// compares with its own clock. It is behind by up to a second and the answer's travel time.
func (o *Org) Estimate() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.machine.LocalNow().Add(o.latest)
}

// setBack is how far Date must fall behind the expected time before the org's clock is assumed to
// have been set back, or this machine's forward.
const setBack = 5 * time.Second

// Observe records the Date header of an answer of the org. Date has whole seconds, rounded down, so
// each answer gives a lower bound of the org's lead. A cached answer shows when it was created, not
// the current time (RFC 9111, section 5.1).
func (o *Org) Observe(h http.Header, received time.Time) {
	date, err := http.ParseTime(h.Get("Date"))
	if age := h.Get("Age"); err != nil || age != "" && age != "0" {
		return
	}
	ahead := date.Sub(received)
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.known || ahead > o.highest || ahead < o.highest-setBack {
		o.highest = ahead
	}
	o.latest, o.known = ahead, true
}

// At returns the org's time at a time of this machine's clock, by the answer that gives the highest
// lead.
func (o *Org) At(local time.Time) time.Time { return local.Add(o.offset()) }

// Local returns this machine's time at a time of the org's, by the same answer. When it is reached,
// the org's time has certainly come.
func (o *Org) Local(theirs time.Time) time.Time { return theirs.Add(-o.offset()) }

func (o *Org) offset() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.highest
}
