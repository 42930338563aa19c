package okta

import (
	"context"
	"net/http"
	"net/url"

	"github.com/oktaform/oktaform/schema"
)

// authorization makes the Authorization header of a request.
type authorization interface {
	header(ctx context.Context) (schema.Secret, error)
	// prove adds what else a request with that header has to carry.
	prove(req *http.Request, header schema.Secret) error
	// renewed takes what an answer says of proofs to come, and reports whether the
	// request that it refuses is to be sent again with a new one.
	renewed(resp *http.Response) bool
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

// RoundTrip sends the request, which is transport's own copy, with our credentials if
// it goes to the org. A token that the org refuses before its time is replaced once,
// and so is a DPoP proof: the org has done nothing then.
func (s *signer) RoundTrip(req *http.Request) (*http.Response, error) {
	req.Header.Del("Authorization") // the SDK's
	if !sameOrigin(req.URL, s.origin) {
		return s.next.RoundTrip(req)
	}
	resp, header, err := s.signed(req)
	if err != nil || !s.auth.renewed(resp) && (resp.StatusCode != http.StatusUnauthorized || !s.auth.refused(header)) {
		return resp, err
	}
	if req.GetBody != nil {
		if req.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
	_ = resp.Body.Close()
	resp, _, err = s.signed(req)
	if err == nil {
		s.auth.renewed(resp)
	}
	return resp, err
}

func (s *signer) signed(req *http.Request) (*http.Response, schema.Secret, error) {
	header, err := s.auth.header(req.Context())
	if err != nil {
		return nil, header, err
	}
	req.Header.Set("Authorization", header.Reveal())
	if err := s.auth.prove(req, header); err != nil {
		return nil, header, err
	}
	resp, err := s.next.RoundTrip(req)
	return resp, header, err
}
