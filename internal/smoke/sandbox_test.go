package smoke_test

import (
	"bytes"
	"cmp"
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
	"regexp"
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
	bob                          string
	password                     string
	key                          crypto.Signer // of the reporter

	// What a row of brokenSetups breaks of the way to the org, or of this machine.
	url       string // instead of the org's
	ahead     time.Duration
	transport http.RoundTripper
	secretErr error
}

type object = map[string]any

// signingKey is that of all orgs of these tests.
var signingKey, _ = sandbox.NewSigningKey()

func newSetup(t *testing.T) *setup {
	digits, err := rand.Int(rand.Reader, big.NewInt(1<<62)) // letters could spell the login, which passwords must not hold
	if err != nil {
		t.Fatal(err)
	}
	server, err := sandbox.New(sandbox.Options{SigningKey: signingKey})
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(openapicheck.Wrap(t, server))
	t.Cleanup(func() {
		listener.Close()
		_ = server.Close()
	})
	s := &setup{t: t, org: &sandbox.Org{Server: server, URL: listener.URL}, password: "Quartz-7" + digits.String(), transport: http.DefaultTransport}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s.makeReporter(key)
	s.makeExplorer()
	return s
}

func (s *setup) makeReporter(key crypto.Signer) {
	s.key = key
	file := s.keyFile(key)
	app := s.app("Nightly user report", object{"application_type": "service", "grant_types": []string{"client_credentials"}, "response_types": []string{"token"},
		"jwks": object{"keys": []object{publicJWK(s.t, key, "reporter-1")}}}, object{"token_endpoint_auth_method": "private_key_jwt"})
	s.reporterID = app["id"].(string)
	s.call("POST", "/oauth2/v1/clients/"+s.reporterID+"/roles", object{"type": "READ_ONLY_ADMIN"})
	s.grant(s.reporterID, "okta.users.read")
	s.reporter = schema.TestApp{Addr: schema.Addr{Kind: "service_app", Name: "reporter"}, ID: s.reporterID, ClientID: s.reporterID,
		AuthMethod: "private_key_jwt", Keys: []schema.PrivateKey{{KID: "reporter-1", File: file}}}
}

// keyFile writes a private key to a file.
func (s *setup) keyFile(key crypto.Signer) string {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.file(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
}

// publicJWK is the public half of a key.
func publicJWK(t *testing.T, key crypto.Signer, kid string) object {
	text, err := json.Marshal(jose.JSONWebKey{Key: key.Public(), KeyID: kid, Use: "sig"})
	if err != nil {
		t.Fatal(err)
	}
	var jwk object
	if err := json.Unmarshal(text, &jwk); err != nil {
		t.Fatal(err)
	}
	return jwk
}

func (s *setup) makeExplorer() {
	const redirectURI = "http://127.0.0.1:8484/callback"
	user := s.call("POST", "/api/v1/users?activate=true", object{
		"profile":     object{"login": "ada@example.com", "email": "ada@example.com", "firstName": "Ada", "lastName": "Admin"},
		"credentials": object{"password": object{"value": s.password}}})
	s.ada = user["id"].(string)
	s.bob = s.call("POST", "/api/v1/users?activate=true", object{
		"profile": object{"login": "bob@example.com", "email": "bob@example.com", "firstName": "Bob", "lastName": "Builder"}})["id"].(string)
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

// tokenLike matches what begins a JWT: assertions, access and ID tokens, proofs. The dot sets them
// apart from an ID of a request that holds "eyJ" by chance.
var tokenLike = regexp.MustCompile(`eyJ[A-Za-z0-9_-]*\.`)

func (s *setup) run(tests ...schema.SmokeTest) smoke.Report {
	s.t.Helper()
	runner := smoke.Runner{ReadFile: os.ReadFile, URL: cmp.Or(s.url, s.org.URL), Client: &http.Client{Transport: s.transport},
		Clock:  func() time.Time { return time.Now().Add(s.ahead) },
		Sleep:  func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Policy: func(context.Context, string) (string, error) { return "Any two factors", nil },
		Secret: func(context.Context, string) (schema.Secret, error) {
			return schema.NewSecret(s.explorerSecret), s.secretErr
		}}
	report := runner.Run(context.Background(), tests)
	text, err := json.Marshal(report)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, secret := range []string{s.password, s.explorerSecret, s.org.Token()} {
		if strings.Contains(string(text), secret) {
			s.t.Errorf("the report holds %q: %s", secret, text)
		}
	}
	if token := tokenLike.Find(text); token != nil {
		s.t.Errorf("the report holds %q: %s", token, text)
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

func (s *setup) revokeGrants(app string) { s.deleteAll("/api/v1/apps/" + app + "/grants") }

func (s *setup) revokeRoles(principal string) { s.deleteAll(principal + "/roles") }

func (s *setup) deleteAll(list string) {
	for _, one := range s.list(list) {
		s.raw("DELETE", list+"/"+one["id"].(string), nil)
	}
}

func (s *setup) list(path string) (all []object) {
	if err := json.Unmarshal(s.raw("GET", path, nil), &all); err != nil {
		s.t.Fatal(err)
	}
	return all
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
