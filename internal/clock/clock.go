// Package clock keeps two times apart: that of this machine, and that of the org.
//
// A machine's clock may be off by minutes or days. What is compared with a time that
// the org has given (when a secret was made, when a lease ends), and what the org
// compares with its own time (the expiry of an assertion), goes by the org's time.
package clock

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// Machine is this machine's clock: to measure, to wait, and for stamps that people
// compare with other logs of this machine.
type Machine interface {
	// LocalNow is this machine's time, which may be wrong.
	LocalNow() time.Time
	// Sleep waits for d, or until the context ends, whose error it then returns.
	Sleep(ctx context.Context, d time.Duration) error
}

// System is the operating system's clock.
type System struct{}

// LocalNow is the operating system's time.
func (System) LocalNow() time.Time { return time.Now() }

// Sleep waits for d, or until the context ends.
func (System) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Org is the org's clock, as far as its answers tell its time (Date, RFC 9110
// section 6.6.1). It is safe for use by several goroutines at once.
type Org struct {
	machine Machine
	ask     func(context.Context) error

	mu      sync.Mutex
	known   bool
	latest  time.Duration // how far it is at least ahead of this machine's, by the latest answer
	highest time.Duration // the same, by the answer that tells most
}

// NewOrg returns a clock of which nothing is known yet. ask makes a request whose
// answer goes to Observe.
func NewOrg(machine Machine, ask func(context.Context) error) *Org {
	return &Org{machine: machine, ask: ask}
}

// ErrUntold reports an org whose answers don't tell the time.
var ErrUntold = errors.New("the org's answers don't tell the time (they have no Date header), and this machine's clock may be wrong: nothing is decided by it. Check --org and the proxy settings (HTTPS_PROXY, NO_PROXY)")

// Now returns the org's time. It asks the org where no answer has told it yet.
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

// Known reports whether an answer has told the org's time.
func (o *Org) Known() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.known
}

// Estimate is the org's time, or this machine's while no answer has told it: for
// what is sent to the org, which judges it by its own clock. It is up to a second, and
// the way of an answer, behind.
func (o *Org) Estimate() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.machine.LocalNow().Add(o.latest)
}

// setBack is how far Date must fall behind what we expect for us to believe that
// the org's clock was set back, or ours forward.
const setBack = 5 * time.Second

// Observe learns from the header of an answer of the org. Date is whole seconds, cut
// off, so each answer gives a lower bound of how far the org is ahead. The answer of a
// cache tells when it was made, not the time (RFC 9111, section 5.1).
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

// At is the org's time at a moment of this machine's clock, by the answer that tells
// most.
func (o *Org) At(local time.Time) time.Time { return local.Add(o.offset()) }

// Local is the moment of this machine's clock at a time of the org's, by the same
// answer: what is waited for until then has surely come.
func (o *Org) Local(theirs time.Time) time.Time { return theirs.Add(-o.offset()) }

func (o *Org) offset() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.highest
}
