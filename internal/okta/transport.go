package okta

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/schema"
)

// This file sends requests and retries them.
//
// Every attempt has a timeout, and its answer is read completely here, up to a maximum size. A
// truncated or endless answer is therefore an error of the attempt, which can be retried, and no
// caller sees a partial body. It also allows Client.Call to keep the answer: the SDK drops the
// cause of a failure and unknown fields.
//
// What is retried:
//
//   - 429, for all methods, because Okta has done nothing: after the time that the answer names, by
//     the org's clock, and until it is clear that no other answer will come (see refusals). It is
//     rare, because requests wait for the limits before they are sent (see limiter);
//   - 409 E0000268 and 423, likewise: another change was in progress;
//   - 500, 502, 503, 504 and broken connections: only requests that have the same effect when sent
//     twice (GET, PUT, DELETE, and POSTs marked by Repeatable). A create is never repeated blindly:
//     the next run finds by its mark what it created.
//
// The Okta SDK retries io.EOF at once and without end, so io.EOF is never returned from here.

const (
	attemptTimeout = time.Minute
	maxAnswer      = 64 << 20 // bytes; the largest page holds 200 apps
	maxHeader      = 1 << 20  // bytes
	longestWait    = 2 * time.Minute
	// maxWaits is the number of attempts after 429. Meanwhile the user sees the reason and can
	// interrupt.
	maxWaits = 200

	// Pauses between attempts after a temporary failure: 0.5, 1, 2, 4, 8 and 16 s. An app that has
	// just been deactivated may take that long until it can be deleted.
	firstPause = 500 * time.Millisecond
	maxPauses  = 6

	maxTimeouts = 2 // attempts after timeouts
)

type transport struct {
	next      http.RoundTripper
	clock     clock.Machine
	limiter   *limiter
	meter     *meter
	org       string // the host that the limits belong to
	extra     bool   // whether its requests do not count as concurrent ones
	userAgent string
	timeout   time.Duration        // of an attempt
	observe   func(schema.Request) // may be nil
	time      *clock.Org           // derives the org's time from answers
	guarded   bool                 // whether guard is asked about its writes
	guard     *atomic.Pointer[WriteGuard]
}

// RoundTrip sends a request until it has a final answer.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if hasBody(req) {
		var err error
		body, err = io.ReadAll(req.Body)
		_ = req.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	// Only temporary failures lengthen the pauses between attempts.
	var refused refusals
	for try := 0; ; {
		if guard := t.guardOf(req); guard != nil {
			if err := guard.Renew(Unguarded(req.Context())); err != nil {
				exchangeFrom(req.Context()).record(req, nil, nil, &guardError{err})
				return nil, &guardError{err}
			}
		}
		resp, answer, held, err := t.attempt(req, body, try, refused.number)
		t.report(req, resp, err)
		if err == nil && resp.StatusCode == http.StatusTooManyRequests {
			now := t.clock.LocalNow()
			refused.add(now)
			err = refusedRequest(t.bucket(req), refused.number, now.Sub(refused.since))
			if err == nil && !held { // too many concurrent requests: over in a few seconds
				resp, answer, err = nil, nil, t.clock.Sleep(req.Context(), jitter(2*time.Second))
			}
			if err == nil {
				continue
			}
		}
		wait, again := t.again(req, resp, answer, err, try)
		if !again {
			exchangeFrom(req.Context()).record(req, resp, answer, err)
			if err != nil {
				return nil, err
			}
			return resp, nil
		}
		if err := t.clock.Sleep(req.Context(), wait); err != nil {
			exchangeFrom(req.Context()).record(req, nil, nil, err)
			return nil, err
		}
		try++
	}
}

// hasBody reports whether a request has a body. To net/http, even a reader that turns out to be
// empty is a body, and it waits for its contents.
func hasBody(req *http.Request) bool { return req.Body != nil && req.Body != http.NoBody }

// report passes an attempt to change the org to observe.
func (t *transport) report(req *http.Request, resp *http.Response, err error) {
	if t.observe == nil || req.Method == http.MethodGet || req.Method == http.MethodHead {
		return
	}
	r := schema.Request{Time: t.clock.LocalNow(), Addr: schema.AddrFrom(req.Context()), Method: req.Method, Path: req.URL.Path}
	if resp != nil {
		r.Status, r.RequestID = resp.StatusCode, resp.Header.Get("X-Okta-Request-Id")
	}
	if err != nil {
		r.Err = err.Error()
	}
	t.observe(r)
}

// attempt waits for the request's turn, sends it once, and reads the complete answer. held reports
// whether the bucket is over its limit; the next attempt then waits as long as necessary.
func (t *transport) attempt(req *http.Request, body []byte, try, refusals int) (_ *http.Response, answer []byte, held bool, _ error) {
	asked := t.clock.LocalNow()
	bucket := t.bucket(req)
	turn, err := t.limiter.admit(req.Context(), bucket, try+refusals > 0, t.extra)
	if err != nil {
		return nil, nil, false, err
	}
	if guard := t.guardOf(req); guard != nil {
		if err := guard.Expired(); err != nil {
			t.limiter.lost(turn)
			return nil, nil, false, &guardError{err}
		}
	}
	sent := t.clock.LocalNow()
	resp, answer, err := t.send(req, body)
	if err == nil && req.URL.Host == t.org {
		t.time.Observe(resp.Header, t.clock.LocalNow())
	}
	record := attempt{Method: req.Method, Path: req.URL.EscapedPath(), Bucket: bucket,
		MS: t.clock.LocalNow().Sub(sent).Milliseconds(), WaitMS: sent.Sub(asked).Milliseconds(), Retry: try + refusals}
	switch {
	case err != nil:
		t.limiter.lost(turn)
	case resp.StatusCode == http.StatusTooManyRequests:
		record.Status = resp.StatusCode
		held, err = t.limiter.refused(turn, resp.Header, jitter(min(time.Second<<min(refusals, 6), longestWait)))
	default:
		record.Status = resp.StatusCode
		if _, limited := readLimit(resp.Header); !limited && isTransient(resp.StatusCode) {
			t.limiter.lost(turn) // the answer is a gateway's
		} else {
			t.limiter.answered(turn, resp.Header)
		}
	}
	t.meter.record(record, sent, sent.Sub(asked))
	return resp, answer, held, err
}

// bucket returns the bucket of a request. Requests to other hosts do not count against the org's
// limits.
func (t *transport) bucket(req *http.Request) string {
	if req.URL.Host != t.org {
		return req.URL.Host
	}
	return t.limiter.buckets.Of(req.Method, req.URL.EscapedPath())
}

func (t *transport) send(req *http.Request, body []byte) (*http.Response, []byte, error) {
	ctx, cancel := context.WithTimeout(req.Context(), t.timeout)
	defer cancel()
	out := req.WithContext(ctx)
	out.Header = req.Header.Clone()
	out.Header.Set("User-Agent", t.userAgent)
	if hasBody(req) {
		out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		out.Body, _ = out.GetBody()
		out.ContentLength = int64(len(body))
	}
	resp, err := t.next.RoundTrip(out)
	if err != nil {
		return nil, nil, broken(err)
	}
	answer, err := readAnswer(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, nil, broken(err)
	}
	if len(answer) > maxAnswer {
		return nil, nil, fmt.Errorf("the answer is larger than %d MB", maxAnswer>>20)
	}
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	return resp, answer, nil
}

// readBuffers are where answers are read to. Most come without their length, and a buffer that
// grows to what one needs is several times as large.
var readBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// readAnswer reads a body to its end, or a byte more than maxAnswer.
func readAnswer(body io.Reader) ([]byte, error) {
	buffer := readBuffers.Get().(*bytes.Buffer)
	defer readBuffers.Put(buffer)
	buffer.Reset()
	_, err := buffer.ReadFrom(io.LimitReader(body, maxAnswer+1))
	return bytes.Clone(buffer.Bytes()), err
}

// again returns whether, and after which wait, the request is to be sent again.
func (t *transport) again(req *http.Request, resp *http.Response, answer []byte, err error, try int) (time.Duration, bool) {
	switch {
	case err != nil:
		var cut *brokenError
		var refused *Error // from the token endpoint: the request itself was never sent
		switch {
		case errors.As(err, &refused) && isTransient(refused.Status):
		case errors.As(err, &cut) && isRepeatable(req) && (!cut.timeout || try < maxTimeouts):
		default:
			return 0, false
		}
	case resp.StatusCode == http.StatusLocked,
		resp.StatusCode == http.StatusConflict && bytes.Contains(answer, []byte(`"E0000268"`)):
	case isTransient(resp.StatusCode):
		if !isRepeatable(req) {
			return 0, false
		}
	default:
		return 0, false
	}
	return jitter(firstPause << try), try < maxPauses
}

func isTransient(status int) bool {
	switch status {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// resetOf returns the end of the limit's window that an answer names.
func resetOf(h http.Header) (time.Time, error) {
	seconds, err := strconv.ParseInt(h.Get("X-Rate-Limit-Reset"), 10, 64)
	return time.Unix(seconds, 0), err
}

// jitter adds up to one half, so that clients that failed together do not return together.
func jitter(d time.Duration) time.Duration { return d + rand.N(d/2+1) }

// brokenError is a connection that ended before the complete answer arrived. It does not wrap its
// cause, which may be io.EOF.
type brokenError struct {
	cause   string
	timeout bool
}

// Is reports timeouts as context.DeadlineExceeded.
func (e *brokenError) Is(target error) bool { return e.timeout && target == context.DeadlineExceeded }

func (e *brokenError) Error() string {
	return "the connection was closed before the answer was complete (" + e.cause + ")"
}

func broken(err error) error {
	// Each system has its own numbers for a connection that ends while it is read or written.
	op, ok := errors.AsType[*net.OpError](err)
	lost := ok && (op.Op == "read" || op.Op == "write")
	if lost || isHTTP2(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &brokenError{cause: err.Error()}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &brokenError{cause: "no answer in time", timeout: true}
	}
	return err
}

// isHTTP2 reports whether HTTP/2 ended a stream or its connection: net/http exports none of these
// errors.
func isHTTP2(err error) bool {
	return strings.HasPrefix(err.Error(), "http2: ") || strings.HasPrefix(err.Error(), "stream error: ")
}

type repeatableKey struct{}

// Repeatable marks a call that has the same effect if it is made twice, so that a POST may be
// retried: lifecycle calls, changes of named values.
func Repeatable(call Call) Call {
	return func(ctx context.Context) error {
		return call(context.WithValue(ctx, repeatableKey{}, true))
	}
}

func isRepeatable(req *http.Request) bool {
	switch req.Method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete:
		return true
	}
	return req.Context().Value(repeatableKey{}) != nil
}
