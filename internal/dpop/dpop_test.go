package dpop_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/dpop"
)

// The claims are those of RFC 9449, section 4.2.
func TestProof(t *testing.T) {
	p, err := dpop.New()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_700_000_000, 0)
	first := part(t, p, "", 1, now)
	if names := slices.Sorted(maps.Keys(first)); !slices.Equal(names, []string{"htm", "htu", "iat", "jti"}) {
		t.Errorf("claims %v", names)
	}
	if first["htu"] != "https://acme.okta.com/api/v1/users/ada@example.com" || first["htm"] != "PUT" || first["iat"] != float64(now.Unix()) {
		t.Errorf("claims %v", first)
	}
	for _, nonce := range []string{"a", "b"} {
		h := http.Header{"Dpop-Nonce": {nonce}}
		if !p.Take(h) || p.Take(h) {
			t.Error("each nonce is new once")
		}
		// The hash of RFC 9449, section 7.1, for its access token.
		next := part(t, p, "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU", 1, now)
		if next["nonce"] != nonce || next["ath"] != "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo" || next["jti"] == first["jti"] {
			t.Errorf("claims %v", next)
		}
	}
	header := part(t, p, "", 0, now)
	key := header["jwk"].(map[string]any)
	if header["typ"] != "dpop+jwt" || header["alg"] != "ES256" || key["kty"] != "EC" || key["d"] != nil {
		t.Errorf("header %v", header)
	}
}

// part is the n-th part of a proof.
func part(t *testing.T, p *dpop.Prover, token string, n int, now time.Time) (doc map[string]any) {
	t.Helper()
	proof, err := p.Proof("PUT", "https://acme.okta.com/api/v1/users/ada%40example.com?limit=1#x", token, now)
	if err != nil {
		t.Fatal(err)
	}
	content, err := base64.RawURLEncoding.DecodeString(strings.Split(proof, ".")[n])
	if err == nil {
		err = json.Unmarshal(content, &doc)
	}
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
