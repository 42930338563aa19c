package kinds

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// What was read is written back just as it came, numbers and nulls included, and
// without what Okta derives.
func TestDocumentGoesBackAsItCame(t *testing.T) {
	var sent string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method == http.MethodPut {
			sent = string(body)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":"0oa1","profile":{"n":12345678901234567890,"none":null},
			"credentials":{"oauthClient":{"client_id":"0oa1","client_secret":"made-up-secret"}},"_links":{"x":{}}}`)
	}))
	defer server.Close()
	c, err := okta.Connect(okta.Credentials{URL: server.URL, Mode: okta.SSWS, Token: schema.NewSecret("made-up-token")}, okta.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o, kind := NewOrg(c), Named("service_app")
	doc, err := kind.Get(t.Context(), o, "0oa1")
	if err != nil {
		t.Fatal(err)
	}
	doc, err = okta.Clone(doc)
	if err != nil {
		t.Fatal(err)
	}
	value, _, err := kind.Decode(doc)
	if err != nil {
		t.Fatal(err)
	}
	if err := kind.Update(t.Context(), o, &Remote{Kind: kind, Doc: map[string]any{"id": "0oa1", "status": "ACTIVE"}}, doc, value); err != nil {
		t.Fatal(err)
	}
	const expected = `{"credentials":{"oauthClient":{"client_id":"0oa1"}},"profile":{"n":12345678901234567890,"none":null}}`
	if sent != expected {
		t.Errorf("sent %s\nwant %s", sent, expected)
	}
}

// Okta gives back an EC key without a curve when it was sent so.
func TestCanonicalKey(t *testing.T) {
	const x, y = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" // RFC 7515, appendix A.3.1
	whole := canonical(map[string]any{"kty": "EC", "crv": "P-256", "x": x, "y": y, "use": nil})
	if without := canonical(map[string]any{"kty": "EC", "crv": nil, "x": x, "y": y}); without != whole {
		t.Errorf("without a curve: %s, with it: %s", without, whole)
	}
	if short := canonical(map[string]any{"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "old"}); short != `{"e":"AQAB","kty":"RSA","n":"AQAB"}` {
		t.Errorf("a key that our parser refuses: %s", short)
	}
}

func TestIsOrgIssuer(t *testing.T) {
	for issuer, want := range map[string]bool{
		"https://my.okta.com": true, "http://127.0.0.1:8080/": true,
		"https://my.okta.com/oauth2/default": false, "https://my.okta.com/oauth2/aus1": false,
	} {
		if got := isOrgIssuer(issuer); got != want {
			t.Errorf("%s: %v", issuer, got)
		}
	}
}
