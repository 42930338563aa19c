package smoke

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// proofMaker makes DPoP proofs (RFC 9449) with a key of its own, which is not
// the one that authenticates the app.
type proofMaker struct {
	key   jose.SigningKey
	nonce string // the last one that the org gave
}

func newProofMaker() (*proofMaker, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return &proofMaker{key: jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: private}}}, nil
}

// proofClaims are those of RFC 9449 section 4.2.
type proofClaims struct {
	ID     string `json:"jti"`
	Method string `json:"htm"`
	URL    string `json:"htu"` // without query and fragment
	Issued int64  `json:"iat"`
	Nonce  string `json:"nonce,omitempty"`
	Hash   string `json:"ath,omitempty"` // of the access token
}

// proof makes a fresh proof for one request; accessToken is empty for a token
// request.
func (p *proofMaker) proof(method, target, accessToken string, now time.Time) (string, error) {
	claims := proofClaims{ID: random(), Method: method, URL: target, Issued: now.Unix(), Nonce: p.nonce}
	if accessToken != "" {
		claims.Hash = base64URLHash(accessToken)
	}
	return sign(p.key, "dpop+jwt", claims)
}

// renew takes the nonce of an answer, whatever the answer is. It reports whether
// the answer asks for the request to be repeated with it.
func (p *proofMaker) renew(a *answer) bool {
	given := a.header.Get("DPoP-Nonce")
	asked := given != "" && given != p.nonce && a.fault().Error == "use_dpop_nonce"
	if given != "" {
		p.nonce = given
	}
	return asked
}

// base64URLHash is the SHA-256 hash in base64url, as DPoP's ath and PKCE's S256
// have it.
func base64URLHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
