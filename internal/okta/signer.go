package okta

import (
	"context"
	"net/http"
	"net/url"

	"github.com/oktaform/oktaform/schema"
)

// authorization returns the Authorization header of a request.
type authorization interface {
	header(ctx context.Context) (schema.Secret, error)
	// prove adds what a request with that header needs besides, such as a DPoP proof.
	prove(req *http.Request, header schema.Secret) error
	// renewed reads the nonce for further proofs from an answer, and reports whether the answer
	// asks to repeat the request with a new proof.
	renewed(resp *http.Response) bool
	// refused records that the org answered 401 to that header. It reports whether a new header may
	// help.
	refused(header schema.Secret) bool
}

// signer adds the client's credentials to requests to the org, and to no others.
type signer struct {
	next   http.RoundTripper
	origin *url.URL
	auth   authorization
}

// RoundTrip sends the request, which is transport's own copy, with credentials if it goes to the
// org. If the org refuses a token before it expires, or a DPoP proof, RoundTrip repeats the request
// once with a new one: the org has done nothing then.
func (s *signer) RoundTrip(req *http.Request) (*http.Response, error) {
	req.Header.Del("Authorization") // set by the SDK
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
