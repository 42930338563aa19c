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

// The limiter lets requests through at the pace that the org's limits allow, and
// holds them back before a limit is hit: a 429 of ours would be one less for the
// logins of people.
//
// Requests of a bucket go in the order in which they came. What may be sent is
// known from the answers (see bucket). An org has a limit of requests under way
// too, over all buckets.

// resetMargin is added to the end of a window, for clocks of the org that differ
// a little.
const resetMargin = 250 * time.Millisecond

type limiter struct {
	clock   clock.Machine
	org     *clock.Org
	buckets *catalog.Buckets
	share   float64 // of the org's limits that we may use
	most    int     // requests at once, as the user wants it; 0: as the org allows
	waiting func(schema.Wait)
	telling sync.Mutex // held while waiting is called

	mu                  sync.Mutex
	all                 []*bucket
	from                int // the bucket that is next in turn when a request at once is free
	plan                int // of the org; -1 while unknown
	inFlight            int
	concurrencyCap      int // requests at once after the org found them too many; 0: it didn't
	streak              int // answers since
	concurrencyRefusals refusals
}

func newLimiter(machine clock.Machine, org *clock.Org, share float64, most int, waiting func(schema.Wait)) *limiter {
	return &limiter{clock: machine, org: org, buckets: catalog.NewBuckets(), share: share, most: most, waiting: waiting, plan: -1}
}

// ticket is a request that waits, or that is under way.
type ticket struct {
	bucket *bucket
	extra  bool // not counted among the requests at once
	send   chan struct{}
	err    error // why it isn't sent, once send is closed
}

// admit waits until a request in the bucket may be sent. The caller gives the
// ticket back by answered or lost. first lets it pass those that wait, because it
// did already. extra doesn't count it among the requests at once: others of them
// may be waiting for it.
func (l *limiter) admit(ctx context.Context, name string, first, extra bool) (*ticket, error) {
	t := &ticket{extra: extra, send: make(chan struct{})}
	l.mu.Lock()
	t.bucket = l.bucket(name)
	now := l.clock.LocalNow()
	if err := t.bucket.refusals.endless(now, name); err != nil && l.org.At(now).Before(t.bucket.paused) {
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
	return nil, ctx.Err()
}

func (l *limiter) bucket(name string) *bucket {
	i := slices.IndexFunc(l.all, func(b *bucket) bool { return b.name == name })
	if i < 0 {
		l.all = append(l.all, &bucket{name: name})
		i = len(l.all) - 1
	}
	return l.all[i]
}

// pump lets through what may go, and releases the lock that its caller holds.
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
			ok, until := b.next(l.org.At(now), l.may)
			if !ok {
				if until.IsZero() {
					break
				}
				until = l.org.Local(until).Add(resetMargin)
				l.wakeAt(b, until.Sub(now))
				if until.Sub(b.told).Abs() > newMinute/2 {
					b.told = until
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
	l.telling.Lock()
	defer l.telling.Unlock()
	for _, w := range waits {
		l.waiting(w)
	}
}

// wakeAt looks at the bucket again after d, or when nobody waits any more.
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

// answered gives back the ticket of a request, and takes note of its answer.
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

// refused gives back the ticket of a request that was answered with 429, and
// holds the bucket back for pause, or until its window ends where the answer
// tells that. It reports whether it did: where there were too many requests at
// once, the bucket isn't at fault. Where nothing else was answered for too long, it
// fails, and so do all requests that wait in the bucket.
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
		return false, l.concurrencyRefusals.endless(now, "")
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
	if err = t.bucket.refusals.endless(now, t.bucket.name); err != nil {
		t.bucket.fail(err)
	}
	return true, err
}

// lost gives back the ticket of a request that got no answer, or one that isn't
// Okta's own.
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

// may is how many requests we may make in a window of a bucket whose answers
// show that limit.
func (l *limiter) may(bucket string, limit int) int {
	return max(1, min(limit, int(l.share*float64(l.orgLimit(bucket, limit)))))
}

// orgLimit is the limit of the whole org in a bucket whose answers show limit.
// Where Okta limits our credential to a part of it, it shows that part, by
// default one half; then the published limits tell the whole.
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

// planBucket is the bucket of the first request to an org, which carries no
// credentials. So its limit is the org's own and tells the plan.
const planBucket = "/"

// planOf is the largest plan with no more than that limit; -1 where even the
// smallest has more.
func planOf(limit int) int {
	plan := -1
	for i, published := range catalog.PublishedLimits(planBucket) {
		if published <= limit {
			plan = i
		}
	}
	return plan
}

// atOnce is how many requests may be under way.
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
