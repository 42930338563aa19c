package okta

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// What is known of one rate-limit bucket, and whether it lets another request
// through.
//
// A request may count against several limits at once, the org's and the one of
// our own credential, each a window of a minute of its own. An answer shows the
// one that is nearest to its end, and the limits are told apart by their height.
// So there is a window for each height that was seen.

// limitHeader is what the X-Rate-Limit headers of an answer say.
type limitHeader struct {
	limit, remaining int
	reset            time.Time // by the org's clock
}

// readLimit reads the headers; ok is false where they are missing or tell of
// concurrent requests, which have no window.
func readLimit(h http.Header) (limit limitHeader, ok bool) {
	if h.Get("X-Rate-Limit-Limit") == "" {
		return limitHeader{}, false
	}
	l, err1 := strconv.Atoi(h.Get("X-Rate-Limit-Limit"))
	remaining, err2 := strconv.Atoi(h.Get("X-Rate-Limit-Remaining"))
	reset, err3 := strconv.ParseInt(h.Get("X-Rate-Limit-Reset"), 10, 64)
	if err1 != nil || err2 != nil || err3 != nil || l <= 0 {
		return limitHeader{}, false
	}
	return limitHeader{l, remaining, time.Unix(reset, 0)}, true
}

// window is one limit of a bucket in the present minute.
type window struct {
	limit  int
	ours   int       // of our requests, those answered in this window
	others int       // requests of others that the answers have surely shown
	reset  time.Time // by the org's clock; zero: nothing is known of the present minute
}

// left is what may still be sent, with what is under way.
func (w *window) left() int {
	left := w.limit - w.others - w.ours
	if w.others > 0 {
		// Between two answers others may have sent more than we know.
		left -= max(1, w.limit/20)
	}
	return left
}

// answered takes note of one of our requests.
func (w *window) answered() {
	if !w.reset.IsZero() {
		w.ours++
	}
}

const (
	// newMinute is how much later the end of another window is. Within one window
	// it may differ by rounding.
	newMinute = 30 * time.Second
	// disorder is how many answers may overtake another.
	disorder = 100
)

// shown takes note of what the answer to such a request says. Of the requests
// under way the org may have counted all or none: what it has counted beyond
// them is of others.
func (w *window) shown(h limitHeader, inFlight int) {
	later := h.reset.Sub(w.reset)
	if w.reset.IsZero() || later >= newMinute || later > 0 && h.remaining > w.limit-w.ours+disorder {
		w.ours, w.others, w.reset = 1, 0, h.reset
	}
	w.others = max(w.others, w.limit-h.remaining-w.ours-inFlight)
	if h.reset.After(w.reset) {
		w.reset = h.reset
	}
}

// bucket is the accounting of one rate-limit bucket.
type bucket struct {
	name     string
	queue    []*ticket
	inFlight int
	windows  []*window
	// seen is false while nothing is known of the present minute: a single
	// request then finds out, and the others wait for its answer.
	seen   bool
	paused time.Time // by the org's clock: after a refusal
	stop   func()    // ends the wait for the next window; nil: nothing waits for it
	told   time.Time // the end of the wait that was last reported

	refusals refusals
}

// next reports whether a request may be sent now (the org's time). If not, until
// is when that may change; zero: with the next answer. may is how many requests
// we may make in a window of a limit.
func (b *bucket) next(now time.Time, may func(bucket string, limit int) int) (ok bool, until time.Time) {
	b.boundWaits(now)
	if now.Before(b.paused) {
		return false, b.paused
	}
	for _, w := range b.windows {
		if !w.reset.IsZero() && !now.Before(w.reset) {
			w.reset = time.Time{}
			b.seen = false
		}
	}
	if !b.seen {
		return b.inFlight == 0, time.Time{}
	}
	ok = true
	for _, w := range b.windows {
		left := may(b.name, w.limit)
		if !w.reset.IsZero() {
			left = min(left-w.ours, w.left())
		}
		if left <= 0 && w.reset.After(until) {
			until = w.reset
		}
		ok = ok && left > b.inFlight
	}
	return ok, until
}

// boundWaits moves every end of a wait that lies further ahead than longestWait. Whatever
// an answer says, and wherever the clock of an org jumps, nothing waits longer than that.
func (b *bucket) boundWaits(now time.Time) {
	latest := now.Add(longestWait)
	if b.paused.After(latest) {
		b.paused = latest
	}
	for _, w := range b.windows {
		if w.reset.After(latest) {
			w.reset = latest
		}
	}
}

// answered takes note of an answer. Without headers nobody limits us.
func (b *bucket) answered(h limitHeader, limited bool, now time.Time) {
	b.inFlight--
	for _, w := range b.windows {
		w.answered()
	}
	switch {
	case !limited:
		b.seen = true
	case h.reset.After(now):
		b.window(h.limit).shown(h, b.inFlight)
		b.seen = true
	case b.inFlight == 0: // from a minute that has passed, or a clock that is wrong
		b.seen = true
	}
}

// refused takes note of an answer 429: until then nothing more is sent.
func (b *bucket) refused(until time.Time) {
	b.inFlight--
	b.seen = false
	if until.After(b.paused) {
		b.paused = until
	}
}

// lost takes note of a request without a usable answer.
func (b *bucket) lost() {
	b.inFlight--
	for _, w := range b.windows {
		w.answered() // it may have counted
	}
}

func (b *bucket) window(limit int) *window {
	i := slices.IndexFunc(b.windows, func(w *window) bool { return w.limit == limit })
	if i < 0 {
		b.windows = append(b.windows, &window{limit: limit})
		i = len(b.windows) - 1
	}
	return b.windows[i]
}
