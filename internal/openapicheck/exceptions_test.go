package openapicheck

import (
	"encoding/json"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox"
)

// TestEveryExceptionIsNeeded makes an exchange for each exception with the embedded org.
// Each exception has to explain what no other does: one that isn't needed any longer
// goes.
func TestEveryExceptionIsNeeded(t *testing.T) {
	data := filepath.Join(t.TempDir(), "org")
	server, err := sandbox.New(sandbox.Options{DataFile: data})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	routers, err := documents()
	if err != nil {
		t.Fatal(err)
	}
	needed := map[int]bool{}
	call := func(authorization, method, path, body string) (answer map[string]any) {
		t.Helper()
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Host = "org.example"
		r.Header.Set("Authorization", authorization)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("User-Agent", clientAgent)
		recorder := httptest.NewRecorder()
		server.ServeHTTP(recorder, r)
		for name, router := range routers {
			r.Body = io.NopCloser(strings.NewReader(body))
			v := validation{document: name, router: router, r: r, sent: []byte(body), answer: recorder}
			for _, err := range v.problems() {
				var explain []int
				for i, e := range Exceptions() {
					if e.explains(v, err) {
						explain = append(explain, i)
					}
				}
				switch len(explain) {
				case 0:
					t.Errorf("%s %s: no exception explains %v", method, path, err)
				case 1:
					needed[explain[0]] = true
				}
			}
		}
		if recorder.Code >= 400 && authorization != "" {
			t.Errorf("%s %s: %d %s", method, path, recorder.Code, recorder.Body)
		}
		_ = json.Unmarshal(recorder.Body.Bytes(), &answer)
		return answer
	}
	admin := func(method, path, body string) map[string]any {
		t.Helper()
		return call("SSWS "+server.Token(), method, path, body)
	}
	id := func(doc map[string]any) string { id, _ := doc["id"].(string); return id }

	call("", "OPTIONS", "/api/v1/users/me", "")
	call("", "GET", "/api/v1/users/me/risk", "")
	admin("GET", "/api/v1/policies?type=ACCESS_POLICY", "")
	admin("POST", "/api/v1/meta/schemas/group/default", `{"definitions":{"custom":{"properties":{"code":{"type":"string","title":"Code","unique":true}}}}}`)
	key := `{"kty":"RSA","kid":"k","e":"AQAB","n":"` + strings.Repeat("x", 342) + `"}`
	app := func(notes string) string {
		return `{"name":"oidc_client","label":"a","signOnMode":"OPENID_CONNECT",
			"credentials":{"oauthClient":{"token_endpoint_auth_method":"private_key_jwt"}},
			"settings":{"notes":` + notes + `,"oauthClient":{"application_type":"service","grant_types":["client_credentials"],
				"response_types":["token"],"jwks":{"keys":[` + key + `]}}}}`
	}
	service := id(admin("POST", "/api/v1/apps", app("{}")))
	admin("PUT", "/api/v1/apps/"+service, app(`{"admin":null}`))
	admin("GET", "/api/v1/apps/"+service+"/credentials/jwks", "")
	admin("POST", "/oauth2/v1/clients/"+service+"/roles", `{"type":"READ_ONLY_ADMIN"}`)
	admin("GET", "/oauth2/v1/clients/"+service+"/roles", "")
	old := id(admin("POST", "/oauth2/v1/clients/"+service+"/roles", `{"type":"MOBILE_ADMIN"}`))
	admin("GET", "/oauth2/v1/clients/"+service+"/roles", "")
	admin("DELETE", "/oauth2/v1/clients/"+service+"/roles/"+old, "")
	for range 2 {
		admin("POST", "/api/v1/apps/"+service+"/grants", `{"scopeId":"okta.users.read","issuer":"http://org.example"}`)
	}
	admin("POST", "/api/v1/apps", `{"name":"template_swa","label":"SWA","signOnMode":"BROWSER_PLUGIN","settings":{"app":{"url":"https://example.com"}}}`)
	admin("POST", "/api/v1/apps", `{"name":"strongdm","label":"S","signOnMode":"OPENID_CONNECT","settings":{"oauthClient":{"application_type":"web","grant_types":["authorization_code"]}}}`)
	admin("GET", "/api/v1/internal/apps/"+service+"/settings/oauth/idToken", "")
	role := id(admin("POST", "/api/v1/iam/roles", `{"label":"r","description":"r","permissions":["okta.users.read"]}`))
	admin("PUT", "/api/v1/iam/roles/"+role+"/permissions/okta.users.read", `{"conditions":{"include":{"okta:ResourceAttribute/User/Profile":["city"]}}}`)
	admin("GET", "/api/v1/iam/roles/"+role+"/permissions", "")
	admin("GET", "/api/v1/api-tokens/"+tokenID(t, data), "")
	set := id(admin("POST", "/api/v1/iam/resource-sets", `{"label":"s","description":"s","resources":["http://org.example/api/v1/users"]}`))
	admin("POST", "/api/v1/iam/resource-sets/"+set+"/resources", `{"resourceOrnOrUrl":"http://org.example/api/v1/groups","conditions":{"Exclude":{}}}`)
	group := id(admin("POST", "/api/v1/groups", `{"profile":{"name":"g","description":"g"}}`))
	admin("PUT", "/api/v1/apps/"+service+"/groups/"+group, "{}")
	admin("PATCH", "/api/v1/apps/"+service+"/groups/"+group, `[{"op":"replace","path":"/priority","value":0}]`)
	assigned := id(admin("POST", "/api/v1/groups/"+group+"/roles", `{"type":"APP_ADMIN"}`))
	admin("PUT", "/api/v1/groups/"+group+"/roles/"+assigned+"/targets/catalog/apps/facebook", "")
	for i, e := range Exceptions() {
		if !needed[i] {
			t.Errorf("the exception for %s %s (%s) is not needed", e.Methods, e.Path, e.Reason)
		}
	}
}

// tokenID finds the id of the API token in the org's file: no endpoint lists it.
func tokenID(t *testing.T, data string) string {
	t.Helper()
	text, err := os.ReadFile(data)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`00T\w{17}`).FindString(string(text))
}
