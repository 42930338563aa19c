package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// RateLimit is a profile of rate limits: requests per minute by bucket, and concurrent requests. ""
// is RateLimitOff.
type RateLimit string

const (
	// RateLimitOff refuses no requests. The X-Rate-Limit headers show high numbers.
	RateLimitOff RateLimit = "off"
	// RateLimitFree has the limits of an Integrator Free Plan org.
	RateLimitFree RateLimit = "free"
	// RateLimitEnterprise has the limits of an Enterprise org.
	RateLimitEnterprise RateLimit = "enterprise"
)

// ParseRateLimit returns the profile with this name; "" is RateLimitOff.
func ParseRateLimit(name string) (RateLimit, error) {
	switch p := RateLimit(name); p {
	case "":
		return RateLimitOff, nil
	case RateLimitOff, RateLimitFree, RateLimitEnterprise:
		return p, nil
	}
	return "", fmt.Errorf("there is no rate-limit profile %q; the profiles are off, free and enterprise", name)
}

func (p RateLimit) off() bool { return p == "" || p == RateLimitOff }

// concurrent returns the number of requests that the org handles at the same time; 0 means any
// number.
func (p RateLimit) concurrent() int {
	switch p {
	case RateLimitFree:
		return 35
	case RateLimitEnterprise:
		return 75
	}
	return 0
}

const (
	// principalShare is the percentage of a bucket that one API token or OAuth app may use: Okta's
	// default.
	principalShare = 50
	// authorizePerClient and authorizeAtOnce limit the authorization requests of one client, per
	// minute and concurrently.
	authorizePerClient = 60
	authorizeAtOnce    = 5
	// limitWindow is the period of the limits. A window begins with the first request after the
	// previous one ended.
	limitWindow = time.Minute
	// sweepWindows is the number of windows above which ended ones are dropped.
	sweepWindows = 1000
)

// limits counts requests. Server.mu guards it.
type limits struct {
	profile RateLimit
	rules   []bucketRule
	windows map[windowKey]*window

	underWay  int            // concurrent requests of the org
	authorize map[string]int // concurrent authorization requests, by client_id
}

func newLimits(profile RateLimit) limits {
	return limits{profile: profile, rules: bucketRules(), windows: map[windowKey]*window{}, authorize: map[string]int{}}
}

// windowKey identifies a window by its bucket and principal; an empty who is the whole org.
type windowKey struct{ bucket, who string }

// window is one minute of a limit.
type window struct {
	limit    int
	used     int
	ends     time.Time
	reported bool // whether its violation is in the System Log
}

func (w *window) remaining() int { return w.limit - w.used }

// window returns the current window of the key, or begins one.
func (l *limits) window(key windowKey, limit int, now time.Time) *window {
	w := l.windows[key]
	if w != nil && w.ends.After(now) && !w.ends.After(now.Add(limitWindow)) { // the clock may have been set back
		return w
	}
	if len(l.windows) > sweepWindows {
		for other, old := range l.windows {
			if !old.ends.After(now) {
				delete(l.windows, other)
			}
		}
	}
	w = &window{limit: limit, ends: now.Add(limitWindow)}
	l.windows[key] = w
	return w
}

// admit counts the call in its bucket, sets the X-Rate-Limit headers, and refuses the call if the
// org, its principal or its client has no requests left. The caller holds Server.mu.
func (s *Server) admit(c *web.Call) error {
	l := &s.limits
	b := bucketOf(l.rules, c.Request.Method, c.Request.URL.Path)
	limit := b.limit(l.profile)
	if limit == 0 {
		return nil // newCall has set high limits
	}
	windows := []*window{l.window(windowKey{b.name, ""}, limit, c.Now)}
	if who := limitedAs(c); who != "" {
		windows = append(windows, l.window(windowKey{b.name, who}, limit*principalShare/100, c.Now))
	}
	if client := authorizingClient(c.Request); client != "" {
		windows = append(windows, l.window(windowKey{b.name, client}, authorizePerClient, c.Now))
	}
	tightest := windows[0]
	for _, w := range windows {
		if w.remaining() < tightest.remaining() {
			tightest = w
		}
	}
	if tightest.remaining() <= 0 {
		limitHeaders(c, tightest.limit, 0, tightest.ends)
		if !tightest.reported {
			tightest.reported = true
			syslog.EmitOutcome(c, syslog.EventRateLimit, state.Outcome{Result: "DENY", Reason: "rate limit"}, state.LogEntity{ID: b.name, Type: "Bucket", Name: b.name})
		}
		return errTooMany()
	}
	for _, w := range windows {
		w.used++
	}
	limitHeaders(c, tightest.limit, tightest.remaining(), tightest.ends)
	return nil
}

// limitedAs returns the principal whose share of the bucket the call uses: an API token or an OAuth
// app.
func limitedAs(c *web.Call) string {
	switch {
	case c.Principal == nil:
		return ""
	case c.Principal.ClientID != "":
		return c.Principal.ClientID
	}
	return c.Principal.TokenID
}

// authorizingClient returns the client_id of an authorization request.
func authorizingClient(r *http.Request) string {
	if r.URL.Path != "/oauth2/v1/authorize" {
		return ""
	}
	return r.URL.Query().Get("client_id")
}

// limitHeaders sets the X-Rate-Limit headers. Reset is in whole seconds, rounded up, so that a
// client that waits until then finds the window ended.
func limitHeaders(c *web.Call, limit, remaining int, reset time.Time) {
	c.Header.Set("X-Rate-Limit-Limit", strconv.Itoa(limit))
	c.Header.Set("X-Rate-Limit-Remaining", strconv.Itoa(remaining))
	c.Header.Set("X-Rate-Limit-Reset", strconv.FormatInt(reset.Add(time.Second-1).Unix(), 10))
}

// enter counts a concurrent request until leave is called. crowded reports whether there are more
// of them than the org, or the client of an authorization request, may have.
func (s *Server) enter(r *http.Request) (leave func(), crowded bool) {
	client := authorizingClient(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.limits
	l.underWay++
	if client != "" {
		l.authorize[client]++
	}
	if !l.profile.off() {
		crowded = l.underWay > l.profile.concurrent() || l.authorize[client] > authorizeAtOnce
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		l.underWay--
		if client == "" {
			return
		}
		if l.authorize[client]--; l.authorize[client] == 0 {
			delete(l.authorize, client)
		}
	}, crowded
}

// refuseConcurrent answers a request above the concurrency limit. Its headers show zeros and the
// current time instead of a bucket.
func (s *Server) refuseConcurrent(c *web.Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	limitHeaders(c, 0, 0, c.Now)
	syslog.EmitOutcome(c, syslog.EventConcurrency, state.Outcome{Result: "DENY", Reason: "concurrency limit"})
	errTooMany().Respond(c)
	s.save(c)
}

func errTooMany() *web.APIError {
	return &web.APIError{Status: http.StatusTooManyRequests, Code: "E0000047", Summary: "API call exceeded rate limit due to too many requests."}
}
