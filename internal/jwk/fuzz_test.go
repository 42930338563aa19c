package jwk_test

import (
	"crypto/elliptic"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/jwk"
)

func seeds(f *testing.F) {
	rsa, ec := rsaKey(2048), ecKey(elliptic.P256())
	for _, text := range []string{
		spki(rsa.Public()), spki(ec.Public()), certificate(ec), jwkText(rsa.Public()), jwkText(ec), pkcs8(rsa), pkcs8(ec),
		"", "{}", `{"kty":"oct","k":"c2VjcmV0"}`, block("PUBLIC KEY", nil), block("EC PARAMETERS", nil),
	} {
		f.Add([]byte(text))
	}
}

// FuzzParsePublic wants a key or an error, and of a key that its JWK form reads
// as the same key.
func FuzzParsePublic(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		key, err := jwk.ParsePublic(data)
		if err != nil {
			quotes(t, err, data)
			return
		}
		if again, err := jwk.ParsePublic([]byte(key.Canonical)); err != nil || again != key {
			t.Errorf("%+v reads again as %+v, %v", key, again, err)
		}
	})
}

// FuzzParsePrivate wants a key with an algorithm, or an error.
func FuzzParsePrivate(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		key, err := jwk.ParsePrivate(data)
		if err != nil {
			quotes(t, err, data)
			return
		}
		if key.Alg == "" || key.Signer == nil {
			t.Error("a key without algorithm or signer")
		}
		if public, err := key.Public(); err == nil && public.Kty == "" {
			t.Error("a public half without type")
		}
	})
}

// quotes fails when an error holds a piece of the data that no message holds
// by itself.
func quotes(t *testing.T, err error, data []byte) {
	t.Helper()
	const known = "neither PEM nor a JSON Web Key"
	for _, word := range strings.Fields(string(data)) {
		if len(word) > 16 && strings.Contains(err.Error(), word) && !strings.Contains(known, word) {
			t.Errorf("the error quotes the data: %v", err)
		}
	}
}
