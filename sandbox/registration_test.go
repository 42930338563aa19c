package sandbox

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// register is a registration request as Okta's OpenAPI document has it.
func registration() doc {
	return doc{"client_name": "Example OAuth Client", "client_uri": "https://www.example.com", "logo_uri": "https://www.example.com/logo.png",
		"application_type": "web", "redirect_uris": []string{"https://www.example.com/oauth2/redirectUri"},
		"post_logout_redirect_uris": []string{"https://www.example.com/oauth2/postLogoutRedirectUri"},
		"response_types":            []string{"code", "id_token"}, "grant_types": []string{"authorization_code", "refresh_token", "implicit"},
		"token_endpoint_auth_method": "client_secret_post", "initiate_login_uri": "https://www.example.com/oauth2/login"}
}

func TestClientRegistration(t *testing.T) {
	o := newTestOrg(t)
	made := o.admin("POST", "/oauth2/v1/clients", registration())
	id, secret := made.text("client_id"), made.text("client_secret")
	if made.status != http.StatusCreated || secret == "" || made.doc["client_secret_expires_at"] != 0.0 || made.doc["client_id_issued_at"] != float64(o.clock().Unix()) {
		t.Fatalf("%d %s", made.status, made.body)
	}
	for name, want := range registration() {
		if text, isText := want.(string); isText && made.text(name) != text {
			t.Errorf("%s: %v", name, made.doc[name])
		}
	}
	app := o.admin("GET", "/api/v1/apps/"+id, nil)
	if app.text("label") != "Example OAuth Client" || app.text("signOnMode") != "OPENID_CONNECT" {
		t.Errorf("as an app: %s", app.body)
	}
	introspected := o.post("/oauth2/v1/introspect", url.Values{"client_id": {id}, "client_secret": {secret}, "token": {"x"}})
	if introspected.status != http.StatusOK {
		t.Errorf("the client signs in: %d %s", introspected.status, introspected.body)
	}
	read := o.admin("GET", "/oauth2/v1/clients/"+id, nil)
	if read.text("client_secret") != "" || read.text("client_name") != "Example OAuth Client" {
		t.Errorf("read: %s", read.body)
	}
	changed := registration()
	changed["client_name"], changed["client_id"] = "Updated OAuth Client", id
	if got := o.admin("PUT", "/oauth2/v1/clients/"+id, changed); got.text("client_name") != "Updated OAuth Client" || got.text("client_secret") != secret {
		t.Errorf("replaced: %s", got.body)
	}
	if got := o.admin("POST", "/oauth2/v1/clients/"+id+"/lifecycle/newSecret", nil); got.text("client_secret") == secret || got.text("client_secret") == "" {
		t.Errorf("new secret: %s", got.body)
	}
	if got := o.post("/oauth2/v1/introspect", url.Values{"client_id": {id}, "client_secret": {secret}, "token": {"x"}}); got.status != 401 {
		t.Errorf("the old secret: %d", got.status)
	}
	list := o.admin("GET", "/oauth2/v1/clients?q=updated&limit=1", nil)
	if !strings.HasPrefix(string(list.body), `[{"client_id":"`+id) || strings.Contains(string(list.body), "client_secret\"") {
		t.Errorf("list: %s", list.body)
	}
	o.admin("DELETE", "/oauth2/v1/clients/"+id, nil)
	gone := o.send("GET", "/oauth2/v1/clients/"+id, "", "Authorization", "SSWS "+o.server.Token())
	if gone.status != 404 || gone.text("errorCode") != "E0000007" {
		t.Errorf("deleted: %d %s", gone.status, gone.body)
	}
}

// TestClientRegistrationForms: defaults, keys, and the errors of RFC 7591.
func TestClientRegistrationForms(t *testing.T) {
	o := newTestOrg(t)
	key := newTestKey(t, "key-1")
	service := o.admin("POST", "/oauth2/v1/clients", doc{"client_name": "Service", "response_types": []string{"token"}, "grant_types": []string{"client_credentials"},
		"token_endpoint_auth_method": "private_key_jwt", "application_type": "service", "jwks": doc{"keys": []doc{key.public(t)}}})
	keys := service.doc["jwks"].(doc)["keys"].([]any)
	if _, expires := service.doc["client_secret_expires_at"]; expires || service.text("client_secret") != "" || len(keys) != 1 || keys[0].(doc)["kid"] != "key-1" {
		t.Errorf("service: %s", service.body)
	}
	least := o.admin("POST", "/oauth2/v1/clients", doc{"client_name": "Least", "redirect_uris": []string{"https://a.example/cb"}})
	for name, want := range map[string]string{"application_type": "web", "token_endpoint_auth_method": "client_secret_basic"} {
		if least.text(name) != want {
			t.Errorf("%s: %v", name, least.doc[name])
		}
	}
	app := o.admin("GET", "/api/v1/apps/"+least.text("client_id"), nil)
	if !strings.Contains(string(app.body), `"grant_types":["authorization_code"]`) {
		t.Errorf("defaults: %s", app.body)
	}
	for name, test := range map[string]struct {
		body doc
		want string
	}{
		"no name":         {doc{"redirect_uris": []string{"https://a.example/cb"}}, "client_name: The field cannot be left blank"},
		"no redirect URI": {doc{"client_name": "x"}, "redirect_uris: 'redirect_uris' is a required property for this client."},
		"grant type":      {doc{"client_name": "x", "redirect_uris": []string{"https://a.example/cb"}, "grant_types": []string{"authorization_code", "x"}}, "grant_types: 'x' is not a valid grant type."},
	} {
		t.Run(name, func(t *testing.T) {
			got := o.sendJSON("POST", "/oauth2/v1/clients", test.body, "SSWS "+o.server.Token())
			if got.status != 400 || got.text("error") != "invalid_client_metadata" || got.text("error_description") != test.want {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
	none := o.admin("POST", "/oauth2/v1/clients", doc{"client_name": "SPA", "application_type": "browser", "redirect_uris": []string{"https://a.example/cb"}, "token_endpoint_auth_method": "none"})
	got := o.sendJSON("POST", "/oauth2/v1/clients/"+none.text("client_id")+"/lifecycle/newSecret", nil, "SSWS "+o.server.Token())
	if got.status != 400 || got.text("error") != "invalid_client_metadata" {
		t.Errorf("secret of a public client: %d %s", got.status, got.body)
	}
}

// TestClientRegistrationScopes: each method needs its scope, and a role.
func TestClientRegistrationScopes(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.clients.read", "okta.clients.register", "okta.clients.manage")
	client := o.admin("POST", "/oauth2/v1/clients", registration()).text("client_id")
	calls := []struct {
		method, path, scope string
		status              int
	}{
		{"GET", "/oauth2/v1/clients", "okta.clients.read", 200},
		{"GET", "/oauth2/v1/clients/" + client, "okta.clients.read", 200},
		{"POST", "/oauth2/v1/clients", "okta.clients.register", 201},
		{"POST", "/oauth2/v1/clients/" + client + "/lifecycle/newSecret", "okta.clients.manage", 200},
		{"PUT", "/oauth2/v1/clients/" + client, "okta.clients.manage", 200},
		{"DELETE", "/oauth2/v1/clients/" + client, "okta.clients.manage", 204},
	}
	try := func(method, path, scope string) *answer {
		return o.sendJSON(method, path, registration(), "Bearer "+app.token(scope))
	}
	for _, call := range calls {
		if got := try(call.method, call.path, call.scope); got.status != 403 || got.text("errorCode") != "E0000006" {
			t.Errorf("%s without a role: %d %s", call.method, got.status, got.body)
		}
	}
	o.admin("POST", "/oauth2/v1/clients/"+app.id+"/roles", doc{"type": "SUPER_ADMIN"})
	for _, call := range calls {
		for _, scope := range []string{"okta.clients.read", "okta.clients.register"} {
			if scope != call.scope {
				if got := try(call.method, call.path, scope); got.status != 403 || len(got.body) > 0 {
					t.Errorf("%s with %s: %d %s", call.method, scope, got.status, got.body)
				}
			}
		}
		if got := try(call.method, call.path, call.scope); got.status != call.status {
			t.Errorf("%s with %s: %d %s", call.method, call.scope, got.status, got.body)
		}
	}
}
