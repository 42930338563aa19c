package smoke_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/internal/openapicheck"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// setup is Okta's guide in a sandbox: a service app and a web app, both with
// okta.users.read, and ada, who is a read-only admin.
type setup struct {
	t                            *testing.T
	org                          *sandbox.Org
	reporter, explorer           schema.TestApp
	reporterID, explorerID       string
	explorerSecret, ada, testers string
	password                     string
}

type object = map[string]any

func newSetup(t *testing.T) *setup {
	digits, err := rand.Int(rand.Reader, big.NewInt(1<<62)) // letters could spell the login, which passwords must not hold
	if err != nil {
		t.Fatal(err)
	}
	server, err := sandbox.New(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(openapicheck.Wrap(t, server))
	t.Cleanup(func() {
		listener.Close()
		_ = server.Close()
	})
	s := &setup{t: t, org: &sandbox.Org{Server: server, URL: listener.URL}, password: "Quartz-7" + digits.String()}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s.makeReporter(key)
	s.makeExplorer()
	return s
}

func (s *setup) makeReporter(key crypto.Signer) {
	public, err := json.Marshal(jose.JSONWebKey{Key: key.Public(), KeyID: "reporter-1", Use: "sig"})
	if err != nil {
		s.t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		s.t.Fatal(err)
	}
	file := filepath.Join(s.t.TempDir(), "reporter-1.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		s.t.Fatal(err)
	}
	app := s.app("Nightly user report", object{"application_type": "service", "grant_types": []string{"client_credentials"}, "response_types": []string{"token"},
		"jwks": object{"keys": []json.RawMessage{public}}}, object{"token_endpoint_auth_method": "private_key_jwt"})
	s.reporterID = app["id"].(string)
	s.call("POST", "/oauth2/v1/clients/"+s.reporterID+"/roles", object{"type": "READ_ONLY_ADMIN"})
	s.grant(s.reporterID, "okta.users.read")
	s.reporter = schema.TestApp{Addr: schema.Addr{Kind: "service_app", Name: "reporter"}, ID: s.reporterID, ClientID: s.reporterID,
		AuthMethod: "private_key_jwt", Keys: []schema.PrivateKey{{KID: "reporter-1", File: file}}}
}

func (s *setup) makeExplorer() {
	const redirectURI = "http://127.0.0.1:8484/callback"
	user := s.call("POST", "/api/v1/users?activate=true", object{
		"profile":     object{"login": "ada@example.com", "email": "ada@example.com", "firstName": "Ada", "lastName": "Admin"},
		"credentials": object{"password": object{"value": s.password}}})
	s.ada = user["id"].(string)
	s.call("POST", "/api/v1/users/"+s.ada+"/roles", object{"type": "READ_ONLY_ADMIN"})
	s.testers = s.call("POST", "/api/v1/groups", object{"profile": object{"name": "API testers"}})["id"].(string)
	s.call("PUT", "/api/v1/groups/"+s.testers+"/users/"+s.ada, nil)
	app := s.app("Okta API explorer", object{"application_type": "web", "grant_types": []string{"authorization_code"}, "response_types": []string{"code"}, "redirect_uris": []string{redirectURI}},
		object{"token_endpoint_auth_method": "client_secret_basic", "pkce_required": true})
	s.explorerID = app["id"].(string)
	s.explorerSecret = app["credentials"].(object)["oauthClient"].(object)["client_secret"].(string)
	s.call("PUT", "/api/v1/apps/"+s.explorerID+"/groups/"+s.testers, object{})
	s.grant(s.explorerID, "okta.users.read")
	s.explorer = schema.TestApp{Addr: schema.Addr{Kind: "web_app", Name: "explorer"}, ID: s.explorerID, ClientID: s.explorerID,
		AuthMethod: "client_secret_basic", RedirectURI: redirectURI}
}

func (s *setup) app(label string, settings, credentials object) object {
	return s.call("POST", "/api/v1/apps", object{"name": "oidc_client", "label": label, "signOnMode": "OPENID_CONNECT",
		"settings": object{"oauthClient": settings}, "credentials": object{"oauthClient": credentials}})
}

func (s *setup) grant(app, scope string) string {
	return s.call("POST", "/api/v1/apps/"+app+"/grants", object{"issuer": s.org.URL, "scopeId": scope})["id"].(string)
}

// call uses the management API as the org's super admin.
func (s *setup) call(method, path string, body any) object {
	s.t.Helper()
	raw := s.raw(method, path, body)
	var answer object
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &answer); err != nil {
			s.t.Fatal(err)
		}
	}
	return answer
}

func (s *setup) raw(method, path string, body any) []byte {
	s.t.Helper()
	var reader io.Reader
	if body != nil {
		raw, _ := json.Marshal(body)
		reader = bytes.NewReader(raw)
	}
	request, err := http.NewRequest(method, s.org.URL+path, reader)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "SSWS "+s.org.Token())
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if response.StatusCode >= 300 {
		s.t.Fatalf("%s %s: %s %s", method, path, response.Status, answer)
	}
	return answer
}

func (s *setup) readUsers() schema.SmokeTest {
	return schema.SmokeTest{Name: "the report reads users", App: s.reporter, Scopes: []string{"okta.users.read"},
		Requests: []schema.TestRequest{{Method: "GET", Path: "/api/v1/users?limit=1", Status: []int{200}}}}
}

func (s *setup) askForMore() schema.SmokeTest {
	return schema.SmokeTest{Name: "the report can't ask for more", App: s.reporter, Scopes: []string{"okta.users.manage"}, ExpectError: "consent_required"}
}

func (s *setup) explore() schema.SmokeTest {
	return schema.SmokeTest{Name: "ada explores as herself", App: s.explorer, Scopes: []string{"openid", "okta.users.read"},
		SignIn:   &schema.SignIn{Login: "ada@example.com", Password: schema.NewSecret(s.password)},
		Requests: []schema.TestRequest{{Method: "GET", Path: "/api/v1/users", Status: []int{200}}}}
}

func (s *setup) run(tests ...schema.SmokeTest) smoke.Report {
	s.t.Helper()
	runner := smoke.Runner{URL: s.org.URL, Client: http.DefaultClient,
		Sleep:  func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Secret: func(context.Context, string) (schema.Secret, error) { return schema.NewSecret(s.explorerSecret), nil }}
	report := runner.Run(context.Background(), tests)
	text, err := json.Marshal(report)
	if err != nil {
		s.t.Fatal(err)
	}
	// "eyJ" begins every JWT: assertions, access and ID tokens, proofs.
	for _, secret := range []string{s.password, s.explorerSecret, s.org.Token(), "eyJ"} {
		if strings.Contains(string(text), secret) {
			s.t.Errorf("the report holds %q: %s", secret, text)
		}
	}
	return report
}

func TestQuickstart(t *testing.T) {
	s := newSetup(t)
	for range 2 {
		report := s.run(s.readUsers(), s.askForMore(), s.explore())
		if report.Passed != 3 {
			t.Fatalf("%+v", report)
		}
		if got := report.Tests[1].Steps[0].Got; got != "refused as expected: consent_required (You are not allowed any of the requested scopes.)" {
			t.Error(got)
		}
	}
}

// The same faults as in the table of the fake org, where the sandbox can be
// brought into them: what the explanations rest on is not made up here.
func TestSandboxFaults(t *testing.T) {
	for _, c := range []struct {
		setup     string
		test      func(s *setup) schema.SmokeTest
		spoil     func(s *setup, test *schema.SmokeTest)
		step      string
		diagnosis string
	}{
		{"grant revoked", (*setup).readUsers, func(s *setup, _ *schema.SmokeTest) { s.revokeGrants(s.reporterID) }, "token", "scope not granted"},
		{"grant too many", (*setup).askForMore, func(s *setup, _ *schema.SmokeTest) { s.grant(s.reporterID, "okta.users.manage") }, "token", "wider than declared"},
		{"one scope of two", (*setup).readUsers, func(_ *setup, t *schema.SmokeTest) { t.Scopes = append(t.Scopes, "okta.logs.read") }, "token", "scope not granted"},
		{"role revoked", (*setup).readUsers, func(s *setup, _ *schema.SmokeTest) { s.revokeRoles("/oauth2/v1/clients/" + s.reporterID) }, "GET /api/v1/users?limit=1", "no admin role"},
		{"user's role revoked", (*setup).explore, func(s *setup, _ *schema.SmokeTest) { s.revokeRoles("/api/v1/users/" + s.ada) }, "GET /api/v1/users", "no admin role"},
		{"scope of another operation", (*setup).readUsers, func(_ *setup, t *schema.SmokeTest) { t.Requests[0].Path = "/api/v1/groups" }, "GET /api/v1/groups", "scope missing in the token"},
		{"unknown key id", (*setup).readUsers, func(_ *setup, t *schema.SmokeTest) { t.App.Keys[0].KID = "reporter-2" }, "token", "key not registered"},
		{"unknown scope", (*setup).readUsers, func(_ *setup, t *schema.SmokeTest) { t.Scopes = []string{"okta.users.reed"} }, "token", "unknown scope"},
		{"openid for a service app", (*setup).readUsers, func(_ *setup, t *schema.SmokeTest) { t.Scopes = []string{"openid"} }, "token", "OpenID scope without a user"},
		{"app deactivated", (*setup).readUsers, func(s *setup, _ *schema.SmokeTest) {
			s.call("POST", "/api/v1/apps/"+s.reporterID+"/lifecycle/deactivate", nil)
		}, "token", "client not accepted"},
		{"DPoP not required by the app", (*setup).readUsers, func(_ *setup, t *schema.SmokeTest) { t.App.DPoP = true }, "token", "token type differs"},
		{"user not assigned", (*setup).explore, func(s *setup, _ *schema.SmokeTest) {
			s.call("DELETE", "/api/v1/apps/"+s.explorerID+"/groups/"+s.testers, nil)
		}, "authorize", "user not assigned"},
		{"redirect URI not registered", (*setup).explore, func(_ *setup, t *schema.SmokeTest) { t.App.RedirectURI += "/" }, "authorize", "redirect URI not registered"},
		{"wrong password", (*setup).explore, func(_ *setup, t *schema.SmokeTest) { t.SignIn.Password = schema.NewSecret("not the password") }, "sign in", "sign-in refused"},
		{"wrong client secret", (*setup).explore, func(s *setup, _ *schema.SmokeTest) { s.explorerSecret = "not the client secret" }, "token", "wrong client secret"},
		{"client credentials of a web app", (*setup).explore, func(_ *setup, t *schema.SmokeTest) { t.SignIn, t.Grant = nil, "client_credentials" }, "token", "grant type not allowed"},
		{"no such path", (*setup).readUsers, func(_ *setup, t *schema.SmokeTest) { t.Requests[0].Path = "/api/v1/nothing" }, "GET /api/v1/nothing", "no such path"},
	} {
		t.Run(c.setup, func(t *testing.T) {
			s := newSetup(t)
			test := c.test(s)
			c.spoil(s, &test)
			result := s.run(test).Tests[0]
			last := result.Steps[len(result.Steps)-1]
			if result.Outcome != smoke.Failed || last.Name != c.step || last.Diagnosis != c.diagnosis {
				t.Errorf("%s: got %+v\nwant step %q, diagnosis %q", result.Outcome, last, c.step, c.diagnosis)
			}
		})
	}
}

func (s *setup) revokeGrants(app string) { s.deleteAll("/api/v1/apps/" + app + "/grants") }

func (s *setup) revokeRoles(principal string) { s.deleteAll(principal + "/roles") }

func (s *setup) deleteAll(list string) {
	var all []struct{ ID string }
	if err := json.Unmarshal(s.raw("GET", list, nil), &all); err != nil {
		s.t.Fatal(err)
	}
	for _, one := range all {
		s.raw("DELETE", list+"/"+one.ID, nil)
	}
}

func TestSandboxDPoP(t *testing.T) {
	s := newSetup(t)
	app := s.call("GET", "/api/v1/apps/"+s.reporterID, nil)
	app["settings"].(object)["oauthClient"].(object)["dpop_bound_access_tokens"] = true
	s.call("PUT", "/api/v1/apps/"+s.reporterID, app)
	test := s.readUsers()
	if result := s.run(test).Tests[0]; result.Steps[0].Diagnosis != "DPoP required" {
		t.Errorf("without a proof: %+v", result)
	}
	test.App.DPoP = true
	if result := s.run(test).Tests[0]; result.Outcome != smoke.Passed {
		t.Errorf("%+v", result)
	}
	// A path with an escape: the proof names the decoded one.
	test.Requests[0].Path = "/api/v1/users/ada%40example.com"
	if result := s.run(test).Tests[0]; result.Outcome != smoke.Passed {
		t.Errorf("%+v", result)
	}
}
