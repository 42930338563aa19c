package sandbox

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// surfaceOrg is an org with one of everything, and a caller of each kind.
func surfaceOrg(f *testing.F) (s *Server, callers []string, names []string) {
	f.Helper()
	s, err := New(Options{SigningKey: testSigningKey, Seed: []byte(`{
	  "users": [{"profile": {"login": "ada@example.com", "email": "ada@example.com", "firstName": "A", "lastName": "A"}}],
	  "groups": [{"profile": {"name": "testers"}, "members": ["ada@example.com"]}],
	  "apps": [
	    {"document": {"label": "Web", "signOnMode": "OPENID_CONNECT", "settings": {"oauthClient": {"application_type": "web",
	      "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"], "redirect_uris": ["https://a.example/"]}}}, "groups": ["testers"]},
	    {"document": {"label": "Service", "signOnMode": "OPENID_CONNECT", "credentials": {"oauthClient": {"token_endpoint_auth_method": "private_key_jwt"}},
	      "settings": {"oauthClient": {"application_type": "service", "grant_types": ["client_credentials"], "response_types": ["token"],
	      "jwks": {"keys": [{"kty": "EC", "x": "a", "y": "b"}]}}}}, "grants": ["okta.apps.manage"], "roles": [{"type": "CUSTOM", "role": "r", "resourceSet": "s"}, {"type": "APP_ADMIN", "targetApps": ["oidc_client"]}]},
	    {"document": {"label": "SWA", "signOnMode": "BROWSER_PLUGIN"}}],
	  "customRoles": [{"label": "r", "permissions": ["okta.users.read", "okta.apps.manage"]}],
	  "resourceSets": [{"label": "s", "resources": ["/api/v1/users", "/api/v1/apps"]}]}`)})
	if err != nil {
		f.Fatal(err)
	}
	service := s.org.Apps.Find(func(a *state.App) bool { return a.IsService() })
	c := &web.Call{Org: s.org, Base: "http://example.com", Now: s.now()}
	token := &oauth.AccessToken{Client: service.ClientID(), Subject: service.ClientID()}
	for _, rt := range routes() {
		if rt.Scope != "" {
			token.Scopes = append(token.Scopes, rt.Scope+".manage", rt.Scope+".read")
		}
	}
	signed, err := oauth.MintAccess(c, token)
	if err != nil {
		f.Fatal(err)
	}
	for id := range s.org.Users.All() {
		names = append(names, id)
	}
	for id := range s.org.Groups.All() {
		names = append(names, id)
	}
	for id := range s.org.Apps.All() {
		names = append(names, id)
	}
	names = append(names, "me", "r", "s", "oidc_client", service.Roles[1].ID, "%2e%2e", "okta.users.read")
	return s, []string{"", "SSWS " + s.Token(), "Bearer " + signed, "DPoP " + signed, "SSWS x", "Bearer x", "Basic eDp5", "Bearer " + signed + "x"}, names
}

// FuzzSurface sends anything to any endpoint: no panic, no 500, and never more
// than an error to who has no credentials for the Management API.
func FuzzSurface(f *testing.F) {
	s, callers, names := surfaceOrg(f)
	all := append(routes(), s.controlRoutes()...)
	methods := []string{"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"}
	bodies := []string{``, `null`, `{}`, `[]`, `"x"`, `{"profile":{"name":"n","login":"a@b.c"},"label":"l","signOnMode":"OPENID_CONNECT"}`,
		`{"type":"CUSTOM","role":"r","resource-set":"s","issuer":"http://example.com","scopeId":"okta.apps.read","id":"x"}`,
		`[{"op":"replace","path":"/profile/x","value":1},{"op":"add","path":"/priority","value":1e300}]`,
		`{"settings":{"oauthClient":{"jwks":{"keys":[{"kty":"EC","x":"a","y":"b"}]}}},"credentials":null}`, `{"members":["x"],"additions":["orn:okta:idp:x:y"]}`,
		`grant_type=authorization_code&code=x&client_id=x&client_secret=x`}
	queries := []string{"", "limit=1&after=00000000000000000000", "filter=id+eq+%22x%22", "search=profile.login+pr&sortBy=profile.login&sortOrder=desc",
		"q=a&expand=stats", "type=ACCESS_POLICY", "response_type=code&state=x&redirect_uri=https://a.example/&scope=openid", "after=1_1&q=x", "limit=-1&until=2026-01-01T00:00:00Z"}
	for i := range all {
		f.Add(i, byte(0), byte(i), byte(1), queries[i%len(queries)], bodies[i%len(bodies)], "")
		f.Add(i, byte(0), byte(i+1), byte(2), queries[(i+3)%len(queries)], bodies[(i+5)%len(bodies)], "")
		f.Add(i, byte(i), byte(i+2), byte(i), "", bodies[(i+7)%len(bodies)], "x")
	}
	f.Fuzz(func(t *testing.T, which int, method, name, caller byte, query, body, tail string) {
		rt := all[((which%len(all))+len(all))%len(all)]
		verb, pattern, _ := strings.Cut(rt.Pattern, " ")
		if method != 0 {
			verb = methods[int(method)%len(methods)]
		}
		if verb == "PUT" && pattern == "/_sandbox/clock" || strings.Contains(query+body, "jwks_uri") {
			return // would end the tokens of all callers; would fetch from anywhere
		}
		path := fillPattern(pattern, names[int(name)%len(names)]) + tail
		request := httptest.NewRequest(verb, "/", strings.NewReader(body))
		request.Host = "example.com"
		request.URL.Path, request.URL.RawQuery = path, query
		credentials := callers[int(caller)%len(callers)]
		if credentials != "" {
			request.Header.Set("Authorization", credentials)
		}
		if strings.HasPrefix(pattern, "/oauth2/") || pattern == "/signin" {
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if _, err := url.ParseQuery(body); err == nil {
				request.Header.Set("DPoP", "x.y.z")
			}
		}
		recorder := httptest.NewRecorder()
		s.ServeHTTP(recorder, request)
		if strings.HasPrefix(pattern, "/_sandbox/") {
			_ = s.SetFaults()
			_ = s.SetSettings(Settings{})
		}
		switch {
		case recorder.Code >= http.StatusInternalServerError:
			t.Errorf("%s %s?%s %q: %d %s", verb, path, query, body, recorder.Code, recorder.Body)
		case recorder.Code < 300 && rt.Scope != "" && method == 0 && tail == "" && credentials != callers[1] && credentials != callers[2]:
			t.Errorf("%s %s takes %q: %s", verb, path, credentials, recorder.Body)
		}
	})
}
