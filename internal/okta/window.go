package okta

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// This file tracks one rate-limit bucket and decides whether it lets another request through.
//
// A request may count against several limits, such as the org's and that of the client's
// credential, each with its own window of a minute. An answer shows only the limit that is closest
// to being used up. Limits are distinguished by their height, so there is a window for each height
// that was seen.

// limitHeader holds the X-Rate-Limit headers of an answer.
type limitHeader struct {
	limit, remaining int
	reset            time.Time // end of the window, by the org's clock
}

// readLimit parses the headers. ok is false if they are missing or describe concurrent requests,
// which have no window.
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

// window is one limit of a bucket in the current minute.
type window struct {
	limit  int
	ours   int       // requests of this client answered in this window
	others int       // requests of others that answers have shown
	reset  time.Time // by the org's clock; zero: nothing is known of the current minute
}

// left returns how many requests may still be sent, taking those in flight into account.
func (w *window) left() int {
	left := w.limit - w.others - w.ours
	if w.others > 0 {
		// Others may have sent more between two answers than is known.
		left -= max(1, w.limit/20)
	}
	return left
}

// answered counts one of the client's requests.
func (w *window) answered() {
	if !w.reset.IsZero() {
		w.ours++
	}
}

const (
	// newMinute is how much later the end of another window is. Within one window it may vary by
	// rounding.
	newMinute = 30 * time.Second
	// disorder is how many answers may overtake another.
	disorder = 100
)

// shown records the headers of an answer. The org may have counted all, some or none of the
// requests in flight: what it has counted beyond them comes from others.
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

// bucket tracks one rate-limit bucket.
type bucket struct {
	name     string
	queue    []*ticket
	inFlight int
	windows  []*window
	// seen is false while nothing is known of the current minute: then one request is sent to find
	// out, and the others wait for its answer.
	seen          bool
	paused        time.Time // by the org's clock, after a refusal
	stop          func()    // cancels the wait for the next window; nil: nothing waits for it
	reportedUntil time.Time // end of the wait that was last reported

	refusals refusals
}

// next reports whether a request may be sent at the org's time now. If not, until is when that may
// change; zero means with the next answer. may returns how many requests the client may send in a
// window with a limit.
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

// boundWaits shortens every wait to longestWait, whatever an answer says and however the org's
// clock jumps.
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

// answered records an answer. Without headers there is no limit.
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
	case b.inFlight == 0: // from a past minute, or a wrong clock
		b.seen = true
	}
}

// refused records a 429 answer: nothing is sent before until.
func (b *bucket) refused(until time.Time) {
	b.inFlight--
	b.seen = false
	if until.After(b.paused) {
		b.paused = until
	}
}

// lost records a request without a usable answer.
func (b *bucket) lost() {
	b.inFlight--
	for _, w := range b.windows {
		w.answered() // the org may have counted it
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
