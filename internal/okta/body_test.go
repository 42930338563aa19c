package okta

import (
	"io"
	"net/http"
	"testing"

	"github.com/oktaform/oktaform/schema"
)

// seen takes note of the requests that reach the org.
type seen struct {
	http.RoundTripper
	requests []*http.Request
}

func (s *seen) RoundTrip(req *http.Request) (*http.Response, error) {
	s.requests = append(s.requests, req)
	return s.RoundTripper.RoundTrip(req)
}

// TestNoBody: a request without a body has none for net/http either, which looks for
// what an unknown reader may hold, with a goroutine and a timer for each request. One
// with a body has its length.
func TestNoBody(t *testing.T) {
	org := &seen{RoundTripper: &pagesOf{`[]`, `[]`, `{"id":"0oa1"}`}}
	c, err := Connect(Credentials{Mode: SSWS, URL: "https://example.okta.com", Token: schema.NewSecret("t")}, Options{Transport: org})
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range []Call{
		c.Request(http.MethodGet, "/api/v1/groups", nil),
		c.GetGroup("00g1"),
		c.Request(http.MethodPost, "/api/v1/apps", map[string]any{"label": "a"}),
	} {
		if _, err := c.Call(t.Context(), call); err != nil {
			t.Fatal(err)
		}
	}
	for _, req := range org.requests[:2] {
		if req.Body != nil && req.Body != http.NoBody || req.ContentLength != 0 {
			t.Errorf("%s %s has a body of %d bytes: %T", req.Method, req.URL, req.ContentLength, req.Body)
		}
	}
	create := org.requests[2]
	if body, err := io.ReadAll(create.Body); err != nil || string(body) != `{"label":"a"}` || create.ContentLength != int64(len(body)) {
		t.Errorf("%q of %d bytes: %v", body, create.ContentLength, err)
	}
}
