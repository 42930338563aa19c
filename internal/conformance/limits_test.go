package conformance

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// inside carries requests to an org in the same process, and counts what it refuses.
type inside struct {
	org     http.Handler
	all     int
	refused int
}

func (i *inside) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.Host, in.RequestURI = r.URL.Host, r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	i.org.ServeHTTP(recorder, in)
	i.all++
	if recorder.Code == http.StatusTooManyRequests {
		i.refused++
	}
	if recorder.Header().Get("Date") == "" { // net/http's server adds it
		recorder.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
	}
	return recorder.Result(), nil
}

// TestRunKeepsToTheLimits: under the limits of a free org, no request is refused. It runs in
// simulated time.
func TestRunKeepsToTheLimits(t *testing.T) {
	const token = "made-up-admin-token"
	transport := &inside{}
	client, err := okta.Connect(okta.Credentials{URL: "http://127.0.0.1", Mode: okta.SSWS, Token: schema.NewSecret(token)}, okta.Options{Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		if transport.org, err = sandbox.New(sandbox.Options{SigningKey: signingKey, AdminToken: token, RateLimit: sandbox.RateLimitFree}); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		report, err := Run(t.Context(), client, Options{Patience: time.Minute})
		if err != nil || len(report.Differences) > 0 {
			t.Errorf("%v\n%s", err, report.Text())
		}
		t.Logf("%d requests in %s, %d refused", transport.all, time.Since(begun).Round(time.Second), transport.refused)
		if transport.refused > 0 {
			t.Errorf("%d requests were over the limit", transport.refused)
		}
	})
}
