package sandbox

import (
	"strings"
	"testing"
)

// TestDumpHasConsents: a dump has what users consented to, and an org made of it lists and honours
// it.
func TestDumpHasConsents(t *testing.T) {
	seed := `{"users": [{"profile": {"login": "ada@example.com", "email": "ada@example.com", "firstName": "Ada", "lastName": "L"}}],
		"apps": [{"document": {"label": "Web", "signOnMode": "OPENID_CONNECT", "settings": {"oauthClient": {"application_type": "web",
			"grant_types": ["authorization_code"], "response_types": ["code"], "redirect_uris": ["https://a.example/"]}}}}],
		"userGrants": [{"user": "ada@example.com", "app": "Web", "scope": "email"}]}`
	o := openTestOrg(t, Options{Seed: []byte(seed)})
	before := o.admin("GET", "/api/v1/users/ada@example.com/grants", nil).list(t)
	if len(before) != 1 || before[0]["scopeId"] != "email" {
		t.Fatalf("%v", before)
	}
	again := o.reopened()
	after := again.admin("GET", "/api/v1/users/ada@example.com/grants", nil).list(t)
	if len(after) != 1 || after[0]["id"] != before[0]["id"] || after[0]["created"] != before[0]["created"] || after[0]["clientId"] != before[0]["clientId"] {
		t.Errorf("%v, were %v", after, before)
	}
	again.admin("DELETE", "/api/v1/users/ada@example.com/grants", nil)
	if text := dumped(t, again.server, true); strings.Contains(text, "userGrants") {
		t.Errorf("a revoked consent is dumped")
	}
	for wrong, want := range map[string]string{
		`{"user": "nobody@example.com", "app": "Web", "scope": "email"}`: "no user",
		`{"user": "ada@example.com", "app": "None", "scope": "email"}`:   "no app",
		`{"user": "ada@example.com", "app": "Web"}`:                      "scope is missing",
	} {
		bad := seed[:strings.LastIndex(seed, "[{")] + "[" + wrong + "]}"
		if _, err := New(Options{SigningKey: testSigningKey, Seed: []byte(bad)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}
