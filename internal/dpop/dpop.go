// Package dpop creates the proofs by which a client shows that it holds the key that an access
// token is bound to (RFC 9449).
package dpop

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Header is the header field with a proof.
const Header = "DPoP"

// Prover creates proofs with its own key, which is not the one that authenticates the client. It is
// safe for concurrent use.
type Prover struct {
	signer jose.Signer

	mu    sync.Mutex
	nonce string // the last one that the server sent
}

// New returns a prover with a new P-256 key.
func New() (*Prover, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	options := (&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: private}}, options)
	if err != nil {
		return nil, err
	}
	return &Prover{signer: signer}, nil
}

// claims are those of RFC 9449, section 4.2.
type claims struct {
	ID     string `json:"jti"`
	Method string `json:"htm"`
	URL    string `json:"htu"`
	Issued int64  `json:"iat"`
	Nonce  string `json:"nonce,omitempty"`
	Hash   string `json:"ath,omitempty"` // of the access token
}

// Proof returns a new proof for one request; accessToken is "" for a token request.
func (p *Prover) Proof(method, target, accessToken string, now time.Time) (string, error) {
	p.mu.Lock()
	c := claims{ID: rand.Text(), Method: method, URL: proven(target), Issued: now.Unix(), Nonce: p.nonce}
	p.mu.Unlock()
	if accessToken != "" {
		sum := sha256.Sum256([]byte(accessToken))
		c.Hash = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	payload, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	signed, err := p.signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// Take stores the nonce of an answer, whatever its status, and reports whether it is new.
func (p *Prover) Take(h http.Header) bool {
	given := h.Get("DPoP-Nonce")
	p.mu.Lock()
	defer p.mu.Unlock()
	if given == "" || given == p.nonce {
		return false
	}
	p.nonce = given
	return true
}

// proven returns the htu claim for a URL: without query and fragment (RFC 9449, section 4.2), and
// decoded, because Okta compares it with the decoded path: a request for ada%40example.com is
// proven as ada@example.com.
func proven(target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return target
	}
	return u.Scheme + "://" + u.Host + u.Path
}
