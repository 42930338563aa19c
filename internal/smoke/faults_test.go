package smoke

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/schema"
)

// faultCase is a broken setup and how it is explained.
type faultCase struct {
	setup string
	// spoil changes the org or the test. The test is the service app's, or with
	// user the web app's.
	user  bool
	spoil func(o *fakeOrg, test *schema.SmokeTest)

	step      string // that fails
	problem   string
	diagnosis string
	fix       string // a part of it: the setting to change
}

func faultCases() []faultCase {
	refused := "refused: 401 invalid_client "
	return []faultCase{
		{setup: "no Okta API scope is granted", spoil: func(o *fakeOrg, _ *schema.SmokeTest) { o.granted = nil },
			step: "token", problem: "refused: 400 consent_required (You are not allowed any of the requested scopes.)", diagnosis: "scope not granted", fix: "okta_api_scopes"},
		{setup: "one of two scopes is granted", spoil: func(_ *fakeOrg, t *schema.SmokeTest) { t.Scopes = []string{"okta.users.read", "okta.logs.read"} },
			step: "token", problem: "the token lacks scopes that were asked for: okta.logs.read", diagnosis: "scope not granted", fix: "okta_api_scopes of service_app.reporter"},
		{setup: "no admin role", spoil: func(o *fakeOrg, _ *schema.SmokeTest) { o.role = false },
			step: "GET /api/v1/users?limit=1", problem: "expected status 200, got 403 E0000006 (You do not have permission to perform the requested action)",
			diagnosis: "no admin role", fix: "admin_role"},
		{setup: "the operation needs another scope", spoil: func(o *fakeOrg, _ *schema.SmokeTest) {
			o.always("/api/v1/users", 403, "", `Bearer realm="http://my.okta.com", scope="okta.logs.read", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api/v1/logs"`)
		}, step: "GET /api/v1/users?limit=1", diagnosis: "scope missing in the token", fix: "okta_api_scopes",
			problem: "expected status 200, got 403 insufficient_scope (The access token provided does not contain the required scopes.) scope=okta.logs.read; the operation needs one of the scopes okta.logs.read"},
		{setup: "the key isn't registered", spoil: func(o *fakeOrg, _ *schema.SmokeTest) { delete(o.keys, "reporter-1") },
			step: "token", problem: refused + "(The client_assertion JWT kid is invalid.)", diagnosis: "key not registered", fix: "public_key"},
		{setup: "another key has that key id", spoil: func(o *fakeOrg, _ *schema.SmokeTest) {
			key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			must(o.t, err)
			o.keys["reporter-1"] = key.Public()
		}, step: "token", problem: refused + "(The client_assertion signature is invalid.)", diagnosis: "another key", fix: "private_key_file"},
		{setup: "the app has no key", spoil: func(o *fakeOrg, _ *schema.SmokeTest) {
			o.refuses("/oauth2/v1/token", "invalid_client", "The client does not have a JWKSet configured, but the client_assertion requires one.")
		}, step: "token", problem: "refused: 400 invalid_client (The client does not have a JWKSet configured, but the client_assertion requires one.)", diagnosis: "app has no key", fix: "public_key"},
		{setup: "the org has another URL", spoil: func(o *fakeOrg, _ *schema.SmokeTest) { o.url = "https://id.example.com" },
			step: "token", problem: refused + "(The audience claim for client_assertion must be the endpoint invoked for the request.)", diagnosis: "wrong audience", fix: "--org"},
		{setup: "the clock is two minutes fast, and assertions live for an hour", spoil: func(o *fakeOrg, t *schema.SmokeTest) { o.ahead, t.AssertionLife = 2*time.Minute, time.Hour },
			step: "token", problem: refused + "(The client_assertion token has an expiration too far into the future.)", diagnosis: "assertion lives too long", fix: "NTP"},
		{setup: "the clock is ten minutes slow", spoil: func(o *fakeOrg, _ *schema.SmokeTest) { o.ahead = -10 * time.Minute },
			step: "token", problem: refused + "(The client_assertion token is expired.)", diagnosis: "clock is slow", fix: "NTP"},
		{setup: "the app is deleted", spoil: func(_ *fakeOrg, t *schema.SmokeTest) { t.App.ClientID = "0oaDELETED" },
			step: "token", problem: refused + "(The issuer claim for client_assertion is not a valid client_id.)", diagnosis: "unknown client id", fix: "apply"},
		{setup: "the app isn't made yet", spoil: func(_ *fakeOrg, t *schema.SmokeTest) { t.App.ClientID = "" },
			step: "client", problem: "service_app.reporter has no client id", diagnosis: "app not in the org", fix: "Run apply"},
		{setup: "the app uses a client secret", spoil: func(o *fakeOrg, t *schema.SmokeTest) {
			t.App.AuthMethod = "client_secret_post"
			o.refuses("/oauth2/v1/token", "invalid_client", "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.")
		}, step: "token", diagnosis: "client secret used", fix: `token_endpoint_auth_method = "private_key_jwt"`,
			problem: "refused: 400 invalid_client (Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.)"},
		{setup: "a misspelt scope", spoil: func(o *fakeOrg, _ *schema.SmokeTest) {
			o.refuses("/oauth2/v1/token", "invalid_scope", "One or more scopes are not configured for the authorization server resource.")
		}, step: "token", problem: "refused: 400 invalid_scope (One or more scopes are not configured for the authorization server resource.)", diagnosis: "unknown scope", fix: "okta.users.read"},
		{setup: "openid without a user", spoil: func(o *fakeOrg, _ *schema.SmokeTest) {
			o.refuses("/oauth2/v1/token", "invalid_scope", "Cannot request 'openid' scopes using client credentials.")
		}, step: "token", problem: "refused: 400 invalid_scope (Cannot request 'openid' scopes using client credentials.)", diagnosis: "OpenID scope without a user", fix: "sign_in"},
		{setup: "the app requires DPoP, undeclared", spoil: func(o *fakeOrg, _ *schema.SmokeTest) { o.dpop = true },
			step: "token", problem: "refused: 400 invalid_dpop_proof (The DPoP proof JWT header is missing.)", diagnosis: "DPoP required", fix: "dpop_bound_access_tokens"},
		{setup: "the org keeps asking for a nonce", spoil: func(o *fakeOrg, t *schema.SmokeTest) {
			o.dpop, t.App.DPoP = true, true
			o.answers["/oauth2/v1/token"] = func(int) *canned {
				return &canned{400, `{"error":"use_dpop_nonce","error_description":"Authorization server requires nonce in DPoP proof."}`, http.Header{"Dpop-Nonce": {random()}}}
			}
		}, step: "token", problem: "refused: 400 use_dpop_nonce (Authorization server requires nonce in DPoP proof.)", diagnosis: "DPoP nonce", fix: "DPoP-Nonce"},
		{setup: "the rate limit is used up", spoil: func(o *fakeOrg, _ *schema.SmokeTest) {
			o.always("/api/v1/users", 429, `{"errorCode":"E0000047","errorSummary":"API call exceeded rate limit due to too many requests.","errorCauses":[]}`, "")
		}, step: "GET /api/v1/users?limit=1", problem: "expected status 200, got 429 E0000047 (API call exceeded rate limit due to too many requests.)", diagnosis: "rate limit", fix: "in a minute"},
		{setup: "the feature isn't in the org", spoil: func(o *fakeOrg, _ *schema.SmokeTest) {
			o.always("/api/v1/users", 401, `{"errorCode":"E0000015","errorSummary":"You do not have permission to access the feature you are requesting"}`, "")
		}, step: "GET /api/v1/users?limit=1", problem: "expected status 200, got 401 E0000015 (You do not have permission to access the feature you are requesting)",
			diagnosis: "feature not in this org", fix: "Ask Okta"},
		{setup: "the token is revoked", spoil: func(o *fakeOrg, _ *schema.SmokeTest) {
			o.always("/api/v1/users", 401, "", `Bearer error="invalid_token", error_description="The access token has been revoked."`)
		}, step: "GET /api/v1/users?limit=1", problem: "expected status 200, got 401 invalid_token (The access token has been revoked.)", diagnosis: "token revoked", fix: "status"},
		{setup: "a proxy's page instead of a token", spoil: func(o *fakeOrg, _ *schema.SmokeTest) { o.always("/oauth2/v1/token", 200, "<html>Welcome</html>", "") },
			step: "token", problem: "the answer is no token response", diagnosis: "not the org's answer", fix: "proxy"},
		{setup: "the key file holds no key", spoil: func(o *fakeOrg, t *schema.SmokeTest) {
			file := filepath.Join(o.t.TempDir(), "key.pem")
			must(o.t, os.WriteFile(file, []byte("not a key"), 0o600))
			t.App.Keys = []schema.PrivateKey{{KID: "reporter-1", File: file}}
		}, step: "private key", problem: `the private key "reporter-1" of service_app.reporter can't be used: neither PEM nor a JSON Web Key`, diagnosis: "private key can't be used", fix: "public_key"},

		{setup: "a wrong password", user: true, spoil: func(_ *fakeOrg, t *schema.SmokeTest) { t.SignIn.Password = schema.NewSecret("not the password") },
			step: "sign in", problem: "ada@example.com can't sign in: 401 E0000004 (Authentication failed)", diagnosis: "sign-in refused", fix: "password_version"},
		{setup: "the user isn't assigned", user: true, spoil: func(o *fakeOrg, _ *schema.SmokeTest) { o.assigned = false },
			step: "authorize", problem: "refused: access_denied (User is not assigned to the client application.)", diagnosis: "user not assigned", fix: "assigned_groups"},
		{setup: "the redirect URI isn't registered", user: true, spoil: func(_ *fakeOrg, t *schema.SmokeTest) { t.App.RedirectURI += "/" },
			step: "authorize", diagnosis: "redirect URI not registered", fix: "redirect_uris",
			problem: "refused: 400 invalid_request (The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.)"},
		{setup: "the org doesn't take the session token", user: true, spoil: func(o *fakeOrg, _ *schema.SmokeTest) { o.forgetful = true },
			step: "authorize", problem: "refused: login_required (The client specified not to prompt, but the user is not logged in.)", diagnosis: "not signed in", fix: "authentication policy"},
		{setup: "another client secret", user: true, spoil: func(o *fakeOrg, _ *schema.SmokeTest) { o.readSecret = "the secret of yesterday" },
			step: "token", problem: refused + "(The client secret supplied for a confidential client is invalid.)", diagnosis: "wrong client secret", fix: "active secret"},
		{setup: "the client secret can't be read", user: true, spoil: func(o *fakeOrg, _ *schema.SmokeTest) { o.secretErr = errors.New("403 E0000006") },
			step: "client secret", problem: "the client secret of web_app.explorer can't be read: 403 E0000006", diagnosis: "no client secret", fix: "private_key_jwt"},
	}
}

func (o *fakeOrg) always(path string, status int, body, challenge string) {
	o.answers[path] = func(int) *canned {
		return &canned{status, body, http.Header{"Www-Authenticate": {challenge}}}
	}
}

func (o *fakeOrg) refuses(path, code, description string) {
	o.always(path, 400, `{"error":"`+code+`","error_description":"`+description+`"}`, "")
}

func TestFaultsAreExplained(t *testing.T) {
	for _, c := range faultCases() {
		t.Run(c.setup, func(t *testing.T) {
			o := newFakeOrg(t)
			test := o.reporter("okta.users.read")
			if c.user {
				test = o.explorer("openid", "okta.users.read")
			}
			c.spoil(o, &test)
			r := o.one(test)
			wantOutcome(t, r, Failed)
			last := r.last()
			if last.Name != c.step || last.Problem != c.problem || last.Diagnosis != c.diagnosis || !strings.Contains(last.Fix, c.fix) || last.OK {
				t.Errorf("\n got step %q\n     problem %q\n     diagnosis %q\n     fix %q\nwant step %q\n     problem %q\n     diagnosis %q\n     fix with %q",
					last.Name, last.Problem, last.Diagnosis, last.Fix, c.step, c.problem, c.diagnosis, c.fix)
			}
			if last.Cause == "" && c.step != "private key" {
				t.Error("no cause")
			}
		})
	}
}

func TestClockDifferenceIsNamed(t *testing.T) {
	o := newFakeOrg(t)
	o.ahead = 2 * time.Minute
	test := o.reporter("okta.users.read")
	test.AssertionLife = time.Hour
	if cause := o.one(test).last().Cause; !strings.HasSuffix(cause, "The clock of this machine is 2m0s ahead of the org's.") {
		t.Error(cause)
	}
}

// A clock that is some minutes off must not fail a test, but is remarked on.
func TestSmallClockDifferences(t *testing.T) {
	for ahead, warning := range map[time.Duration]string{20 * time.Second: "", 2 * time.Minute: "2m0s ahead of", -2 * time.Minute: "2m0s behind"} {
		o := newFakeOrg(t)
		o.ahead = ahead
		r := o.one(o.reporter("okta.users.read"))
		wantOutcome(t, r, Passed)
		if got := r.Steps[0]; (got.Diagnosis == "clock differs") != (warning != "") || !strings.Contains(got.Cause, warning) {
			t.Errorf("%s: %+v", ahead, got)
		}
	}
}

func TestNotRunnableUnattended(t *testing.T) {
	for status, reason := range map[string]string{
		"MFA_REQUIRED":     "not runnable unattended: the sign-in policy of the org asks for a second factor (MFA_REQUIRED)",
		"MFA_ENROLL":       "not runnable unattended: the sign-in policy of the org asks the user to enroll a second factor (MFA_ENROLL)",
		"PASSWORD_EXPIRED": "not runnable unattended: the user has to change the password first; password_version sets a new one (PASSWORD_EXPIRED)",
		"LOCKED_OUT":       "not runnable unattended: the user is locked out; unlock the user in the Admin Console (LOCKED_OUT)",
	} {
		o := newFakeOrg(t)
		o.signInStatus = status
		r := o.one(o.explorer("openid"))
		wantOutcome(t, r, Skipped)
		if r.Reason != reason {
			t.Errorf("%s: %s", status, r.Reason)
		}
	}
	o := newFakeOrg(t)
	test := o.explorer("openid")
	test.SignIn.Password = schema.Secret{}
	if r := o.one(test); r.Outcome != Skipped || r.Reason != "no password for ada@example.com" || len(o.calls) > 0 {
		t.Errorf("%+v", r)
	}
}

func TestEmptyListIsRemarkedOn(t *testing.T) {
	o := newFakeOrg(t)
	o.list = " []\n"
	r := o.one(o.reporter("okta.users.read"))
	wantOutcome(t, r, Passed)
	if last := r.last(); last.Got != "200 (an empty list)" || last.Diagnosis != "nothing visible" || !strings.Contains(last.Fix, "resource_set") {
		t.Errorf("%+v", last)
	}
}

// All requests are made, also after one that failed.
func TestRequestsAfterAFailedOne(t *testing.T) {
	o := newFakeOrg(t)
	test := o.reporter("okta.users.read")
	test.Requests = append([]schema.TestRequest{{Method: "GET", Path: "/api/v1/users/me", Status: []int{200}}}, test.Requests...)
	r := o.one(test)
	wantOutcome(t, r, Failed)
	if len(r.Steps) != 3 || r.Steps[1].OK || !r.Steps[2].OK {
		t.Errorf("%+v", r.Steps)
	}
}

func TestInterrupted(t *testing.T) {
	o := newFakeOrg(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	report := o.runner().Run(ctx, []schema.SmokeTest{o.reporter("okta.users.read")})
	if r := report.Tests[0]; r.Outcome != Failed || !strings.Contains(r.last().Problem, "context canceled") {
		t.Errorf("%+v", r)
	}
}
