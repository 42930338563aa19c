package sandbox

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// FuzzTokenEndpoint sends any form: it must never panic, answer 500, or give
// a token to who has no credentials.
func FuzzTokenEndpoint(f *testing.F) {
	server, err := New(Options{SigningKey: testSigningKey})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("grant_type=client_credentials&scope=okta.users.read", "")
	f.Add("grant_type=client_credentials&client_assertion_type="+url.QueryEscape(oauth.AssertionType)+"&client_assertion=eyJhbGciOiJSUzI1NiJ9.e30.AA", "")
	f.Add("grant_type=authorization_code&code=x&client_id=0oa1&client_secret=x&code_verifier=x", "Basic MG9hMTp4")
	f.Add("grant_type=refresh_token&refresh_token=x&client_id=%00", "Bearer x")
	f.Add("a=b&a=c&%zz", "DPoP x")
	f.Fuzz(func(t *testing.T, body, authorization string) {
		for _, path := range []string{"/oauth2/v1/token", "/oauth2/v1/introspect", "/oauth2/v1/revoke", "/oauth2/v1/authorize", "/signin"} {
			request := httptest.NewRequest("POST", path, strings.NewReader(body))
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			request.Header.Set("Authorization", authorization)
			request.Header.Set("DPoP", authorization)
			recorder := httptest.NewRecorder()
			server.ServeHTTP(recorder, request)
			if recorder.Code >= http.StatusInternalServerError || recorder.Code == http.StatusOK {
				t.Errorf("%s: %d %s", path, recorder.Code, recorder.Body)
			}
		}
	})
}

// FuzzAuthorize sends any query to an app that exists.
func FuzzAuthorize(f *testing.F) {
	server, err := New(Options{SigningKey: testSigningKey})
	if err != nil {
		f.Fatal(err)
	}
	app := &state.App{ID: state.NewID("0oa"), Status: "ACTIVE", Doc: map[string]any{"name": state.OIDCClientName,
		"settings": map[string]any{"oauthClient": map[string]any{"application_type": "web", "grant_types": []any{"authorization_code"},
			"response_types": []any{"code"}, "redirect_uris": []any{testCallback}}}}}
	server.org.Apps.Put(app.ID, app)
	f.Add("response_type=code&state=x&scope=openid")
	f.Add("response_mode=form_post&max_age=99999999999&prompt=none&code_challenge=%00")
	f.Fuzz(func(t *testing.T, query string) {
		target := "/oauth2/v1/authorize?client_id=" + app.ID + "&redirect_uri=" + url.QueryEscape(testCallback) + "&"
		request := httptest.NewRequest("GET", target, nil)
		request.URL.RawQuery += query
		recorder := httptest.NewRecorder()
		server.ServeHTTP(recorder, request)
		if recorder.Code >= http.StatusInternalServerError {
			t.Errorf("%d %s", recorder.Code, recorder.Body)
		}
		if location := recorder.Header().Get("Location"); location != "" && !strings.HasPrefix(location, testCallback) {
			t.Errorf("sent to %s", location)
		}
	})
}
