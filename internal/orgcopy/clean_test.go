package orgcopy

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestClean: what an org answers in addition, as older ones do, is no reason to keep it.
func TestClean(t *testing.T) {
	doc := appDocument(map[string]any{"signOnMode": "OPENID_CONNECT", "label": "App", "name": "oidc_client",
		"credentials": map[string]any{"oauthClient": map[string]any{"client_id": "0oa1", "client_secret": "s3cret-1"}, "password": map[string]any{"value": ""}},
		"settings": map[string]any{"oauthClient": map[string]any{"jwks": map[string]any{"keys": []any{map[string]any{"kty": "RSA", "n": "pub", "e": "AQAB", "kid": "k", "d": "s3cret-2", "p": "s3cret-3"}}}},
			"app": map[string]any{"apiToken": "s3cret-4", "adminPassword": "s3cret-5"}}})
	text, err := json.Marshal(doc)
	if err != nil || strings.Contains(string(text), "s3cret") || !strings.Contains(string(text), `"n":"pub"`) || !strings.Contains(string(text), "0oa1") {
		t.Errorf("%v %s", err, text)
	}
	if other := appDocument(map[string]any{"signOnMode": "SAML_2_0", "label": "Other", "name": "x", "settings": map[string]any{"app": map[string]any{"key": "s3cret"}}}); len(other) != 3 {
		t.Errorf("of an app that is no OAuth client: %v", other)
	}
}
