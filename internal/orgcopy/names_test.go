package orgcopy

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestNothingNamedLikeASecretIsCopied: profiles of apps, groups and people hold anything.
func TestNothingNamedLikeASecretIsCopied(t *testing.T) {
	profile := map[string]any{"team": "kept"}
	for _, name := range []string{"api_key", "apiKey", "passphrase", "pwd", "access_key", "signing_key", "encryption_key", "ssh_key", "bearer", "credentials", "authorization", "jwt", "otp_seed", "cookie", "mySecretThing"} {
		profile[name] = "s3cret"
		profile[name+"_token"] = []any{"s3cret"}
		profile["old_"+name] = map[string]any{"value": "s3cret"}
	}
	profile["pem"] = "-----BEGIN " + "PRIVATE KEY-----s3cret"
	for _, mode := range []string{"OPENID_CONNECT", "SAML_2_0"} {
		doc := appDocument(map[string]any{"signOnMode": mode, "label": "App", "name": "oidc_client", "profile": profile,
			"settings":    map[string]any{"oauthClient": map[string]any{"client_uri": "https://user:s3cret@a.example.com/kept", "redirect_uris": []any{"https://a.example.com/cb?api_key=s3cret&x=kept", "https://s3cret@a.example.com"}, "refresh_token": map[string]any{"rotation_type": "STATIC"}}},
			"credentials": map[string]any{"oauthClient": map[string]any{"client_id": "0oa1", "token_endpoint_auth_method": "client_secret_basic"}}})
		text, err := json.Marshal(doc)
		if err != nil || strings.Contains(string(text), "s3cret") || !strings.Contains(string(text), "kept") {
			t.Errorf("%v %s", err, text)
		}
		if mode == "OPENID_CONNECT" && (!strings.Contains(string(text), "client_secret_basic") || !strings.Contains(string(text), "STATIC") || !strings.Contains(string(text), "x=kept")) {
			t.Errorf("too little is copied: %s", text)
		}
	}
}

// TestAnonymizeFindsLoginsWhereverTheyStand: in names of properties, in addresses, percent-encoded.
func TestAnonymizeFindsLoginsWhereverTheyStand(t *testing.T) {
	c := &Copy{Users: []map[string]any{{"id": "00u1", "profile": map[string]any{"login": "ada.l@example.com", "email": "ada@example.org"}}},
		Apps: []map[string]any{{"document": map[string]any{"profile": map[string]any{
			"ada.l@example.com": "owner", "owner of Ada.L@Example.com": 1, "a": "https://x.example.com/cb?login=ada.l%40example.com&x=1", "b": "https://x.example.com/cb?login=ada.l@example.com",
			"c": "https://x.example.com/?next=https%3A%2F%2Fy.example.com%2F%3Flogin%3Dada%2El%2540example.com%26x", "d": "ada%40example.org", "e": []any{"mailto:ada.l@example.com."},
			"f": "/users/ada.l%40example.com/x", "other": "maria.ada.l@example.com"}}}}}
	c.anonymize()
	text, err := json.Marshal(c.Apps)
	if err != nil {
		t.Fatal(err)
	}
	rest := strings.ReplaceAll(strings.ToLower(string(text)), "maria.ada.l@example.com", "")
	if strings.Contains(rest, "ada") || !strings.Contains(string(text), "maria.ada.l@example.com") || !strings.Contains(string(text), "%40person.example\\u0026x=1") {
		t.Errorf("%s", text)
	}
}
