package sandbox

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/skip"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// bodyTemplates are good bodies of the routes that take one.
var bodyTemplates = []string{
	`{"profile":{"login":"new@example.com","email":"new@example.com","firstName":"A","lastName":"B"},"credentials":{"password":{"value":"Aa1-aaaaaaaa"},"recovery_question":{"question":"q","answer":"a"}},"groupIds":["x"]}`,
	`{"oldPassword":{"value":"x"},"newPassword":{"value":"y"},"username":"a","password":"b"}`,
	`{"profile":{"name":"n","description":"d"}}`,
	`{"name":"oidc_client","label":"L","signOnMode":"OPENID_CONNECT","profile":{"k":["v"]},"credentials":{"oauthClient":{"token_endpoint_auth_method":"private_key_jwt","client_id":"c","pkce_required":true},"userNameTemplate":{"template":"t"},"signing":{"kid":"k"}},"settings":{"implicitAssignment":false,"oauthClient":{"application_type":"service","grant_types":["client_credentials"],"response_types":["token"],"redirect_uris":["https://a.example/"],"post_logout_redirect_uris":["https://a.example/"],"jwks":{"keys":[{"kty":"EC","crv":"P-256","x":"a","y":"b","kid":"k","use":"sig","status":"ACTIVE"}]},"refresh_token":{"rotation_type":"ROTATE","leeway":1},"network":{"connection":"ZONE","include":["z"]},"dpop_bound_access_tokens":true}},"visibility":{"hide":{"iOS":true}},"accessibility":{}}`,
	`{"type":"CUSTOM","role":"r","resource-set":"s","issuer":"http://example.com","scopeId":"okta.apps.read"}`,
	`{"id":"x","scope":"USER","credentials":{"userName":"u"},"profile":{"k":["v"]},"priority":1}`,
	`[{"op":"replace","path":"/priority","value":1},{"op":"add","path":"/profile/x","value":{"k":["v"]}}]`,
	`{"label":"l","description":"d","permissions":["okta.users.read"],"conditions":{"include":{"okta:ResourceAttribute/User/Profile":["city"]}},"resources":["http://example.com/api/v1/users"],"resourceOrnOrUrl":"x","additions":["orn:okta:directory:x:users"]}`,
	`{"role":"r","members":["http://example.com/api/v1/users/x"],"additions":["orn:okta:directory:x:users:y"]}`,
	`{"kty":"EC","crv":"P-256","x":"a","y":"b","kid":"k","use":"sig","status":"ACTIVE","client_secret":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}`,
	`{"name":"z","type":"IP","status":"ACTIVE","usage":"POLICY","gateways":[{"type":"CIDR","value":"10.0.0.0/8"}],"proxies":[{"type":"CIDR","value":"10.0.0.0/8"}]}`,
	`{"definitions":{"custom":{"id":"#custom","type":"object","properties":{"a":{"title":"t","type":"string","enum":["x"],"oneOf":[{"const":"x","title":"X"}]}},"required":["a"]}}}`,
	`{"faults":["500 GET /api/v1/apps 1"],"offset":"1s","rateLimit":"free","features":["realms"],"publicClientAppAdmins":true}`,
	`{"type":"EXPRESSION","filter_type":"REGEX","name":"groups","value":".*"}`,
}

// mutations take the place of a value.
func mutations() []any {
	deep := any(map[string]any{"x": nil})
	for range 200 {
		deep = []any{deep}
	}
	return []any{nil, true, 7.0, -1e300, "", "x", strings.Repeat("é", 3000), []any{}, []any{nil}, []any{nil, map[string]any{}}, map[string]any{}, map[string]any{"x": nil, "id": nil}, deep}
}

// mutated returns the document with each of its values replaced in turn.
func mutated(value any, by any) []any {
	all := []any{by}
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			for _, changed := range mutated(member, by) {
				other := maps.Clone(value)
				other[name] = changed
				all = append(all, other)
			}
		}
	case []any:
		for i, element := range value {
			for _, changed := range mutated(element, by) {
				other := slices.Clone(value)
				other[i] = changed
				all = append(all, other)
			}
		}
		all = append(all, append(slices.Clone(value), by))
	}
	return all
}

// TestMutatedBodies sends to every route that takes a body each good body with
// each of its values replaced: no panic, no 500, and the org goes on. What the org
// took can be read, dumped, and opened again.
func TestMutatedBodies(t *testing.T) {
	if testing.Short() {
		skip.Test(t, skip.Short)
	}
	var bodies [][]byte
	for _, template := range bodyTemplates {
		var value any
		if err := json.Unmarshal([]byte(template), &value); err != nil {
			t.Fatal(err)
		}
		for _, by := range mutations() {
			for _, changed := range mutated(value, by) {
				body, _ := json.Marshal(changed)
				bodies = append(bodies, body)
			}
		}
	}
	all := slices.DeleteFunc(append(routes(), (&Server{}).controlRoutes()...), func(rt web.Route) bool {
		// The clock would end the tokens; keys take no body, and each request makes one.
		return !strings.HasPrefix(rt.Pattern, "P") || strings.HasPrefix(rt.Pattern, "PUT /_sandbox/clock") || rt.Pattern == "POST /_sandbox/keys"
	})
	requests := 0
	for _, rt := range all {
		s, credentials, names := mutableOrg(t)
		send := func(method, path string, body []byte) *httptest.ResponseRecorder {
			request := httptest.NewRequest(method, "/", strings.NewReader(string(body)))
			request.Host, request.URL.Path = "example.com", path
			request.Header.Set("Authorization", credentials)
			recorder := httptest.NewRecorder()
			s.ServeHTTP(recorder, request)
			requests++
			if recorder.Code >= http.StatusInternalServerError {
				t.Fatalf("%s %s %.300s: %d %s", method, path, body, recorder.Code, recorder.Body)
			}
			return recorder
		}
		method, pattern, _ := strings.Cut(rt.Pattern, " ")
		path := pattern
		for name, id := range names {
			path = strings.ReplaceAll(path, "{"+name+"}", id)
		}
		for _, body := range bodies {
			if strings.Contains(string(body), "jwks_uri") {
				continue
			}
			send(method, path, body)
			if strings.HasPrefix(pattern, "/_sandbox/") {
				_ = s.SetFaults()
				_ = s.SetSettings(Settings{})
			}
		}
		for _, list := range []string{"/api/v1/users", "/api/v1/groups", "/api/v1/apps", "/api/v1/zones", "/api/v1/iam/roles", "/api/v1/iam/resource-sets", "/api/v1/logs"} {
			send("GET", list, nil)
		}
		if _, err := New(Options{SigningKey: testSigningKey, Seed: []byte(dumped(t, s, true))}); err != nil {
			t.Errorf("%s: what it took is no seed: %v", rt.Pattern, err)
		}
	}
	t.Logf("%d requests to %d routes", requests, len(all))
}

// mutableOrg is an org with one object of each kind, by the parameters of paths.
func mutableOrg(t *testing.T) (s *Server, credentials string, names map[string]string) {
	t.Helper()
	s, err := New(Options{SigningKey: testSigningKey, Seed: []byte(`{
	  "users": [{"id": "00u0", "profile": {"login": "ada@example.com", "email": "ada@example.com", "firstName": "A", "lastName": "A"}}],
	  "groups": [{"id": "00g0", "profile": {"name": "testers"}, "members": ["ada@example.com"], "roles": [{"id": "gra0", "type": "APP_ADMIN"}]}, {"profile": {"name": "ruled"}}],
	  "apps": [{"id": "0oa0", "document": {"label": "Service", "signOnMode": "OPENID_CONNECT", "credentials": {"oauthClient": {"token_endpoint_auth_method": "private_key_jwt", "client_id": "0oa0"}},
	      "settings": {"oauthClient": {"application_type": "service", "grant_types": ["client_credentials"], "response_types": ["token"],
	      "jwks": {"keys": [{"id": "pks0", "kty": "EC", "x": "a", "y": "b"}]}}}}, "secrets": [{"id": "ocs0"}], "grants": [{"id": "oag0", "scope": "okta.apps.manage"}], "groups": ["testers"], "users": ["ada@example.com"],
	      "roles": [{"id": "irb0", "type": "CUSTOM", "role": "r", "resourceSet": "s"}]}],
	  "customRoles": [{"id": "cr00", "label": "r", "permissions": ["okta.users.read", "okta.apps.manage"]}],
	  "resourceSets": [{"id": "iam0", "label": "s", "resources": [{"id": "ire0", "resource": "/api/v1/users"}, "/api/v1/apps"]}],
	  "groupRules": [{"id": "0pr0", "name": "rule", "status": "INACTIVE", "expression": "user.login==\"nobody@example.com\"", "groups": ["ruled"]}],
	  "zones": [{"id": "nzo0", "document": {"name": "Office", "type": "IP", "gateways": [{"type": "CIDR", "value": "192.0.2.0/24"}]}}],
	  "trustedOrigins": [{"id": "tos0", "document": {"name": "Page", "origin": "https://page.example.com", "scopes": [{"type": "CORS"}]}}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	names = map[string]string{"userId": "00u0", "groupId": "00g0", "appId": "0oa0", "clientId": "0oa0", "secretId": "ocs0", "keyId": "pks0",
		"grantId": "oag0", "roleAssignmentId": "irb0", "role": "cr00", "resourceSet": "iam0", "policyId": s.org.DefaultPolicy(), "permission": "okta.users.read",
		"targetGroupId": "00g0", "appName": "oidc_client", "targetAppId": "0oa0", "memberId": "irb0", "resourceId": "ire0", "groupRuleId": "0pr0",
		"zoneId": "nzo0", "trustedOriginId": "tos0", "schemaId": "default"}
	for _, token := range s.org.APITokens.All() {
		names["apiTokenId"] = token.ID
	}
	return s, "SSWS " + s.Token(), names
}

// TestMutableOrgHasAllNames: every parameter of every path names an object, so that requests reach
// more than a 404.
func TestMutableOrgHasAllNames(t *testing.T) {
	s, _, names := mutableOrg(t)
	absent := []string{"ownerId", "featureName", "claimId", "mappingId", "connectionId", "tokenId"} // features that the org lacks, and tokens of users
	for _, rt := range s.routes {
		for segment := range strings.SplitSeq(rt.Pattern, "/") {
			name := strings.Trim(segment, "{}")
			if name != segment && names[name] == "" && !slices.Contains(absent, name) {
				t.Errorf("%s: no object for %s", rt.Pattern, segment)
			}
		}
	}
}
