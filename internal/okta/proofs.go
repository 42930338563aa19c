package okta

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/oktaform/oktaform/internal/dpop"
	"github.com/oktaform/oktaform/schema"
)

// proofs are the DPoP proofs (RFC 9449) of a client whose app demands them. That
// it does is learned from the token endpoint. They are made below the transport
// that repeats requests, since a proof is good for one attempt.
type proofs struct {
	prover atomic.Pointer[dpop.Prover] // nil until the org asks for proofs
	now    func() time.Time            // the org's
}

const dpopScheme = "DPoP "

// begin makes the key for the proofs; it reports false where there is one.
func (p *proofs) begin() (bool, error) {
	if p.prover.Load() != nil {
		return false, nil
	}
	prover, err := dpop.New()
	if err != nil {
		return false, err
	}
	return p.prover.CompareAndSwap(nil, prover), nil
}

func (p *proofs) prove(req *http.Request, header schema.Secret) error {
	token, bound := strings.CutPrefix(header.Reveal(), dpopScheme)
	if !bound {
		return nil
	}
	return p.add(req, token)
}

// add adds a proof for a token, or for a token request where there is none yet.
func (p *proofs) add(req *http.Request, token string) error {
	prover := p.prover.Load()
	if prover == nil {
		return nil
	}
	proof, err := prover.Proof(req.Method, req.URL.String(), token, p.now())
	if err == nil {
		req.Header.Set(dpop.Header, proof)
	}
	return err
}

func (p *proofs) renewed(resp *http.Response) bool {
	prover := p.prover.Load()
	if prover == nil || !prover.Take(resp.Header) || resp.StatusCode != http.StatusBadRequest && resp.StatusCode != http.StatusUnauthorized {
		return false
	}
	const asked = "use_dpop_nonce" // in a header at a resource, in the body at the token endpoint
	if strings.Contains(resp.Header.Get("WWW-Authenticate"), asked) {
		return true
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return err == nil && bytes.Contains(body, []byte(asked))
}

// proving adds proofs to token requests.
type proving struct {
	next   http.RoundTripper
	proofs *proofs
}

// RoundTrip sends one attempt, with a proof of its own.
func (p *proving) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	if err := p.proofs.add(req, ""); err != nil {
		return nil, err
	}
	resp, err := p.next.RoundTrip(req)
	if err == nil && p.proofs.prover.Load() != nil {
		p.proofs.prover.Load().Take(resp.Header)
	}
	return resp, err
}
