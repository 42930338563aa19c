package okta

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/oktaform/oktaform/internal/clock"
)

// Probe is the answer of an org to a request without credentials.
type Probe struct {
	OrgID    string
	Pipeline string               // idx is Identity Engine, v1 is Classic Engine
	TLS      *tls.ConnectionState // nil without TLS
	Limit    RateLimit            // of the org itself
	Limited  bool                 // whether the answer has a limit
	// Ahead is how far the org's clock is ahead of this machine's. Timed is false if the answer
	// does not contain the time.
	Ahead time.Duration
	Timed bool
}

// Time returns the org's time, as far as the probe has shown it.
func (p *Probe) Time(machine clock.Machine) func() time.Time {
	return func() time.Time { return machine.LocalNow().Add(p.Ahead) }
}

// probeTimeout limits a probe: it is for a person who waits for it.
const probeTimeout = 15 * time.Second

// Send requests the metadata of the org at a URL, once and without credentials. The transport may
// be nil.
func Send(ctx context.Context, orgsURL string, transport http.RoundTripper, machine clock.Machine) (*Probe, error) {
	base, err := orgURL(orgsURL)
	if err != nil {
		return nil, err
	}
	if transport == nil {
		transport = http.DefaultTransport
	}
	limited, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(limited, http.MethodGet, base+"/.well-known/okta-organization", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	var none sentSecrets
	resp, err := transport.RoundTrip(req)
	var body []byte
	if err == nil {
		defer resp.Body.Close()
		body, err = io.ReadAll(io.LimitReader(resp.Body, maxHeader))
	}
	if err != nil {
		// Only the caller's end of the context is no failure of the network.
		return nil, none.networkFailure(req.WithContext(ctx), broken(err))
	}
	told := clock.NewOrg(machine, nil)
	told.Observe(resp.Header, machine.LocalNow())
	p := &Probe{TLS: resp.TLS}
	p.Ahead, p.Timed = told.Ahead()
	p.Limit, p.Limited = ReadRateLimit(resp.Header)
	switch {
	case resp.StatusCode >= http.StatusMultipleChoices && resp.StatusCode < http.StatusBadRequest:
		target := "elsewhere"
		if u, err := url.Parse(resp.Header.Get("Location")); err == nil && u.Host != "" {
			target = u.Scheme + "://" + u.Host
		}
		return nil, none.notOkta(req, resp.StatusCode, resp.Header, "it redirects to "+Clip(target))
	case resp.StatusCode >= http.StatusBadRequest && resp.StatusCode < http.StatusInternalServerError && resp.StatusCode != http.StatusTooManyRequests:
		return nil, none.notOkta(req, resp.StatusCode, resp.Header, "the answer is not that of an Okta org")
	case resp.StatusCode != http.StatusOK:
		return nil, none.refusal(req, resp.StatusCode, resp.Header, body)
	}
	var org struct {
		ID       string `json:"id"`
		Pipeline string `json:"pipeline"`
	}
	if json.Unmarshal(body, &org) != nil || org.ID == "" {
		return nil, none.notOkta(req, resp.StatusCode, resp.Header, "the answer is not that of an Okta org")
	}
	p.OrgID, p.Pipeline = Clip(org.ID), Clip(org.Pipeline)
	return p, nil
}

// RateLimit is one limit of requests in a minute, as an answer shows it.
type RateLimit struct {
	Limit, Remaining int
	Reset            time.Time // by the org's clock
}

// ReadRateLimit returns the limit in the headers of an answer; false if there is none.
func ReadRateLimit(h http.Header) (RateLimit, bool) {
	limit, ok := readLimit(h)
	return RateLimit{limit.limit, limit.remaining, limit.reset}, ok
}

// Advice splits an error of a call into what happened and what to do; next is "" if the error does
// not say.
func Advice(err error) (what, next string) {
	var refused *Error
	var network *networkError
	switch {
	case errors.As(err, &refused):
		return refused.refusal(), refused.hint()
	case errors.As(err, &network):
		return network.call + ": " + network.cause.Error(), network.hint
	}
	return err.Error(), ""
}
