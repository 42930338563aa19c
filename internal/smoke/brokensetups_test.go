package smoke_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// brokenSetup is a setup with one thing wrong, and how a smoke test explains it.
type brokenSetup struct {
	what string
	// test is the one that finds it: the service app's, or the web app's with ada
	// who signs in.
	test  func(s *setup) schema.SmokeTest
	spoil func(s *setup, t *schema.SmokeTest)

	diagnosis string
	outcome   smoke.Outcome // empty: failed
}

// brokenSetups are read as documentation: docs/troubleshooting.md is made from
// them.
func brokenSetups() []struct {
	title string
	rows  []brokenSetup
} {
	report, explore := (*setup).readUsers, (*setup).explore
	type group = struct {
		title string
		rows  []brokenSetup
	}
	return []group{
		{"The app and its key", []brokenSetup{
			{"the app isn't in the org yet", report, func(_ *setup, t *schema.SmokeTest) { t.App.ClientID = "" }, "app not in the org", ""},
			{"the app was deleted, or belongs to another org", report, func(s *setup, _ *schema.SmokeTest) { s.deleteReporter() }, "unknown client id", ""},
			{"the app is inactive", report, func(s *setup, _ *schema.SmokeTest) { s.deactivateReporter() }, "client not accepted", ""},
			{"the key isn't registered", report, func(_ *setup, t *schema.SmokeTest) { t.App.Keys[0].KID = "reporter-2" }, "key not registered", ""},
			{"the key is inactive", report, func(s *setup, _ *schema.SmokeTest) { s.setKeys("INACTIVE", s.key) }, "key not registered", ""},
			{"another key has that key id", report, func(s *setup, _ *schema.SmokeTest) { s.setKeys("ACTIVE", newKey(s)) }, "another key", ""},
			{"the key is the one of another app", report, func(s *setup, t *schema.SmokeTest) { t.App.Keys[0].File = s.keyFile(newKey(s)) }, "another key", ""},
			{"two keys at jwks_uri have one key id", report, func(s *setup, _ *schema.SmokeTest) { s.serveKeys(newKey(s), newKey(s)) }, "key id used twice", ""},
			{"nothing answers at jwks_uri", report, func(s *setup, _ *schema.SmokeTest) { s.serveKeys() }, "jwks_uri can't be read", ""},
			{"the private key file holds no key", report, func(s *setup, t *schema.SmokeTest) { t.App.Keys[0].File = s.file("not a key") }, "private key can't be used", ""},
			{"the private key is on another machine", report, func(_ *setup, t *schema.SmokeTest) { t.App.Keys[0].File = "/nowhere/key.pem" }, "", smoke.Skipped},
			{"a service app with a client secret", explore, func(_ *setup, t *schema.SmokeTest) { t.SignIn, t.Grant = nil, "client_credentials" }, "grant type not allowed", ""},
			{"the client secret was replaced", explore, func(s *setup, _ *schema.SmokeTest) { s.explorerSecret = "the secret of yesterday" }, "wrong client secret", ""},
			{"the client secret can't be read", explore, func(s *setup, _ *schema.SmokeTest) { s.secretErr = errors.New("403 E0000006") }, "no client secret", ""},
			{"the app should authenticate, and doesn't", explore, func(_ *setup, t *schema.SmokeTest) { t.App.AuthMethod = "none" }, "client not authenticated", ""},
			{"the app is limited to network zones elsewhere", report, func(s *setup, _ *schema.SmokeTest) {
				s.edit(s.reporterID, "settings", object{"network": object{"connection": "ZONE", "include": []string{"nzo1111111111111111"}}})
			}, "outside the network zone", ""},
		}},
		{"Clocks and addresses", []brokenSetup{
			{"the clock is two minutes fast, and assertions live for an hour", report, func(s *setup, t *schema.SmokeTest) { s.ahead, t.AssertionLife = 2*time.Minute, time.Hour }, "assertion lives too long", ""},
			{"the clock is two minutes fast, and assertions live for five", report, func(s *setup, _ *schema.SmokeTest) { s.ahead = 2 * time.Minute }, "clock differs", smoke.Passed},
			{"the clock is two minutes slow", report, func(s *setup, _ *schema.SmokeTest) { s.ahead = -2 * time.Minute }, "clock differs", smoke.Passed},
			{"the clock is ten minutes slow", report, func(s *setup, _ *schema.SmokeTest) { s.ahead = -10 * time.Minute }, "clock is slow", ""},
			{"the clock is two minutes fast, with DPoP", report, func(s *setup, t *schema.SmokeTest) { s.ahead = 2 * time.Minute; s.requireDPoP(t) }, "clock is fast", ""},
			{"the org is reached by another name: a custom domain, a proxy", report, func(s *setup, _ *schema.SmokeTest) { s.behindAnotherName() }, "wrong audience", ""},
			{"the URL is that of the Admin Console", report, func(s *setup, _ *schema.SmokeTest) { s.url = "https://example-admin.okta.com" }, "host of the Admin Console", ""},
			{"something else answers: a proxy's page", report, func(s *setup, _ *schema.SmokeTest) {
				s.answer("/oauth2/v1/token", 200, "<html>Welcome to the hotel</html>")
			}, "not the org's answer", ""},
			{"nothing answers", report, func(s *setup, _ *schema.SmokeTest) { s.url = "http://127.0.0.1:1" }, "no answer", ""},
			{"a proxy repeats requests", report, func(s *setup, _ *schema.SmokeTest) { s.repeat("/oauth2/v1/token") }, "assertion used twice", ""},
			{"the org is busy", report, func(s *setup, _ *schema.SmokeTest) { s.fault("503 GET /api/v1/users") }, "server busy", ""},
			{"the rate limit is used up", report, func(s *setup, _ *schema.SmokeTest) { s.fault("429 GET /api/v1/users") }, "rate limit", ""},
		}},
		{"Scopes", []brokenSetup{
			{"no scope is granted", report, func(s *setup, _ *schema.SmokeTest) { s.revokeGrants(s.reporterID) }, "scope not granted", ""},
			{"one of two scopes is granted", report, func(_ *setup, t *schema.SmokeTest) { t.Scopes = append(t.Scopes, "okta.logs.read") }, "scope not granted", ""},
			{"a scope is granted that shouldn't be", (*setup).askForMore, func(s *setup, _ *schema.SmokeTest) { s.grant(s.reporterID, "okta.users.manage") }, "wider than declared", ""},
			{"a scope is declared, and its refusal still expected", (*setup).askForMore, func(s *setup, t *schema.SmokeTest) {
				s.grant(s.reporterID, "okta.users.manage")
				t.App.Granted = append(t.App.Granted, "okta.users.manage")
			}, "expectation out of date", ""},
			{"a declared scope isn't granted", report, func(s *setup, t *schema.SmokeTest) {
				t.App.Granted = t.Scopes
				s.revokeGrants(s.reporterID)
			}, "scope not granted", ""},
			{"a misspelt scope", report, func(_ *setup, t *schema.SmokeTest) { t.Scopes = []string{"okta.users.reed"} }, "unknown scope", ""},
			{"openid without a user", report, func(_ *setup, t *schema.SmokeTest) { t.Scopes = []string{"openid"} }, "OpenID scope without a user", ""},
			{"the operation needs another scope", report, func(_ *setup, t *schema.SmokeTest) { t.Requests[0].Path = "/api/v1/groups" }, "scope missing in the token", ""},
		}},
		{"Admin roles", []brokenSetup{
			{"the service app has no role", report, func(s *setup, _ *schema.SmokeTest) { s.revokeRoles("/oauth2/v1/clients/" + s.reporterID) }, "no admin role", ""},
			{"the role doesn't allow the operation", report, func(s *setup, t *schema.SmokeTest) {
				s.grant(s.reporterID, "okta.users.manage")
				t.Scopes = []string{"okta.users.manage"}
				t.Requests = []schema.TestRequest{{Method: "POST", Path: "/api/v1/users/" + s.ada, Body: "{}", Status: []int{200}}}
			}, "no admin role", ""},
			{"the resource set doesn't cover the object", report, func(s *setup, t *schema.SmokeTest) {
				s.limitTo("/api/v1/users/" + s.bob)
				t.Requests[0].Path = "/api/v1/users/" + s.ada
			}, "no admin role", ""},
			{"the resource set covers nothing of a list", report, func(s *setup, _ *schema.SmokeTest) { s.limitTo("/api/v1/groups/" + s.testers) }, "nothing visible", smoke.Passed},
			{"the user who signs in has no role", explore, func(s *setup, _ *schema.SmokeTest) { s.revokeRoles("/api/v1/users/" + s.ada) }, "no admin role", ""},
		}},
		{"Tokens and proofs", []brokenSetup{
			{"the token was revoked", report, func(s *setup, _ *schema.SmokeTest) { s.before("/api/v1/users", s.deactivateReporter) }, "token revoked", ""},
			{"the token has expired", report, func(s *setup, _ *schema.SmokeTest) {
				s.before("/api/v1/users", func() { s.org.SetClockOffset(2 * time.Hour) })
			}, "token expired", ""},
			{"the app requires DPoP", report, func(s *setup, t *schema.SmokeTest) { s.requireDPoP(t); t.App.DPoP = false }, "DPoP required", ""},
			{"the app doesn't require DPoP, though declared", report, func(_ *setup, t *schema.SmokeTest) { t.App.DPoP = true }, "token type differs", ""},
			{"a proxy drops the nonce for DPoP", report, func(s *setup, t *schema.SmokeTest) { s.requireDPoP(t); s.dropHeader("Dpop-Nonce") }, "DPoP nonce", ""},
			{"a proxy repeats requests with a proof", report, func(s *setup, t *schema.SmokeTest) { s.requireDPoP(t); s.repeat("/api/v1/users") }, "DPoP proof used twice", ""},
			{"the path doesn't exist", report, func(_ *setup, t *schema.SmokeTest) { t.Requests[0].Path = "/api/v1/nothing" }, "no such path", ""},
		}},
		{"Users who sign in", []brokenSetup{
			{"the user isn't assigned to the app", explore, func(s *setup, _ *schema.SmokeTest) {
				s.call("DELETE", "/api/v1/apps/"+s.explorerID+"/groups/"+s.testers, nil)
			}, "user not assigned", ""},
			{"the redirect URI isn't registered", explore, func(_ *setup, t *schema.SmokeTest) { t.App.RedirectURI += "/" }, "redirect URI not registered", ""},
			{"PKCE is missing", explore, func(_ *setup, t *schema.SmokeTest) { t.PKCE = schema.PKCENone }, "PKCE missing", ""},
			{"the PKCE verifier is missing", explore, func(_ *setup, t *schema.SmokeTest) { t.PKCE = schema.PKCENoVerifier }, "PKCE verifier missing", ""},
			{"a wrong password", explore, func(_ *setup, t *schema.SmokeTest) { t.SignIn.Password = schema.NewSecret("not the password") }, "sign-in refused", ""},
			{"the user is suspended", explore, func(s *setup, _ *schema.SmokeTest) { s.call("POST", "/api/v1/users/"+s.ada+"/lifecycle/suspend", nil) }, "sign-in refused", ""},
			{"the password has expired", explore, func(s *setup, _ *schema.SmokeTest) {
				s.call("POST", "/api/v1/users/"+s.ada+"/lifecycle/expire_password", nil)
			}, "", smoke.Skipped},
			{"the app's policy asks for a second factor", explore, func(s *setup, _ *schema.SmokeTest) { s.requireFactors() }, "", smoke.Skipped},
			{"the user has to consent", explore, func(s *setup, t *schema.SmokeTest) {
				s.edit(s.explorerID, "settings", object{"consent_method": "REQUIRED"})
				t.Scopes = append(t.Scopes, "profile")
			}, "user consent needed", ""},
			{"nobody is signed in", explore, func(_ *setup, t *schema.SmokeTest) { t.SignIn = nil }, "not signed in", ""},
			{"a user can't sign in to a service app", explore, func(s *setup, t *schema.SmokeTest) {
				uri := t.App.RedirectURI
				t.App = s.reporter
				t.App.RedirectURI = uri
			}, "service app can't sign users in", ""},
			{"the app may not refresh tokens", explore, func(_ *setup, t *schema.SmokeTest) { t.Refresh = true }, "no refresh token", ""},
			{"the refresh token is used up", explore, func(s *setup, t *schema.SmokeTest) {
				s.edit(s.explorerID, "settings", object{"grant_types": []string{"authorization_code", "refresh_token"}})
				t.SignIn, t.RefreshToken = nil, schema.NewSecret("a refresh token of yesterday")
			}, "refresh token not valid", ""},
		}},
	}
}

func newKey(s *setup) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	return key
}

func (s *setup) file(text string) string {
	file := filepath.Join(s.t.TempDir(), "key.pem")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return file
}

func (s *setup) deactivateReporter() {
	s.call("POST", "/api/v1/apps/"+s.reporterID+"/lifecycle/deactivate", nil)
}

func (s *setup) deleteReporter() {
	s.deactivateReporter()
	s.raw("DELETE", "/api/v1/apps/"+s.reporterID, nil)
}

// edit changes settings of an app, or its credentials.
func (s *setup) edit(id, part string, change object) {
	app := s.call("GET", "/api/v1/apps/"+id, nil)
	client := app[part].(object)["oauthClient"].(object)
	for name, value := range change {
		client[name] = value
	}
	s.call("PUT", "/api/v1/apps/"+id, app)
}

// claim gives the explorer a groups claim of that name.
func (s *setup) claim(name string) {
	s.call("POST", "/api/v1/internal/apps/"+s.explorerID+"/settings/oauth/idToken",
		object{"issuerMode": "ORG_URL", "valueType": "GROUPS", "groupFilterType": "EQUALS", "name": name, "value": "Everyone"})
}

// setKeys gives the reporter this key as reporter-1.
func (s *setup) setKeys(status string, key crypto.Signer) {
	jwk := publicJWK(s.t, key, "reporter-1")
	jwk["status"] = status
	s.edit(s.reporterID, "settings", object{"jwks": object{"keys": []object{jwk, publicJWK(s.t, newKey(s), "reporter-0")}}})
}

// serveKeys makes the reporter's keys those of a server, all with one key id;
// without any, nothing answers there.
func (s *setup) serveKeys(keys ...*ecdsa.PrivateKey) {
	var set jose.JSONWebKeySet
	for _, key := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: key.Public(), KeyID: "reporter-1", Use: "sig"})
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _ = writeJSON(w, set) }))
	s.t.Cleanup(server.Close)
	if len(keys) == 0 {
		server.Close()
	}
	s.edit(s.reporterID, "settings", object{"jwks": nil, "jwks_uri": server.URL})
}

func (s *setup) requireDPoP(t *schema.SmokeTest) {
	s.edit(s.reporterID, "settings", object{"dpop_bound_access_tokens": true})
	t.App.DPoP = true
}

// limitTo gives the reporter a custom role on one resource instead of its role.
func (s *setup) limitTo(resource string) {
	s.revokeRoles("/oauth2/v1/clients/" + s.reporterID)
	role := s.call("POST", "/api/v1/iam/roles", object{"label": "Reader", "description": "reads", "permissions": []string{"okta.users.read", "okta.groups.read"}})
	set := s.call("POST", "/api/v1/iam/resource-sets", object{"label": "Narrow", "description": "narrow", "resources": []string{s.org.URL + resource}})
	s.call("POST", "/oauth2/v1/clients/"+s.reporterID+"/roles", object{"type": "CUSTOM", "role": role["id"], "resource-set": set["id"]})
}

// requireFactors gives the explorer the policy that asks for two factors.
func (s *setup) requireFactors() {
	for _, policy := range s.list("/api/v1/policies?type=ACCESS_POLICY") {
		if policy["name"] == "Any two factors" {
			s.raw("PUT", "/api/v1/apps/"+s.explorerID+"/policies/"+policy["id"].(string), nil)
		}
	}
}

func (s *setup) fault(text string) {
	fault, err := sandbox.ParseFault(text)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.org.SetFaults(fault); err != nil {
		s.t.Fatal(err)
	}
}

// behindAnotherName puts something before the org that speaks to it under its
// own name.
func (s *setup) behindAnotherName() {
	target, _ := url.Parse(s.org.URL)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := r.Clone(context.Background())
		out.URL.Scheme, out.URL.Host, out.Host, out.RequestURI = target.Scheme, target.Host, target.Host, ""
		forward(w, out)
	}))
	s.t.Cleanup(proxy.Close)
	s.url = proxy.URL
}
