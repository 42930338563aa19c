package okta

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/schema"
)

// The limiter sends requests at the rate that the org's limits allow, and holds them back before a
// limit is hit: exceeding a limit would take requests away from the sign-ins of people.
//
// Requests of a bucket are sent in the order in which they arrived. The limits are known from the
// answers (see bucket). An org also limits concurrent requests over all buckets.

// resetMargin is added to the end of a window, because the clocks of an org's servers differ a
// little.
const resetMargin = 250 * time.Millisecond

type limiter struct {
	clock     clock.Machine
	org       *clock.Org
	buckets   *catalog.Buckets
	share     float64 // part of the org's limits that the client may use
	most      int     // concurrent requests, as set by the user; 0: as many as the org allows
	waiting   func(schema.Wait)
	reporting sync.Mutex // held while waiting is called

	mu                  sync.Mutex
	all                 []*bucket
	from                int // the bucket whose turn it is when a concurrent request becomes free
	plan                int // index of the org's plan in the published limits; -1 while unknown
	inFlight            int
	concurrencyCap      int // concurrent requests allowed after the org refused some; 0: it has not
	streak              int // answers since the last refusal
	concurrencyRefusals refusals
}

func newLimiter(machine clock.Machine, org *clock.Org, share float64, most int, waiting func(schema.Wait)) *limiter {
	return &limiter{clock: machine, org: org, buckets: catalog.NewBuckets(), share: share, most: most, waiting: waiting, plan: -1}
}

// ticket is a request that waits or is being sent.
type ticket struct {
	bucket *bucket
	extra  bool // not counted as a concurrent request
	send   chan struct{}
	err    error // why it is not sent; valid once send is closed
}

// admit waits until a request in the bucket may be sent. The caller must return the ticket with
// answered, refused or lost. first lets a request pass those that wait, because it has waited
// before. extra excludes it from the concurrent requests, which may be waiting for it.
func (l *limiter) admit(ctx context.Context, name string, first, extra bool) (*ticket, error) {
	t := &ticket{extra: extra, send: make(chan struct{})}
	l.mu.Lock()
	t.bucket = l.bucket(name)
	now := l.clock.LocalNow()
	if err := t.bucket.refusals.tooLong(now, name); err != nil && l.org.At(now).Before(t.bucket.paused) {
		l.mu.Unlock()
		return nil, err
	}
	if first {
		t.bucket.queue = slices.Insert(t.bucket.queue, 0, t)
	} else {
		t.bucket.queue = append(t.bucket.queue, t)
	}
	l.pump()
	select {
	case <-t.send:
		return t, t.err
	case <-ctx.Done():
	}
	l.mu.Lock()
	if t.err != nil {
		l.mu.Unlock()
		return nil, t.err
	}
	if i := slices.Index(t.bucket.queue, t); i >= 0 {
		t.bucket.queue = slices.Delete(t.bucket.queue, i, i+1)
	} else {
		l.leave(t)
		t.bucket.inFlight--
	}
	l.pump()
	return nil, context.Cause(ctx)
}

func (l *limiter) bucket(name string) *bucket {
	i := slices.IndexFunc(l.all, func(b *bucket) bool { return b.name == name })
	if i < 0 {
		l.all = append(l.all, &bucket{name: name})
		i = len(l.all) - 1
	}
	return l.all[i]
}

// pump sends what may be sent. It releases the lock, which its caller holds.
func (l *limiter) pump() {
	var waits []schema.Wait
	now := l.clock.LocalNow()
	for i := range l.all {
		b := l.all[(l.from+i)%len(l.all)]
		for len(b.queue) > 0 {
			t := b.queue[0]
			if !t.extra && l.inFlight >= l.atOnce() {
				break
			}
			ok, until := b.next(l.org.At(now), l.allowance)
			if !ok {
				if until.IsZero() {
					break
				}
				until = l.org.Local(until).Add(resetMargin)
				l.wakeAt(b, until.Sub(now))
				if until.Sub(b.reportedUntil).Abs() > newMinute/2 {
					b.reportedUntil = until
					waits = append(waits, l.wait(b, until))
				}
				break
			}
			b.queue = b.queue[1:]
			b.inFlight++
			if !t.extra {
				l.inFlight++
			}
			close(t.send)
		}
		if len(b.queue) == 0 && b.stop != nil {
			b.stop()
		}
	}
	if len(l.all) > 0 {
		l.from = (l.from + 1) % len(l.all)
	}
	l.mu.Unlock()
	if l.waiting == nil || len(waits) == 0 {
		return
	}
	l.reporting.Lock()
	defer l.reporting.Unlock()
	for _, w := range waits {
		l.waiting(w)
	}
}

// wakeAt pumps the bucket again after d, unless nothing waits anymore.
func (l *limiter) wakeAt(b *bucket, d time.Duration) {
	if b.stop != nil {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	b.stop = stop
	crash.Go(func() {
		_ = l.clock.Sleep(ctx, d)
		stop()
		l.mu.Lock()
		b.stop = nil
		l.pump()
	})
}

// answered returns the ticket of a request and records the limits in its answer.
func (l *limiter) answered(t *ticket, h http.Header) {
	l.mu.Lock()
	now := l.clock.LocalNow()
	limit, limited := readLimit(h)
	l.leave(t)
	t.bucket.answered(limit, limited, l.org.At(now))
	t.bucket.refusals, l.concurrencyRefusals = refusals{}, refusals{}
	if limited && t.bucket.name == planBucket && l.plan < 0 {
		l.plan = planOf(limit.limit)
	}
	if l.streak++; l.concurrencyCap > 0 && l.streak%20 == 0 {
		l.concurrencyCap++
	}
	l.pump()
}

// refused returns the ticket of a request that was answered with 429. It holds the bucket back for
// pause, or until its window ends if the answer says when. held is false if the answer refused
// concurrent requests instead of the bucket's rate. If nothing but refusals came for too long,
// refused fails this request and all that wait in the bucket.
func (l *limiter) refused(t *ticket, h http.Header, pause time.Duration) (held bool, err error) {
	l.mu.Lock()
	defer l.pump()
	now := l.clock.LocalNow()
	l.leave(t)
	limit, limited := readLimit(h)
	if !limited && h.Get("X-Rate-Limit-Limit") == "0" {
		t.bucket.inFlight--
		l.concurrencyCap, l.streak = max(1, min(l.atOnce(), l.inFlight+1)/2), 0
		l.concurrencyRefusals.add(now)
		return false, l.concurrencyRefusals.tooLong(now, "")
	}
	until := l.org.At(now).Add(pause)
	if limited && limit.reset.After(l.org.At(now)) {
		until = limit.reset
		t.bucket.window(limit.limit).shown(limit, t.bucket.inFlight-1)
	} else if reset, err := resetOf(h); err == nil && reset.After(l.org.At(now)) {
		until = reset
	}
	if latest := l.org.At(now).Add(longestWait); until.After(latest) {
		until = latest
	}
	t.bucket.refused(until)
	t.bucket.refusals.add(now)
	if err = t.bucket.refusals.tooLong(now, t.bucket.name); err != nil {
		t.bucket.fail(err)
	}
	return true, err
}

// lost returns the ticket of a request without an answer, or with one that is not Okta's.
func (l *limiter) lost(t *ticket) {
	l.mu.Lock()
	l.leave(t)
	t.bucket.lost()
	l.pump()
}

func (l *limiter) leave(t *ticket) {
	if !t.extra {
		l.inFlight--
	}
}

// allowance returns how many requests the client may send in a window of a bucket whose answers
// show that limit.
func (l *limiter) allowance(bucket string, limit int) int {
	return max(1, min(limit, int(l.share*float64(l.orgLimit(bucket, limit)))))
}

// orgLimit returns the limit of the whole org in a bucket whose answers show limit. If Okta limits
// the client's credential to a part, by default half, answers show that part, and the limit
// of the whole org is derived from the published ones.
func (l *limiter) orgLimit(bucket string, limit int) int {
	published := catalog.PublishedLimits(bucket)
	if l.plan >= 0 {
		return max(limit, published[l.plan])
	}
	if slices.Contains(published[:], limit) {
		return limit
	}
	for _, p := range published {
		if p == 2*limit {
			return p
		}
	}
	return limit
}

// planBucket is the bucket of the first request to an org, which has no credentials. Its limit is
// therefore the org's own, which identifies the plan.
const planBucket = "/"

// planOf returns the largest plan with at most that limit; -1 if even the smallest has more.
func planOf(limit int) int {
	plan := -1
	for i, published := range catalog.PublishedLimits(planBucket) {
		if published <= limit {
			plan = i
		}
	}
	return plan
}

// atOnce returns how many concurrent requests are allowed.
func (l *limiter) atOnce() int {
	n := max(1, int(l.share*float64(catalog.ConcurrentRequests(max(l.plan, 0)))))
	if l.most > 0 {
		n = min(n, l.most)
	}
	if l.concurrencyCap > 0 {
		n = min(n, l.concurrencyCap)
	}
	return n
}
