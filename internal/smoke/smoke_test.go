package smoke

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
)

// runner is a Runner for the fake org, with its clock, that never really waits.
func (o *fakeOrg) runner() *Runner {
	jar, err := cookiejar.New(nil)
	must(o.t, err)
	return &Runner{ReadFile: os.ReadFile,
		URL: o.server, Client: &http.Client{Jar: jar}, Clock: func() time.Time { return o.now.Add(o.ahead) },
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Secret: func(context.Context, string) (schema.Secret, error) {
			return schema.NewSecret(cmp.Or(o.readSecret, o.secret)), o.secretErr
		},
	}
}

// reporter is a test with client credentials.
func (o *fakeOrg) reporter(scopes ...string) schema.SmokeTest {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(o.t, err)
	return schema.SmokeTest{
		Name: "the report reads users", Scopes: scopes,
		App: schema.TestApp{Addr: schema.Addr{Kind: "service_app", Name: "reporter"}, ID: "0oaCLIENT", ClientID: "0oaCLIENT", AuthMethod: "private_key_jwt",
			Keys: []schema.PrivateKey{{KID: "reporter-1", File: o.newKey("reporter-1", key)}}},
		Requests: []schema.TestRequest{{Method: "GET", Path: "/api/v1/users?limit=1", Status: []int{200}}},
	}
}

// explorer is a test with a user's sign-in.
func (o *fakeOrg) explorer(scopes ...string) schema.SmokeTest {
	return schema.SmokeTest{
		Name: "ada explores as herself", Scopes: scopes,
		App: schema.TestApp{Addr: schema.Addr{Kind: "web_app", Name: "explorer"}, ID: "0oaCLIENT", ClientID: "0oaCLIENT",
			AuthMethod: "client_secret_basic", RedirectURI: o.redirectURI},
		SignIn:   &schema.SignIn{Login: "ada@example.com", Password: schema.NewSecret(o.password)},
		Requests: []schema.TestRequest{{Path: "/api/v1/users", Status: []int{200}}},
	}
}

// one runs a test. Every report is searched for secrets.
func (o *fakeOrg) one(test schema.SmokeTest) Result {
	o.t.Helper()
	report := o.runner().Run(context.Background(), []schema.SmokeTest{test})
	o.noSecrets(report)
	return report.Tests[0]
}

// noSecrets searches a report for everything that was secret in the run.
func (o *fakeOrg) noSecrets(report Report) {
	o.t.Helper()
	text, err := json.Marshal(report)
	must(o.t, err)
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, secret := range slices.Concat(o.issued, o.unsent, []string{o.secret, o.password}) {
		quoted, _ := json.Marshal(secret)
		if strings.Contains(string(text), strings.Trim(string(quoted), `"`)) {
			o.t.Errorf("the report holds the secret %q: %s", secret, text)
		}
	}
}

func (r Result) last() Step { return r.Steps[len(r.Steps)-1] }

func wantOutcome(t *testing.T, r Result, want Outcome) {
	t.Helper()
	if r.Outcome != want {
		t.Fatalf("outcome %s, want %s; steps %+v", r.Outcome, want, r.Steps)
	}
}

func TestClientCredentials(t *testing.T) {
	o := newFakeOrg(t)
	r := o.one(o.reporter("okta.users.read"))
	wantOutcome(t, r, Passed)
	want := []Step{
		{Name: "token", OK: true, RequestID: "req--oauth2-v1-token",
			Sent: "POST /oauth2/v1/token grant_type=client_credentials scope=okta.users.read client_assertion=(sensitive) kid=reporter-1",
			Got:  "200 token_type=Bearer expires_in=3600 scope=okta.users.read"},
		{Name: "GET /api/v1/users?limit=1", OK: true, RequestID: "req--api-v1-users",
			Sent: "GET /api/v1/users?limit=1 Authorization: Bearer (sensitive)", Got: "200"},
	}
	for i, step := range r.Steps {
		if step != want[i] {
			t.Errorf("step %d:\n got %+v\nwant %+v", i, step, want[i])
		}
	}
}

func TestKeyKinds(t *testing.T) {
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		o := newFakeOrg(t)
		test := o.reporter("okta.users.read")
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		must(t, err)
		test.App.Keys = []schema.PrivateKey{{KID: "absent", Absent: true}, {KID: "moved", File: "/nowhere/key.pem"}, {KID: "ec", File: o.newKey("ec", key)}}
		wantOutcome(t, o.one(test), Passed)
	}
	o := newFakeOrg(t)
	test := o.reporter("okta.users.read")
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	test.App.Keys = []schema.PrivateKey{{KID: "rsa", File: o.newKey("rsa", key)}}
	wantOutcome(t, o.one(test), Passed)
}

func TestAuthorizationCode(t *testing.T) {
	o := newFakeOrg(t)
	r := o.one(o.explorer("openid", "okta.users.read"))
	wantOutcome(t, r, Passed)
	want := [][3]string{
		{"sign in", "POST /api/v1/authn username=ada@example.com password=(sensitive)", "200 status=SUCCESS"},
		{"authorize", "GET /oauth2/v1/authorize response_type=code client_id=0oaCLIENT redirect_uri=http://127.0.0.1:8484/callback scope=openid okta.users.read code_challenge_method=S256 prompt=none sessionToken=(sensitive)",
			"302 code=(sensitive) state=(as sent)"},
		{"token", "POST /oauth2/v1/token grant_type=authorization_code code=(sensitive) code_verifier=(sensitive) redirect_uri=http://127.0.0.1:8484/callback client_id=0oaCLIENT client_secret=(sensitive)",
			"200 token_type=Bearer expires_in=3600 scope=openid okta.users.read"},
		{"ID token", "GET /oauth2/v1/keys?client_id=0oaCLIENT", "200; the ID token's signature, audience, expiry and nonce are right"},
		{"GET /api/v1/users", "GET /api/v1/users Authorization: Bearer (sensitive)", "200"},
	}
	if len(r.Steps) != len(want) {
		t.Fatalf("%+v", r.Steps)
	}
	for i, step := range r.Steps {
		if got := [3]string{step.Name, step.Sent, step.Got}; got != want[i] {
			t.Errorf("step %d:\n got %q\nwant %q", i, got, want[i])
		}
	}
}

// A web app may authenticate with a private key as well.
func TestAuthorizationCodeWithPrivateKey(t *testing.T) {
	o := newFakeOrg(t)
	test := o.explorer("okta.users.read")
	test.App.AuthMethod, test.App.Keys = "private_key_jwt", o.reporter().App.Keys
	wantOutcome(t, o.one(test), Passed)
}

func TestDPoP(t *testing.T) {
	o := newFakeOrg(t)
	o.dpop, o.nonce, o.tokenType = true, "nonce-1", "DPoP"
	test := o.reporter("okta.users.read")
	test.App.DPoP = true
	wantOutcome(t, o.one(test), Passed)
	if n := o.calls["/oauth2/v1/token"]; n != 2 {
		t.Errorf("%d token requests; the nonce takes two", n)
	}
	user := o.explorer("openid", "okta.users.read")
	user.App.DPoP = true
	wantOutcome(t, o.one(user), Passed)
}

// The nonce may change between the token and the API call.
func TestDPoPNonceOfTheAPI(t *testing.T) {
	o := newFakeOrg(t)
	o.dpop, o.nonce, o.tokenType = true, "nonce-1", "DPoP"
	o.answers["/api/v1/users"] = func(n int) *canned {
		if n > 1 {
			return nil
		}
		o.nonce = "nonce-2"
		return &canned{401, "", http.Header{"Dpop-Nonce": {"nonce-2"}, "Www-Authenticate": {`DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof"`}}}
	}
	test := o.reporter("okta.users.read")
	test.App.DPoP = true
	wantOutcome(t, o.one(test), Passed)
}

func TestReportKeepsOrderAndCounts(t *testing.T) {
	o := newFakeOrg(t)
	refused := o.reporter("okta.users.manage")
	refused.Name, refused.ExpectError = "refused", "consent_required"
	away := o.reporter("okta.users.read")
	away.Name, away.App.Keys = "away", []schema.PrivateKey{{KID: "reporter-1", Absent: true}}
	failing := o.reporter("okta.users.manage")
	failing.Name = "failing"
	passing := o.explorer("openid")
	passing.Name = "passing"
	runner := o.runner()
	// Two tests of one app share its key id here; give each its own key file.
	refused.App.Keys, failing.App.Keys = ownKey(o), ownKey(o)
	report := runner.Run(context.Background(), []schema.SmokeTest{refused, away, failing, passing})
	o.noSecrets(report)
	var names []string
	for _, r := range report.Tests {
		names = append(names, r.Name+"="+string(r.Outcome))
	}
	if got := strings.Join(names, " "); got != "refused=passed away=skipped failing=failed passing=passed" {
		t.Error(got)
	}
	if report.Passed != 2 || report.Failed != 1 || report.Skipped != 1 {
		t.Errorf("counts: %+v", report)
	}
	if got := report.Tests[0].last().Got; got != "refused as expected: consent_required (You are not allowed any of the requested scopes.)" {
		t.Error(got)
	}
	if got := report.Tests[1].Reason; got != "private key not on this machine" {
		t.Error(got)
	}
}

func ownKey(o *fakeOrg) []schema.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(o.t, err)
	kid := random()
	file := o.newKey(kid, key)
	return []schema.PrivateKey{{KID: kid, File: file}}
}

// Each test waits for the other one: run one after another, they would never
// end.
func TestRunsConcurrently(t *testing.T) {
	o := newFakeOrg(t)
	runner := o.runner()
	runner.Parallelism = 2
	var both sync.WaitGroup
	both.Add(2)
	runner.Secret = func(context.Context, string) (schema.Secret, error) {
		both.Done()
		both.Wait()
		return schema.NewSecret(o.secret), nil
	}
	report := runner.Run(context.Background(), []schema.SmokeTest{o.explorer("openid"), o.explorer("openid")})
	if report.Passed != 2 {
		t.Errorf("%+v", report)
	}
}

func TestReportJSON(t *testing.T) {
	o := newFakeOrg(t)
	test := o.reporter("okta.users.read")
	test.Range = hcl.Range{Filename: "main.hcl", Start: hcl.Pos{Line: 3, Column: 1, Byte: 40}, End: hcl.Pos{Line: 3, Column: 21, Byte: 60}}
	test.App.Keys[0].Absent = true
	text, err := json.Marshal(o.runner().Run(context.Background(), []schema.SmokeTest{test}))
	must(t, err)
	want := `{"tests":[{"name":"the report reads users","app":"service_app.reporter","outcome":"skipped","reason":"private key not on this machine","steps":[],"duration_ns":0,` +
		`"range":{"filename":"main.hcl","start":{"line":3,"column":1,"byte":40},"end":{"line":3,"column":21,"byte":60}}}],"passed":0,"failed":0,"skipped":1}`
	if string(text) != want {
		t.Errorf("\n got %s\nwant %s", text, want)
	}
}
