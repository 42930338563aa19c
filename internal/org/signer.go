package org

import (
	"context"
	"net/http"
	"net/url"

	"github.com/oktaform/oktaform/schema"
)

// authorization makes the Authorization header of a request.
type authorization interface {
	header(ctx context.Context) (schema.Secret, error)
	// refused tells that the org answered 401 to that header. It reports whether
	// asking for another one may help.
	refused(header schema.Secret) bool
}

// signer adds our credentials to requests to the org, and to nothing else.
type signer struct {
	next   http.RoundTripper
	origin *url.URL
	auth   authorization
}

// RoundTrip sends the request, with our credentials if it goes to the org. A
// token that the org refuses before its time is replaced once: with a 401 the
// org has done nothing.
func (s *signer) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Del("Authorization") // the SDK's
	if !sameOrigin(req.URL, s.origin) {
		return s.next.RoundTrip(req)
	}
	resp, header, err := s.signed(req)
	if err != nil || resp.StatusCode != http.StatusUnauthorized || !s.auth.refused(header) {
		return resp, err
	}
	if req.GetBody != nil {
		if req.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
	_ = resp.Body.Close()
	resp, _, err = s.signed(req)
	return resp, err
}

func (s *signer) signed(req *http.Request) (*http.Response, schema.Secret, error) {
	header, err := s.auth.header(req.Context())
	if err != nil {
		return nil, header, err
	}
	req.Header.Set("Authorization", header.Reveal())
	resp, err := s.next.RoundTrip(req)
	return resp, header, err
}
