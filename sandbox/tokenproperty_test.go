package sandbox

import (
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
)

// flipBit changes one bit of one byte.
func flipBit(text string, place int) string {
	raw := []byte(text)
	raw[place/8] ^= 1 << (place % 8)
	return string(raw)
}

// TestFlippedBits changes any one bit of a good assertion, access token, and
// DPoP proof: none is taken any more.
func TestFlippedBits(t *testing.T) {
	o := newTestOrg(t)
	plain := o.newServiceApp("okta.users.read")
	o.admin("POST", "/oauth2/v1/clients/"+plain.id+"/roles", doc{"type": "READ_ONLY_ADMIN"})
	token := plain.token("okta.users.read")
	app, key := o.dpopApp(t), newTestKey(t, "")
	nonce := oauth.Nonce(o.server.org, o.clock())
	form := app.form("okta.users.read")
	assertion := form.Get("client_assertion")
	proof := o.proofFor(key, "POST", "/oauth2/v1/token", doc{"nonce": nonce}, nil)

	bits := func(rt *rapid.T, text string) string {
		return flipBit(text, rapid.IntRange(0, len(text)*8-1).Draw(rt, "bit"))
	}
	rapid.Check(t, func(rt *rapid.T) {
		form.Set("client_assertion", bits(rt, assertion))
		if got := o.post("/oauth2/v1/token", form); got.status/100 != 4 {
			rt.Fatalf("assertion: %d", got.status)
		}
	})
	rapid.Check(t, func(rt *rapid.T) {
		changed := bits(rt, token)
		// Some bytes can't be sent in a header, or are taken off there.
		if strings.TrimSpace(changed) != changed || strings.ContainsFunc(changed, func(r rune) bool { return r < ' ' || r > '~' }) {
			rt.Skip()
		}
		if got := o.get("/api/v1/users?limit=1", changed); got.status != http.StatusUnauthorized {
			rt.Fatalf("access token: %d", got.status)
		}
		if _, err := oauth.ReadAccess(o.server.org, changed, o.clock()); err == nil {
			rt.Fatal("access token: read")
		}
	})
	rapid.Check(t, func(rt *rapid.T) {
		changed := bits(rt, proof)
		if strings.TrimSpace(changed) != changed || strings.ContainsFunc(changed, func(r rune) bool { return r < ' ' || r > '~' }) {
			rt.Skip()
		}
		form.Set("client_assertion", app.assertion())
		if got := o.post("/oauth2/v1/token", form, "DPoP", changed); got.status != http.StatusBadRequest {
			rt.Fatalf("proof: %d %s", got.status, got.body)
		}
	})
	// The unchanged ones are good, so the refusals above are for the bit.
	form.Set("client_assertion", assertion)
	if got := o.post("/oauth2/v1/token", form, "DPoP", proof); got.status != http.StatusOK {
		t.Errorf("unchanged: %d %s", got.status, got.body)
	}
	if got := o.get("/api/v1/users?limit=1", token); got.status != http.StatusOK {
		t.Errorf("unchanged: %d %s", got.status, got.body)
	}
}

// TestEveryBit flips each bit of an access token, and puts in what base64
// decoders skip.
func TestEveryBit(t *testing.T) {
	o := newTestOrg(t)
	token := o.newServiceApp("okta.users.read").token("okta.users.read")
	org, now := o.server.org, o.clock()
	if _, err := oauth.ReadAccess(org, token, now); err != nil {
		t.Fatal(err)
	}
	for place := range len(token) * 8 {
		if _, err := oauth.ReadAccess(org, flipBit(token, place), now); err == nil {
			t.Errorf("bit %d of %d doesn't count", place, len(token)*8)
		}
	}
	for _, changed := range []string{token + "\n", token + "=", "\r" + token, strings.Replace(token, ".", ".\n", 1)} {
		if _, err := oauth.ReadAccess(org, changed, now); err == nil {
			t.Errorf("taken: %q", changed[len(changed)-5:])
		}
	}
}
