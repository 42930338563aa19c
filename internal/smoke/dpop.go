package smoke

import (
	"crypto/sha256"
	"encoding/base64"
)

// renewProof stores the nonce of an answer, and reports whether the answer asks for the request to
// be repeated with it (RFC 9449, sections 8 and 9).
func (t *test) renewProof(a *answer) bool {
	return t.proofs != nil && t.proofs.Take(a.header) && a.fault().Error == "use_dpop_nonce"
}

// base64URLHash returns the SHA-256 hash in base64url, as in PKCE's S256.
func base64URLHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
