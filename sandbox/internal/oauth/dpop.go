package oauth

import (
	"crypto"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

const (
	// maxProofAge is how old a DPoP proof may be.
	maxProofAge = 5 * time.Minute
	// nonceDay is how long a nonce is the current one; nonceDays is for how many of these periods
	// it is accepted.
	nonceDay  = 24 * time.Hour
	nonceDays = 3
)

// ProofAlgorithms returns the signature algorithms that a proof may use.
func ProofAlgorithms() []string {
	var names []string
	for _, algorithm := range asymmetricAlgorithms {
		names = append(names, string(algorithm))
	}
	return names
}

// proof is a verified DPoP proof (RFC 9449 section 4.2).
type proof struct {
	claims claims
	jkt    string // RFC 7638 thumbprint of its key, SHA-256 in base64url
}

// tokenProof verifies the DPoP proof of a token request and returns the key thumbprint that the
// token is bound to, or "" for a bearer token. A client without the DPoP setting gets bearer tokens
// even if it sends a proof: Okta's Node.js SDK adds a proof to every token request and treats the
// answer as a bearer token unless it was asked for a nonce.
func tokenProof(c *web.Call, client *client) (string, error) {
	if !client.DPoPBound {
		return "", nil
	}
	if len(c.Request.Header.Values("DPoP")) == 0 {
		return "", ErrDPoPMissing
	}
	proof, err := readProof(c)
	if err != nil {
		return "", err
	}
	if !isNonce(c.Org, proof.claims.text("nonce"), c.Now) {
		return "", ErrDPoPNonce.WithHeader("Dpop-Nonce", Nonce(c.Org, c.Now))
	}
	return proof.jkt, spendProof(c, proof)
}

// resourceProof verifies the DPoP proof of a call with a bound access token. It requires no nonce.
func resourceProof(c *web.Call, raw string, token *AccessToken) error {
	if len(c.Request.Header.Values("DPoP")) == 0 {
		return ErrDPoPRequired
	}
	proof, err := readProof(c)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(raw))
	if proof.claims.text("ath") != base64.RawURLEncoding.EncodeToString(sum[:]) {
		return ErrDPoPTokenHash
	}
	if proof.jkt != token.JKT {
		return ErrDPoPBinding
	}
	return spendProof(c, proof)
}

// readProof verifies the single DPoP header of the request, except for its nonce, its access token
// hash and its single use.
func readProof(c *web.Call) (*proof, error) {
	headers := c.Request.Header.Values("DPoP")
	if len(headers) > 1 {
		return nil, ErrDPoPMany
	}
	jws, err := parseJWS(headers[0], asymmetricAlgorithms)
	if wrongAlgorithm(err) {
		return nil, ErrDPoPAlgorithm
	}
	if err != nil {
		return nil, ErrDPoPParse
	}
	header := jws.Signatures[0].Header
	if kind, _ := header.ExtraHeaders[jose.HeaderType].(string); kind != "dpop+jwt" {
		return nil, ErrDPoPType
	}
	if header.JSONWebKey == nil {
		return nil, errDPoPProof
	}
	payload, err := jws.Verify(header.JSONWebKey.Key)
	if err != nil {
		return nil, ErrDPoPSignature
	}
	read, err := parseClaims(payload)
	if err != nil {
		return nil, ErrDPoPParse
	}
	print, err := header.JSONWebKey.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, errDPoPProof
	}
	return &proof{read, base64.RawURLEncoding.EncodeToString(print)}, checkProof(c, read)
}

func checkProof(c *web.Call, read claims) error {
	if read.text("htm") != c.Request.Method {
		return ErrDPoPMethod
	}
	// Okta decodes the path of the request, but not the path in the claim: a login in the claim
	// must contain "@", though it is sent as "%40".
	if !sameURL(read.text("htu"), c.URL(c.Request.URL.Path)) {
		return ErrDPoPURL
	}
	clock := float64(c.Now.UnixNano()) / 1e9
	issued, isNumber := read.seconds("iat")
	switch {
	case !isNumber:
		return ErrDPoPIssuedAt
	case issued > clock+clockGrace.Seconds():
		return ErrDPoPFuture
	case issued < clock-maxProofAge.Seconds():
		return ErrDPoPOld
	}
	if expires, isNumber := read.seconds("exp"); read.has("exp") && (!isNumber || expires <= clock) {
		return ErrDPoPExpired
	}
	if read.text("jti") == "" {
		return ErrDPoPJTI
	}
	return nil
}

// spendProof marks the proof's jti as used for its key.
func spendProof(c *web.Call, p *proof) error {
	return spendJTI(c.Org, "dpop "+p.jkt+" "+p.claims.text("jti"), c.Now, c.Now.Add(2*maxProofAge), ErrDPoPUsed)
}

// sameURL compares URLs without query and fragment, after normalizing scheme, host and default port
// (RFC 9449 section 4.3).
func sameURL(a, b string) bool {
	first, ok1 := normalURL(a)
	second, ok2 := normalURL(b)
	return ok1 && ok2 && first == second
}

// normalURL leaves the path as written, percent-encoding included.
func normalURL(text string) (string, bool) {
	if end := strings.IndexAny(text, "?#"); end >= 0 {
		text = text[:end]
	}
	scheme, rest, absolute := strings.Cut(text, "://")
	host, path, _ := strings.Cut(rest, "/")
	if !absolute || host == "" {
		return "", false
	}
	scheme, host = strings.ToLower(scheme), strings.ToLower(host)
	switch scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return scheme + "://" + host + "/" + path, true
}

// Nonce returns the org's current nonce. It is derived from a secret, so it needs no storage and
// survives a restart.
func Nonce(o *state.Org, now time.Time) string {
	return nonceOf(o, now.Unix()/int64(nonceDay.Seconds()))
}

func nonceOf(o *state.Org, day int64) string {
	key := o.CurrentKey()
	if key == nil {
		return ""
	}
	mac := hmac.New(sha256.New, key.PKCS8)
	mac.Write([]byte("dpop nonce " + strconv.FormatInt(day, 10)))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:24])
}

// isNonce reports whether a nonce is the current one or a recent one that is still accepted.
func isNonce(o *state.Org, nonce string, now time.Time) bool {
	today := now.Unix() / int64(nonceDay.Seconds())
	for day := today; day > today-nonceDays; day-- {
		if nonce != "" && hmac.Equal([]byte(nonce), []byte(nonceOf(o, day))) {
			return true
		}
	}
	return false
}
