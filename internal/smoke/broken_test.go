package smoke

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/internal/dpop"
	"github.com/oktaform/oktaform/schema"
)

// Each check of a smoke test has an org here that breaks what it checks: were
// the check left out, the test would pass.
func TestBrokenOrgsAreNoticed(t *testing.T) {
	other := func(string) string { return "another" }
	for _, c := range []struct {
		fault   string
		user    bool
		spoil   func(o *fakeOrg, test *schema.SmokeTest)
		step    string
		problem string
	}{
		{"state", true, func(o *fakeOrg, _ *schema.SmokeTest) { o.state = other },
			"authorize", "the state of the answer is not the state of the request"},
		{"state missing", true, func(o *fakeOrg, _ *schema.SmokeTest) { o.state = func(string) string { return "" } },
			"authorize", "the state of the answer is not the state of the request"},
		{"PKCE", true, func(o *fakeOrg, _ *schema.SmokeTest) { o.challenge = other },
			"token", "refused: 400 invalid_grant (PKCE verification failed.)"},
		{"nonce", true, func(o *fakeOrg, _ *schema.SmokeTest) { o.idNonce = other },
			"ID token", "the ID token is not valid: its nonce is not the nonce of the request"},
		{"audience of the ID token", true, func(o *fakeOrg, _ *schema.SmokeTest) { o.idClient = "0oaOTHER" },
			"ID token", `the ID token is not valid: it is made for ["0oaOTHER"], not for the client 0oaCLIENT`},
		{"signature of the ID token", true, func(o *fakeOrg, _ *schema.SmokeTest) {
			key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			must(o.t, err)
			o.published = key
		}, "ID token", "the ID token is not valid: its signature is not by the org's key"},
		{"redirect that can't be read", true, func(o *fakeOrg, _ *schema.SmokeTest) { o.redirect = "http://127.0.0.1:port/callback" },
			"authorize", `no answer from the org: failed to parse Location header "http://127.0.0.1:port/callback": parse "http://127.0.0.1:port/callback": invalid port ":port" after host`},
		{"redirect to another site", true, func(o *fakeOrg, _ *schema.SmokeTest) { o.redirect = "http://127.0.0.1.evil.example.com/callback" },
			"authorize", "the org doesn't redirect to the app's redirect URI http://127.0.0.1:8484/callback"},
		{"redirect to a longer path", true, func(o *fakeOrg, _ *schema.SmokeTest) { o.redirect = o.redirectURI + "/more" },
			"authorize", "the org doesn't redirect to the app's redirect URI http://127.0.0.1:8484/callback"},
		{"scope", false, func(_ *fakeOrg, t *schema.SmokeTest) { t.Scopes = append(t.Scopes, "okta.groups.read") },
			"token", "the token lacks scopes that were asked for: okta.groups.read"},
		{"status", false, func(_ *fakeOrg, t *schema.SmokeTest) { t.Requests[0].Status = []int{201} },
			"GET /api/v1/users?limit=1", "expected status 201, got 200"},
		{"status: allowed where a refusal is expected", false, func(_ *fakeOrg, t *schema.SmokeTest) { t.Requests[0].Status = []int{403} },
			"GET /api/v1/users?limit=1", "expected status 403, got 200"},
		{"expect_error: a token instead", false, func(_ *fakeOrg, t *schema.SmokeTest) { t.ExpectError = "consent_required" },
			"token", "expected the refusal consent_required, got a token: the access is wider than declared"},
		{"expect_error: a token for the user instead", true, func(_ *fakeOrg, t *schema.SmokeTest) { t.ExpectError = "consent_required" },
			"token", "expected the refusal consent_required, got a token: the access is wider than declared"},
		{"expect_error: another refusal", false, func(o *fakeOrg, t *schema.SmokeTest) {
			t.ExpectError = "consent_required"
			o.keys = nil
		}, "token", "expected the refusal consent_required, got 401 invalid_client (The client_assertion JWT kid is invalid.)"},
		{"type of the token", false, func(o *fakeOrg, t *schema.SmokeTest) { t.App.DPoP = true },
			"token", "expected a token of type DPoP, got Bearer"},
	} {
		t.Run(c.fault, func(t *testing.T) {
			o := newFakeOrg(t)
			test := o.reporter("okta.users.read")
			if c.user {
				test = o.explorer("openid", "okta.users.read")
			}
			c.spoil(o, &test)
			r := o.one(test)
			wantOutcome(t, r, Failed)
			if last := r.last(); last.Name != c.step || last.Problem != c.problem || last.Diagnosis == "" || last.Fix == "" {
				t.Errorf("got %+v\nwant step %q, problem %q", last, c.step, c.problem)
			}
		})
	}
}

func TestExpectedRefusals(t *testing.T) {
	for _, user := range []bool{false, true} {
		o := newFakeOrg(t)
		o.granted = nil
		test := o.reporter("okta.users.manage")
		if user {
			test = o.explorer("okta.users.manage")
		}
		test.ExpectError = "consent_required"
		r := o.one(test)
		wantOutcome(t, r, Passed)
		if got := r.last().Got; got != "refused as expected: consent_required (You are not allowed any of the requested scopes.)" {
			t.Error(got)
		}
		if o.calls["/api/v1/users"] != 0 {
			t.Error("a request was made without a token")
		}
	}
}

// What an org, or somebody in its place, repeats of a request must not reach
// the report: here each endpoint in turn answers with all the secrets so far.
func TestRepeatedSecretsAreRedacted(t *testing.T) {
	for _, path := range []string{"/api/v1/authn", "/oauth2/v1/authorize", "/oauth2/v1/token", "/oauth2/v1/keys", "/api/v1/users"} {
		o := newFakeOrg(t)
		o.dpop, o.nonce, o.tokenType = true, "nonce-1", "DPoP"
		o.answers[path] = func(n int) *canned {
			if path == "/oauth2/v1/token" && n == 1 {
				return nil // the nonce comes first
			}
			body, err := json.Marshal(map[string]any{"errorCode": "E0000001", "errorSummary": strings.Join(append(o.issued, o.password), " "),
				"errorCauses": []any{map[string]string{"errorSummary": url.QueryEscape(o.password)}}})
			must(t, err)
			return &canned{400, string(body), nil}
		}
		test := o.explorer("openid", "okta.users.read")
		test.App.DPoP = true
		if path == "/oauth2/v1/keys" { // one of the paths with an assertion instead of the secret
			test.App.AuthMethod, test.App.Keys = "private_key_jwt", ownKey(o)
		}
		r := o.one(test)
		wantOutcome(t, r, Failed)
		if !strings.Contains(r.last().Problem, "E0000001 ((sensitive)") {
			t.Errorf("%s: %+v", path, r.last())
		}
	}
}

// An error of the network names the URL, and with it the session token.
func TestNetworkErrorsHoldNoURL(t *testing.T) {
	o := newFakeOrg(t)
	o.answers["/oauth2/v1/authorize"] = func(int) *canned { panic(http.ErrAbortHandler) }
	r := o.one(o.explorer("openid"))
	wantOutcome(t, r, Failed)
	if p := r.last().Problem; !strings.HasPrefix(p, "no answer from the org: ") || strings.Contains(p, "sessionToken") {
		t.Error(p)
	}
}

func TestResolve(t *testing.T) {
	const org = "https://acme.okta.com"
	for _, path := range []string{"//evil.example.com/", "https://evil.example.com/", "api/v1/users", "", `/\evil.example.com`, `/api\v1`, "@evil.example.com/", "/a#b", "/%zz", "/a\nb", "\t/x"} {
		if target, err := resolve(org, path); err == nil {
			t.Errorf("%q leads to %s", path, target)
		}
	}
	for path, want := range map[string]string{
		"/api/v1/users?limit=1":            org + "/api/v1/users?limit=1",
		"/api/v1/../../oauth2/v1/userinfo": org + "/oauth2/v1/userinfo",
		"/api/v1/users?q=http://x//y":      org + "/api/v1/users?q=http://x//y",
		"/%2Fevil.example.com/":            org + "/%2Fevil.example.com/", // what a server makes of it is the org's own
		"/%5C%5Cevil.example.com":          org + "/%5C%5Cevil.example.com",
		"/..//evil.example.com/":           org + "/evil.example.com/",
	} {
		if target, err := resolve(org, path); err != nil || target != want {
			t.Errorf("%q leads to %q, %v", path, target, err)
		}
	}
}

// Whatever a path is made of, it is refused or stays on the org's origin.
func TestResolveStaysAtTheOrg(t *testing.T) {
	parts := []string{"/", "//", `\`, "@", ":", "..", ".", "%2f", "%5c", "%00", "?", "#", "evil.example.com", "https:", "user:pass@", "[::1]", ":443", "\t", " ", "é", "acme.okta.com"}
	rapid.Check(t, func(t *rapid.T) {
		path := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 8).Draw(t, "path"), "")
		target, err := resolve("https://acme.okta.com", path)
		if err != nil {
			return
		}
		u, err := url.Parse(target)
		if err != nil || u.Scheme != "https" || u.Host != "acme.okta.com" || u.User != nil || !strings.HasPrefix(target, "https://acme.okta.com/") {
			t.Fatalf("%q leads to %q (%v)", path, target, err)
		}
	})
}

// The nonce of every answer is taken, also of one that refuses for another reason:
// the next proof would be refused with the old one.
func TestNonceOfEveryAnswer(t *testing.T) {
	p, err := dpop.New()
	must(t, err)
	for _, a := range []struct {
		status int
		body   string
		again  bool
	}{{200, "{}", false}, {429, `{"errorCode":"E0000047"}`, false}, {503, "", false}, {400, `{"error":"use_dpop_nonce"}`, true}} {
		nonce := random()
		again := (&test{proofs: p}).renewProof(&answer{status: a.status, body: []byte(a.body), header: http.Header{"Dpop-Nonce": {nonce}}})
		proof, err := p.Proof("GET", "https://acme.okta.com/api/v1/users", "", time.Now())
		must(t, err)
		payload, err := base64.RawURLEncoding.DecodeString(strings.Split(proof, ".")[1])
		must(t, err)
		if taken := strings.Contains(string(payload), `"nonce":"`+nonce+`"`); again != a.again || !taken {
			t.Errorf("%d %s: again %v, nonce taken %v", a.status, a.body, again, taken)
		}
	}
}

// A path that leads elsewhere is found before the token is sent.
func TestBadPathSendsNothing(t *testing.T) {
	o := newFakeOrg(t)
	test := o.reporter("okta.users.read")
	test.Requests[0].Path = "//evil.example.com/api/v1/users"
	r := o.one(test)
	wantOutcome(t, r, Failed)
	if r.last().Diagnosis != "path not allowed" || r.last().Sent != "" {
		t.Errorf("%+v", r.last())
	}
}

// A redirect of the API is an answer like others; the token doesn't follow it.
func TestRedirectsAreNotFollowed(t *testing.T) {
	o := newFakeOrg(t)
	o.answers["/api/v1/users"] = func(int) *canned { return &canned{302, "", http.Header{"Location": {"/api/v1/elsewhere"}}} }
	r := o.one(o.reporter("okta.users.read"))
	wantOutcome(t, r, Failed)
	if r.last().Problem != "expected status 200, got 302" || o.calls["/api/v1/elsewhere"] != 0 {
		t.Errorf("%+v, %v", r.last(), o.calls)
	}
}
