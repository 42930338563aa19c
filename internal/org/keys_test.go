package org

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/jwk"
)

// TestCanonical: the members of an EC key are the same whether they were parsed or
// not, also where the key is none.
func TestCanonical(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	x, y := base64.RawURLEncoding.EncodeToString(point[1:33]), base64.RawURLEncoding.EncodeToString(point[33:])
	coordinates := func(good string) []string {
		return []string{good, good + "=", loose(good), good[:42] + "-", good[:20] + "\n" + good[20:], "AA" + good, good[:41], ""}
	}
	for _, crv := range []string{"P-256", "P-384", "secp256k1"} {
		for _, x := range coordinates(x) {
			for _, y := range coordinates(y) {
				for _, e := range []string{"", "AQAB"} {
					compare(t, map[string]any{"kty": "EC", "crv": crv, "kid": "a", "use": "sig", "x": x, "y": y, "e": e})
				}
			}
		}
	}
}

// compare compares what a key comes to with what it comes to when it is parsed.
func compare(t *testing.T, key map[string]any) {
	t.Helper()
	members := map[string]any{}
	for _, name := range []string{"crv", "e", "kty", "x", "y"} {
		if key[name] != "" {
			members[name] = key[name]
		}
	}
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	want := string(text)
	if public, err := jwk.ParsePublic(text); err == nil {
		want = public.Canonical
	}
	if got := canonical(key); got != want {
		t.Errorf("%s instead of %s", got, want)
	}
}

// loose writes the same octets with bits set that none of them needs.
func loose(coordinate string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, coordinate[42])
	return coordinate[:42] + alphabet[last+1:last+2]
}
