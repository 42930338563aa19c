package oauth

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"testing"
)

// TestForeignHeaderOrder has headers as other libraries write them: members in
// another order than ours, with spaces.
func TestForeignHeaderOrder(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range []string{`{"typ":"JWT","alg":"RS256","kid":"one"}`, `{ "kid": "one", "alg": "RS256" }`} {
		signed := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"x"}`))
		sum := sha256.Sum256([]byte(signed))
		signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		raw := signed + "." + base64.RawURLEncoding.EncodeToString(signature)
		jws, err := parseJWS(raw, asymmetricAlgorithms)
		if err != nil {
			t.Fatalf("%s: %v", header, err)
		}
		if _, err := jws.Verify(key.Public()); err != nil {
			t.Errorf("%s: %v", header, err)
		}
		if _, err := parseJWS(raw+"\n", asymmetricAlgorithms); err == nil {
			t.Errorf("%s: taken with a line end", header)
		}
	}
}
