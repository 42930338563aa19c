package sandbox

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/oktaform/oktaform/internal/reference"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

const (
	appOrigin     = "http://127.0.0.1:8484" // of testCallback
	trustedOrigin = "https://portal.example.com"
	otherOrigin   = "https://evil.example"
)

// newCORSOrg is an org with a browser app, a trusted origin of each kind, and an inactive one.
func newCORSOrg(t *testing.T) (*testOrg, *webApp) {
	t.Helper()
	o := newTestOrg(t)
	app := o.newWebApp(func(d doc) {
		d["credentials"] = doc{"oauthClient": doc{"token_endpoint_auth_method": "none"}}
		d["settings"] = doc{"oauthClient": doc{"application_type": "browser", "grant_types": []string{"authorization_code", "refresh_token"},
			"response_types": []string{"code"}, "redirect_uris": []string{testCallback}, "post_logout_redirect_uris": []string{appOrigin + "/"}}}
	})
	for origin, scope := range map[string]string{trustedOrigin: "CORS", "https://redirect.example.com": "REDIRECT", "https://frame.example.com": "IFRAME_EMBED"} {
		o.admin("POST", "/api/v1/trustedOrigins", doc{"name": scope, "origin": origin, "scopes": []doc{{"type": scope}}})
	}
	off := o.admin("POST", "/api/v1/trustedOrigins", doc{"name": "off", "origin": "https://off.example.com", "scopes": []doc{{"type": "CORS"}}})
	o.admin("POST", "/api/v1/trustedOrigins/"+off.text("id")+"/lifecycle/deactivate", nil)
	return o, app
}

// preflight asks as a browser does before a request with headers of its own.
func (o *testOrg) preflight(path, origin, method string) *answer {
	o.t.Helper()
	return o.send("OPTIONS", path, "", "Origin", origin, "Access-Control-Request-Method", method,
		"Access-Control-Request-Headers", "authorization,content-type,x-okta-user-agent-extended")
}

// TestCORSAnswers asks each kind of endpoint from each kind of origin which pages may read the
// answer, and with which of them the browser may send the session cookie.
func TestCORSAnswers(t *testing.T) {
	o, app := newCORSOrg(t)
	code := url.Values{"grant_type": {"authorization_code"}, "client_id": {app.id}, "code": {"x"}, "code_verifier": {app.verifier}}
	token := url.Values{"client_id": {app.id}, "token": {"x"}}
	origins := []string{appOrigin, trustedOrigin, "https://redirect.example.com", "https://frame.example.com", "https://off.example.com",
		otherOrigin, "null", "http://127.0.0.1:8485", "https://127.0.0.1:8484", trustedOrigin + ".evil.example", "http://portal.example.com"}
	for _, test := range []struct {
		method, path string
		form         url.Values
		readers      []string // origins whose pages may read the answer
	}{
		{"GET", "/.well-known/openid-configuration", nil, []string{appOrigin, trustedOrigin}},
		{"GET", "/.well-known/oauth-authorization-server", nil, []string{appOrigin, trustedOrigin}},
		{"GET", "/oauth2/v1/keys", nil, []string{appOrigin, trustedOrigin}},
		{"GET", "/oauth2/v1/userinfo", nil, []string{appOrigin, trustedOrigin}},
		{"POST", "/oauth2/v1/userinfo", nil, []string{appOrigin, trustedOrigin}},
		{"POST", "/oauth2/v1/introspect", token, []string{appOrigin, trustedOrigin}},
		{"POST", "/oauth2/v1/revoke", token, []string{appOrigin, trustedOrigin}},
		{"POST", "/oauth2/v1/token", code, []string{appOrigin, trustedOrigin}},
		{"POST", "/api/v1/authn", nil, []string{trustedOrigin}},
		{"GET", "/api/v1/sessions/me", nil, []string{trustedOrigin}},
		{"GET", "/api/v1/users", nil, []string{trustedOrigin}},
		{"GET", "/api/v1/users/me", nil, []string{trustedOrigin}},
		{"GET", "/api/v1/logs", nil, []string{trustedOrigin}},
		{"GET", "/api/v1/groups", nil, nil}, // without CORS in Okta's OpenAPI document
		{"GET", "/oauth2/v1/authorize", nil, nil},
		{"GET", "/oauth2/v1/logout", nil, nil},
	} {
		for _, origin := range origins {
			header := []string{"Origin", origin}
			if strings.HasPrefix(test.path, "/api/v1/") {
				header = append(header, "Authorization", "SSWS "+o.server.Token())
			}
			var got *answer
			if test.form != nil {
				got = o.post(test.path, test.form, header...)
			} else {
				got = o.send(test.method, test.path, "", header...)
			}
			allowed, credentials := "", ""
			if slices.Contains(test.readers, origin) {
				allowed = origin
			}
			if origin == trustedOrigin && allowed != "" && test.path != "/oauth2/v1/token" {
				credentials = "true"
			}
			if h := got.header; h.Get("Access-Control-Allow-Origin") != allowed || h.Get("Access-Control-Allow-Credentials") != credentials {
				t.Errorf("%s %s from %s: origin %q, credentials %q; want %q, %q", test.method, test.path, origin,
					h.Get("Access-Control-Allow-Origin"), h.Get("Access-Control-Allow-Credentials"), allowed, credentials)
			}
			if vary := slices.Contains(got.header.Values("Vary"), "Origin"); vary != (test.readers != nil) {
				t.Errorf("%s %s: Vary %q", test.method, test.path, got.header.Values("Vary"))
			}
		}
	}
}

// TestPreflightAsRecorded: the answer is the one that an org gave to a page with its sign-in
// widget.
func TestPreflightAsRecorded(t *testing.T) {
	o, _ := newCORSOrg(t)
	got := o.send("OPTIONS", "/api/v1/authn", "", "Origin", trustedOrigin, "Access-Control-Request-Method", "POST",
		"Access-Control-Request-Headers", "content-type, x-okta-user-agent-extended, x-okta-xsrftoken")
	wantHeaders(t, got, 200, map[string]string{"Allow-Origin": trustedOrigin, "Allow-Methods": "POST, OPTIONS", "Allow-Credentials": "true",
		"Max-Age": "3600", "Allow-Headers": "content-type, x-okta-user-agent-extended, x-okta-xsrftoken,Content-Type"})
	if len(got.body) > 0 {
		t.Errorf("body: %s", got.body)
	}
	got = o.send("OPTIONS", "/api/v1/sessions/me", "", "Origin", trustedOrigin, "Access-Control-Request-Method", "DELETE",
		"Access-Control-Request-Headers", "content-type, x-okta-user-agent-extended")
	wantHeaders(t, got, 200, map[string]string{"Allow-Origin": trustedOrigin, "Allow-Methods": "GET, DELETE, OPTIONS", "Allow-Credentials": "true",
		"Max-Age": "3600", "Allow-Headers": "content-type, x-okta-user-agent-extended,Content-Type"})
}

// TestPreflights: the methods are those that Okta's documents mark for the path; other origins get
// no CORS headers; other paths have no preflight.
func TestPreflights(t *testing.T) {
	o, _ := newCORSOrg(t)
	asked := "authorization,content-type,x-okta-user-agent-extended,Content-Type"
	wantHeaders(t, o.preflight("/api/v1/users/me", trustedOrigin, "GET"), 200, map[string]string{"Allow-Origin": trustedOrigin,
		"Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS", "Allow-Credentials": "true", "Max-Age": "3600", "Allow-Headers": asked})
	wantHeaders(t, o.preflight("/oauth2/v1/userinfo", appOrigin, "GET"), 200, map[string]string{"Allow-Origin": appOrigin,
		"Allow-Methods": "GET, POST, OPTIONS", "Max-Age": "3600", "Allow-Headers": asked})
	wantHeaders(t, o.preflight("/api/v1/users/me", appOrigin, "GET"), 200, nil)
	wantHeaders(t, o.preflight("/oauth2/v1/keys", otherOrigin, "GET"), 200, nil)
	// The token endpoint always allows the origin: which client asks is not known before.
	wantHeaders(t, o.preflight("/oauth2/v1/token", otherOrigin, "POST"), 204, map[string]string{"Allow-Origin": otherOrigin,
		"Allow-Methods": "POST", "Max-Age": "3600", "Allow-Headers": asked, "Expose-Headers": "DPoP-Nonce"})
	for _, path := range []string{"/api/v1/groups", "/oauth2/v1/authorize", "/api/v1/trustedOrigins"} {
		if got := o.preflight(path, trustedOrigin, "GET"); got.status != 405 || got.text("errorCode") != "E0000022" {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

// wantHeaders checks the status of a preflight, and all of its CORS headers.
func wantHeaders(t *testing.T, got *answer, status int, want map[string]string) {
	t.Helper()
	if got.status != status || !slices.Contains(got.header.Values("Vary"), "Origin") {
		t.Errorf("%d, Vary %q", got.status, got.header.Values("Vary"))
	}
	for _, name := range []string{"Allow-Origin", "Allow-Methods", "Allow-Credentials", "Max-Age", "Allow-Headers", "Expose-Headers"} {
		if value := got.header.Get("Access-Control-" + name); value != want[name] {
			t.Errorf("%s: %q, want %q", name, value, want[name])
		}
	}
}

// TestCORSOfOtherCallers: pages of the org itself and programs get no CORS headers and are not held
// to the rules for browsers.
func TestCORSOfOtherCallers(t *testing.T) {
	o, app := newCORSOrg(t)
	code := url.Values{"grant_type": {"authorization_code"}, "client_id": {app.id}, "code": {"x"}}
	for _, header := range [][]string{nil, {"Origin", o.url}} {
		got := o.post("/oauth2/v1/token", code, header...)
		o.want(got, oauth.ErrCode)
		if got.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%v: %v", header, got.header)
		}
	}
}

// TestBrowsersAtTheTokenEndpoint: each client has origins of its own, and pages use PKCE.
func TestBrowsersAtTheTokenEndpoint(t *testing.T) {
	o, app := newCORSOrg(t)
	elsewhere := o.newWebApp(func(d doc) {
		oauthClient := d["settings"].(doc)["oauthClient"].(doc)
		oauthClient["redirect_uris"] = []string{"https://elsewhere.example/callback"}
	})
	code := url.Values{"grant_type": {"authorization_code"}, "client_id": {app.id}, "code": {"x"}, "code_verifier": {app.verifier}}
	refresh := url.Values{"grant_type": {"refresh_token"}, "client_id": {app.id}, "refresh_token": {"x"}}
	without := func(form url.Values, name string) url.Values {
		less := url.Values{}
		for n, v := range form {
			if n != name {
				less[n] = v
			}
		}
		return less
	}
	ofElsewhere := url.Values{"grant_type": {"authorization_code"}, "client_id": {elsewhere.id}, "client_secret": {elsewhere.secret}, "code": {"x"}, "code_verifier": {"x"}}
	for _, test := range []struct {
		name, origin string
		form         url.Values
		want         *oauth.Error
		readable     bool
	}{
		{"the client's origin", appOrigin, code, oauth.ErrCode, true},
		{"a trusted origin", trustedOrigin, code, oauth.ErrCode, true},
		{"another origin", otherOrigin, code, oauth.ErrBrowserOrigin, false},
		{"another client's origin", appOrigin, ofElsewhere, oauth.ErrBrowserOrigin, false},
		{"no PKCE", appOrigin, without(code, "code_verifier"), oauth.ErrBrowserPKCE, true},
		{"refresh token", appOrigin, refresh, oauth.ErrRefreshToken, true},
		{"refresh token from another origin", otherOrigin, refresh, oauth.ErrBrowserUntrusted, false},
	} {
		got := o.post("/oauth2/v1/token", test.form, "Origin", test.origin)
		o.want(got, test.want)
		if allowed := got.header.Get("Access-Control-Allow-Origin"); (allowed == test.origin) != test.readable || !test.readable && allowed != "" {
			t.Errorf("%s: Access-Control-Allow-Origin %q", test.name, allowed)
		}
	}
}

// TestPublicClientInBasic: okta-auth-js revokes tokens with the id of its client alone in the
// header.
func TestPublicClientInBasic(t *testing.T) {
	o, app := newCORSOrg(t)
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(app.id))
	if got := o.post("/oauth2/v1/revoke", url.Values{"token": {"x"}}, "Origin", appOrigin, "Authorization", basic); got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.body)
	}
	confidential := o.newWebApp(nil)
	basic = "Basic " + base64.StdEncoding.EncodeToString([]byte(confidential.id))
	o.want(o.post("/oauth2/v1/revoke", url.Values{"token": {"x"}}, "Authorization", basic), oauth.ErrNoClientCredentials)
}

// TestOriginsOfRedirectURIs: ports by default, letter case, patterns and custom schemes.
func TestOriginsOfRedirectURIs(t *testing.T) {
	for _, test := range []struct {
		uri, wildcard, origin string
		want                  bool
	}{
		{"http://localhost/callback", "DISABLED", "http://localhost", true},
		{"http://localhost:80/callback", "DISABLED", "http://localhost", true},
		{"https://app.example.com:443/callback", "DISABLED", "https://app.example.com", true},
		{"https://App.Example.com/callback", "DISABLED", "https://app.example.com", true},
		{"https://app.example.com/callback", "DISABLED", "https://app.example.com:8443", false},
		{"https://app.example.com/callback", "DISABLED", "http://app.example.com", false},
		{"https://app-*.example.com/callback", "SUBDOMAIN", "https://app-7.example.com", true},
		{"https://app-*.example.com/callback", "SUBDOMAIN", "https://app-7.other.example.com", false},
		{"com.example.app:/callback", "DISABLED", "null", false},
	} {
		o := newTestOrg(t)
		o.newWebApp(func(d doc) {
			oauthClient := d["settings"].(doc)["oauthClient"].(doc)
			oauthClient["application_type"], oauthClient["redirect_uris"], oauthClient["wildcard_redirect"] = "native", []string{test.uri}, test.wildcard
		})
		got := o.send("GET", "/oauth2/v1/keys", "", "Origin", test.origin)
		if allowed := got.header.Get("Access-Control-Allow-Origin") == test.origin; allowed != test.want {
			t.Errorf("%s from %s: %v", test.uri, test.origin, allowed)
		}
	}
}

// TestCORSEndsWithItsReason: no header once the app is off, or the trusted origin is gone.
func TestCORSEndsWithItsReason(t *testing.T) {
	o, app := newCORSOrg(t)
	o.admin("POST", "/api/v1/apps/"+app.id+"/lifecycle/deactivate", nil)
	if got := o.send("GET", "/oauth2/v1/keys", "", "Origin", appOrigin); got.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("inactive app: %v", got.header)
	}
	list := o.admin("GET", "/api/v1/trustedOrigins?q=CORS", nil)
	id := regexp.MustCompile(`"id":"(tos[^"]*)"`).FindSubmatch(list.body)
	o.admin("DELETE", "/api/v1/trustedOrigins/"+string(id[1]), nil)
	if got := o.send("GET", "/oauth2/v1/keys", "", "Origin", trustedOrigin); got.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("deleted origin: %v", got.header)
	}
}

// TestCORSOperations: those of the Management API are the ones that Okta's OpenAPI document marks.
func TestCORSOperations(t *testing.T) {
	text, err := reference.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]yaml.Node `yaml:"paths"`
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	parameter := regexp.MustCompile(`\{[^}]*\}`)
	marked := map[string]bool{}
	for path, operations := range document.Paths {
		for method, node := range operations {
			var operation struct {
				Lifecycle struct {
					CORS bool `yaml:"isCorsEnabled"`
				} `yaml:"x-okta-lifecycle"`
			}
			if node.Kind == yaml.MappingNode && node.Decode(&operation) == nil && operation.Lifecycle.CORS {
				marked[strings.ToUpper(method)+" "+parameter.ReplaceAllString(path, "{}")] = true
			}
		}
	}
	if len(marked) < 40 {
		t.Fatalf("only %d operations are marked", len(marked))
	}
	for _, rt := range routes() {
		if strings.HasPrefix(rt.Pattern, "GET /oauth2/v1/clients/{clientId}") {
			continue // in Okta's document of OAuth
		}
		if rt.Scope == "" && !strings.Contains(rt.Pattern, "okta-organization") {
			continue // the sign-in and OAuth, which this document doesn't describe
		}
		operation := parameter.ReplaceAllString(rt.Pattern, "{}")
		if marked[operation] != (rt.CORS == web.CORSTrusted) {
			t.Errorf("%s: marked with CORS %v, served with %v", rt.Pattern, marked[operation], rt.CORS)
		}
	}
}

// TestFaultsAreReadable: a page sees the org's errors, not only that it may not read them.
func TestFaultsAreReadable(t *testing.T) {
	o, _ := newCORSOrg(t)
	fault, err := ParseFault("429 GET /oauth2/v1/keys")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.server.SetFaults(fault); err != nil {
		t.Fatal(err)
	}
	got := o.send("GET", "/oauth2/v1/keys", "", "Origin", appOrigin)
	if got.status != http.StatusTooManyRequests || got.header.Get("Access-Control-Allow-Origin") != appOrigin {
		t.Errorf("%d %v", got.status, got.header)
	}
}
