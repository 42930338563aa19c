package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
)

// TestBadTokens are the answers to calls without good credentials.
func TestBadTokens(t *testing.T) {
	o := newSignInOrg(t, nil, "okta.users.read")
	service := o.newServiceApp("okta.groups.read")
	good := service.token("okta.groups.read")
	own, err := NewSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	foreign := openTestOrg(t, Options{SigningKey: own})
	idToken := o.tokens("openid").text("id_token")
	for name, test := range map[string]struct {
		authorization string
		status        int
		code          string // in the body; empty: no body
		description   string // in WWW-Authenticate
	}{
		"none":              {"", 403, "E0000005", ""},
		"unknown SSWS":      {"SSWS 00x", 401, "E0000011", ""},
		"empty SSWS":        {"SSWS ", 401, "E0000011", ""},
		"another scheme":    {"Basic x", 401, "E0000011", ""},
		"not a JWT":         {"Bearer x", 401, "E0000011", oauth.ErrAccessToken.Description},
		"no token":          {"Bearer ", 401, "E0000011", oauth.ErrAccessTokenMissing.Description},
		"of another org":    {"Bearer " + foreign.newServiceApp("okta.groups.read").token("okta.groups.read"), 401, "E0000011", oauth.ErrAccessToken.Description},
		"an ID token":       {"Bearer " + idToken, 401, "E0000011", oauth.ErrAccessTokenAudience.Description},
		"without a role":    {"Bearer " + good, 403, "E0000006", ""},
		"without the scope": {"Bearer " + o.tokens("okta.users.read").text("access_token"), 403, "", oauth.ErrInsufficientScope.Description},
	} {
		t.Run(name, func(t *testing.T) {
			header := []string{"Authorization", test.authorization}
			if test.authorization == "" {
				header = nil
			}
			got := o.send("GET", "/api/v1/groups?limit=1", "", header...)
			challenge := got.header.Get("Www-Authenticate")
			if got.status != test.status || got.text("errorCode") != test.code || (test.code == "") != (len(got.body) == 0) {
				t.Errorf("%d %s", got.status, got.body)
			}
			realm := "http://" + strings.TrimPrefix(o.url, "http://")
			want := ""
			if test.description != "" {
				code := map[int]string{401: "invalid_token", 403: "insufficient_scope"}[test.status]
				if test.description == oauth.ErrAccessTokenMissing.Description {
					code = "invalid_request"
				}
				want = `Bearer authorization_uri="` + realm + `/oauth2/v1/authorize", realm="` + realm + `", scope="okta.groups.read", error="` +
					code + `", error_description="` + test.description + `", resource="/api/v1/groups"`
			}
			if challenge != want {
				t.Errorf("WWW-Authenticate: %s\nwant %s", challenge, want)
			}
		})
	}
}

func TestTokensEnd(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	o.admin("POST", "/oauth2/v1/clients/"+app.id+"/roles", doc{"type": "READ_ONLY_ADMIN"})
	token := app.token("okta.users.read")
	check := func(status int, description string) {
		t.Helper()
		got := o.get("/api/v1/users", token)
		if got.status != status || !strings.Contains(got.header.Get("Www-Authenticate"), description) {
			t.Errorf("%d %v", got.status, got.header)
		}
	}
	o.advance(time.Hour - time.Second)
	check(200, "")
	o.advance(time.Second)
	check(401, oauth.ErrAccessTokenExpired.Description)
	token = app.token("okta.users.read")
	o.admin("POST", "/api/v1/apps/"+app.id+"/lifecycle/deactivate", nil)
	check(401, oauth.ErrAccessTokenRevoked.Description)
	o.admin("DELETE", "/api/v1/apps/"+app.id, nil)
	check(401, oauth.ErrAccessTokenRevoked.Description)
}

// TestKeysOfGrantedApps: once an app has scopes, only a super admin changes
// its keys, by whichever call.
func TestKeysOfGrantedApps(t *testing.T) {
	o := newTestOrg(t)
	victim := o.newServiceApp()
	admin := o.newServiceApp(everyScope...)
	o.admin("POST", "/oauth2/v1/clients/"+admin.id+"/roles", doc{"type": "APP_ADMIN"})
	token := admin.token("okta.apps.manage")
	path := "/api/v1/apps/" + victim.id
	add := func(kid string) int {
		return o.operate("POST", path+"/credentials/jwks", newTestKey(t, kid).public(t), token).status
	}
	replace := func(change func(doc)) int {
		document := o.admin("GET", path, nil).doc
		change(document)
		return o.operate("PUT", path, document, token).status
	}
	other := newTestKey(t, "other").public(t)
	addKey := func(document doc) {
		jwks := jsondoc.Object(document, "settings", "oauthClient", "jwks")
		jwks["keys"] = append(jwks["keys"].([]any), other)
	}
	rename := func(document doc) { document["label"] = "renamed" }
	if got := add("early"); got != http.StatusCreated {
		t.Errorf("before a grant: %d", got)
	}
	o.grant(victim.id, "okta.users.read")
	if got := add("late"); got != http.StatusForbidden {
		t.Errorf("POST after a grant: %d", got)
	}
	if got := replace(addKey); got != http.StatusForbidden {
		t.Errorf("PUT of keys after a grant: %d", got)
	}
	if got := replace(rename); got != http.StatusOK {
		t.Errorf("PUT of a label: %d", got)
	}
}

// TestWholeAppsKeepCredentials: what the routes of credentials refuse, a PUT of the whole
// app doesn't do either, and its answer shows no secret to who may not read it.
func TestWholeAppsKeepCredentials(t *testing.T) {
	o := newTestOrg(t)
	app := func(kind, grant, response string) string {
		return o.admin("POST", "/api/v1/apps", doc{"name": "oidc_client", "label": kind, "signOnMode": "OPENID_CONNECT",
			"credentials": doc{"oauthClient": doc{"token_endpoint_auth_method": "client_secret_basic"}},
			"settings": doc{"oauthClient": doc{"application_type": kind, "grant_types": []any{grant}, "response_types": []any{response},
				"redirect_uris": []any{"https://a.example.com/cb"}}}}).text("id")
	}
	apps := map[string]string{
		"keys": o.newServiceApp().id, "role": o.newServiceApp().id,
		"secret": app("service", "client_credentials", "token"), "web": app("web", "authorization_code", "code"),
	}
	for _, name := range []string{"keys", "secret", "web"} {
		o.grant(apps[name], "okta.users.read")
	}
	o.admin("POST", "/oauth2/v1/clients/"+apps["role"]+"/roles", doc{"type": "SUPER_ADMIN"})
	login := func(d doc) doc { return jsondoc.Object(d, "credentials", "oauthClient") }
	settings := func(d doc) doc { return jsondoc.Object(d, "settings", "oauthClient") }
	method := func(name string) func(doc) {
		return func(d doc) { login(d)["token_endpoint_auth_method"] = name }
	}
	secret := func(d doc) { login(d)["client_secret"] = "a-secret-of-another" }
	for _, role := range []string{"APP_ADMIN", "ORG_ADMIN", "API_ACCESS_MANAGEMENT_ADMIN"} {
		admin := o.newServiceApp(everyScope...)
		o.admin("POST", "/oauth2/v1/clients/"+admin.id+"/roles", doc{"type": role})
		token := admin.token("okta.apps.manage")
		for _, test := range []struct {
			app, what string
			change    func(doc)
			want      int
		}{
			{"secret", "another secret", secret, http.StatusForbidden},
			{"secret", "another way", method("client_secret_post"), http.StatusForbidden},
			{"secret", "a key", func(d doc) { settings(d)["jwks"] = doc{"keys": []any{newTestKey(t, "k").public(t)}} }, http.StatusForbidden},
			{"secret", "keys elsewhere", func(d doc) { settings(d)["jwks_uri"] = "https://evil.example.com/keys" }, http.StatusForbidden},
			{"keys", "a secret for a key", method("client_secret_basic"), http.StatusForbidden},
			{"keys", "one's own for a key", func(d doc) { method("client_secret_basic")(d); secret(d) }, http.StatusForbidden},
			{"role", "a secret for a key", method("client_secret_basic"), http.StatusForbidden},
			{"keys", "no name of the way", func(d doc) { delete(login(d), "token_endpoint_auth_method"); secret(d) }, http.StatusForbidden},
			{"secret", "a label", func(d doc) { d["label"] = "Renamed" }, http.StatusOK},
			{"keys", "a label", func(d doc) { d["label"] = "Renamed too" }, http.StatusOK},
			{"web", "another secret", func(d doc) { login(d)["client_secret"] = "a-secret-set-by-" + role }, http.StatusOK}, // as its own route allows
		} {
			path := "/api/v1/apps/" + apps[test.app]
			secrets := func() string { return string(o.admin("GET", path+"/credentials/secrets", nil).body) }
			before := secrets()
			document := o.admin("GET", path, nil).doc
			test.change(document)
			got := o.operate("PUT", path, document, token)
			if got.status != test.want {
				t.Errorf("%s, %s of %s: %d %s", role, test.what, test.app, got.status, got.body)
			}
			if test.app == "web" {
				continue
			}
			if strings.Contains(string(got.body), "client_secret\":") {
				t.Errorf("%s, %s of %s: the answer shows the secret", role, test.what, test.app)
			}
			if secrets() != before {
				t.Errorf("%s, %s of %s: the secrets have changed", role, test.what, test.app)
			}
		}
	}
}

// TestTokensForOthers are signed by the org's own key and yet aren't access
// tokens of the org.
func TestTokensForOthers(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	good := doc{"jti": "AT.x", "iss": o.url, "aud": o.url, "sub": app.id, "cid": app.id, "scp": []string{"okta.users.read"}, "exp": o.clock().Unix() + 60}
	for name, test := range map[string]struct {
		changes doc
		want    *oauth.Error
	}{
		"good":                        {nil, nil},
		"other audience":              {doc{"aud": "https://api.example"}, oauth.ErrAccessTokenAudience},
		"custom authorization server": {doc{"iss": o.url + "/oauth2/default"}, oauth.ErrAccessTokenIssuer},
		"not an access token":         {doc{"jti": "ID.x"}, oauth.ErrAccessTokenAudience},
		"without exp":                 {doc{"exp": "x"}, oauth.ErrAccessTokenExpired},
		"unknown client":              {doc{"cid": "0oa1"}, oauth.ErrAccessTokenRevoked},
	} {
		payload := doc{}
		for name, value := range good {
			payload[name] = value
		}
		for name, value := range test.changes {
			payload[name] = value
		}
		raw, _ := json.Marshal(payload)
		token, err := oauth.Sign(o.server.org, raw)
		if err != nil {
			t.Fatal(err)
		}
		_, err = oauth.ReadAccess(o.server.org, token, o.clock())
		if test.want == nil && err != nil || test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
