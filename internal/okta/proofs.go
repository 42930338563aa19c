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

// proofs creates the DPoP proofs (RFC 9449) of a client whose app requires them, which the token
// endpoint's answer shows. Proofs are added below the transport that retries requests, because a
// proof is valid for one attempt only.
type proofs struct {
	prover atomic.Pointer[dpop.Prover] // nil until the org requires proofs
	now    func() time.Time            // the org's time
}

const dpopScheme = "DPoP "

// begin creates the key for the proofs. It reports false if there is one already.
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

// add adds a proof for a token or, if token is "", for a token request.
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
	const asked = "use_dpop_nonce" // in a header of the API's answers, in the body of the token endpoint's
	if strings.Contains(resp.Header.Get("WWW-Authenticate"), asked) {
		return true
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return err == nil && bytes.Contains(body, []byte(asked))
}

// proving is a transport that adds proofs to token requests.
type proving struct {
	next   http.RoundTripper
	proofs *proofs
}

// RoundTrip sends one attempt with its own proof.
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
