package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
)

// refreshed is the answer to a refresh token.
func (o *signInOrg) refreshed(token string) *answer {
	o.t.Helper()
	form := o.app.codeForm("")
	form.Set("grant_type", "refresh_token")
	form.Set("refresh_token", token)
	return o.post("/oauth2/v1/token", form)
}

// active asks the introspection endpoint about a token.
func (o *signInOrg) active(token string) bool {
	o.t.Helper()
	form := o.app.codeForm("")
	form.Set("token", token)
	got := o.post("/oauth2/v1/introspect", form)
	if got.status != 200 {
		o.t.Fatalf("%d %s", got.status, got.body)
	}
	return got.doc["active"] == true
}

// wantTokens checks whether the tokens of an answer are good everywhere.
func (o *signInOrg) wantTokens(given *answer, good bool) {
	o.t.Helper()
	access, refresh := given.text("access_token"), given.text("refresh_token")
	if o.active(access) != good {
		o.t.Errorf("introspection says that the access token is active: %v", !good)
	}
	want := http.StatusUnauthorized
	if good {
		want = http.StatusOK
	}
	for _, path := range []string{"/oauth2/v1/userinfo", "/api/v1/users/me"} {
		if got := o.get(path, access); got.status != want {
			o.t.Errorf("%s: %d %s, want %d", path, got.status, got.body, want)
		}
	}
	if refresh == "" {
		return
	}
	if o.active(refresh) != good {
		o.t.Errorf("introspection says that the refresh token is active: %v", !good)
	}
	if got := o.refreshed(refresh); good && got.status != 200 {
		o.t.Errorf("%d %s", got.status, got.body)
	} else if !good {
		o.want(got, oauth.ErrRefreshToken)
	}
}

// everything is a scope with which tokens of all kinds are given.
const everything = "openid offline_access profile okta.users.read.self"

// TestRefreshTokensOfAppsAndUsers: the tokens of an app, and those of a user at an app, are listed,
// read and revoked, one and all; then neither they nor their access tokens are good.
func TestRefreshTokensOfAppsAndUsers(t *testing.T) {
	for _, base := range []string{"/api/v1/apps/{app}/tokens", "/api/v1/users/{user}/clients/{app}/tokens"} {
		for _, all := range []bool{false, true} {
			t.Run(base, func(t *testing.T) {
				o := newSignInOrg(t, nil, "okta.users.read.self")
				path := strings.NewReplacer("{app}", o.app.id, "{user}", o.userID).Replace(base)
				if got := o.admin("GET", path, nil); string(got.body) != "[]" {
					t.Errorf("%s", got.body)
				}
				first, second := o.tokens(everything), o.tokens(everything)
				without := o.tokens("openid okta.users.read.self")
				o.advance(time.Minute)
				listed := o.admin("GET", path+"?expand=scope", nil).list(t)
				if len(listed) != 2 {
					t.Fatalf("%d tokens", len(listed))
				}
				id := listed[0]["id"].(string)
				one := o.admin("GET", path+"/"+id, nil)
				if !strings.HasPrefix(id, "oar") || one.text("status") != "ACTIVE" || one.text("clientId") != o.app.id || one.text("userId") != o.userID || one.text("issuer") != o.url ||
					one.text("created") != "2026-11-23T12:00:00.000Z" || one.at("_links.self.href") != o.url+path+"/"+id || one.at("_links.revoke.href") != o.url+path+"/"+id {
					t.Errorf("%s", one.body)
				}
				if scopes, _ := listed[0]["_embedded"].(doc)["scopes"].([]any); len(scopes) != 4 {
					t.Errorf("%v", listed[0])
				}
				o.wantTokens(first, true)
				if all {
					o.admin("DELETE", path, nil)
				} else {
					o.admin("DELETE", path+"/"+id, nil)
					o.refuses(o.call("GET", path+"/"+id, nil), 404, "E0000007", id)
					o.refuses(o.call("DELETE", path+"/"+id, nil), 404, "E0000007", id)
				}
				o.wantTokens(first, false)
				o.wantTokens(second, !all)
				o.wantTokens(without, true)
				want := 1
				if all {
					want = 0
				}
				if listed := o.admin("GET", path, nil).list(t); len(listed) != want {
					t.Errorf("%d tokens are left", len(listed))
				}
				if events := o.admin("GET", "/api/v1/logs?filter=eventType+eq+%22app.oauth2.token.revoke%22", nil).list(t); len(events) != 2-want {
					t.Errorf("%d events of revoking", len(events))
				}
			})
		}
	}
}

// TestRefreshTokensAreOfTheirOwner: neither another user nor another app has them.
func TestRefreshTokensAreOfTheirOwner(t *testing.T) {
	o := newSignInOrg(t, nil, "okta.users.read.self")
	given := o.tokens(everything)
	other, _ := o.newUser("other@example.com")
	app := o.newWebApp(nil)
	for _, path := range []string{"/api/v1/users/" + other + "/clients/" + o.app.id, "/api/v1/users/" + o.userID + "/clients/" + app.id, "/api/v1/apps/" + app.id} {
		if listed := o.admin("GET", path+"/tokens", nil).list(t); len(listed) != 0 {
			t.Errorf("%s: %v", path, listed)
		}
		o.admin("DELETE", path+"/tokens", nil)
	}
	o.wantTokens(given, true)
	o.refuses(o.call("GET", "/api/v1/users/"+o.userID+"/clients/0oa1/tokens", nil), 404, "E0000007", "0oa1")
	o.refuses(o.call("GET", "/api/v1/users/00u1/clients/"+o.app.id+"/tokens", nil), 404, "E0000007", "00u1")
	clients := o.admin("GET", "/api/v1/users/"+o.userID+"/clients", nil).list(t)
	if len(clients) != 1 || clients[0]["client_id"] != o.app.id || clients[0]["client_name"] != "API explorer" {
		t.Errorf("%v", clients)
	}
	if clients := o.admin("GET", "/api/v1/users/"+other+"/clients", nil).list(t); len(clients) != 0 {
		t.Errorf("%v", clients)
	}
}

// TestUserGrants: who signs in to an app that asks for consent gives it; it is listed, read and
// revoked, one and all, and the tokens issued for it go with it.
func TestUserGrants(t *testing.T) {
	consents := func(request doc) {
		request["settings"].(doc)["oauthClient"].(doc)["consent_method"] = "REQUIRED"
	}
	for _, revoke := range []string{"/grants", "/grants/{grant}", "/clients/{app}/grants"} {
		t.Run(revoke, func(t *testing.T) {
			o := newSignInOrg(t, consents, "okta.users.read.self")
			params := o.app.authorizeParams(everything)
			silently := func() string {
				params.Set("sessionToken", o.sessionToken(testLogin, o.password))
				params.Set("prompt", "none")
				return o.returned(o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), "")).Get("error")
			}
			if got := silently(); got != "consent_required" {
				t.Errorf("without consent: %q", got)
			}
			params.Del("prompt")
			params.Set("sessionToken", o.sessionToken(testLogin, o.password))
			given := o.post("/oauth2/v1/token", o.app.codeForm(o.returned(o.send("GET", "/oauth2/v1/authorize?"+params.Encode(), "")).Get("code")))
			user := "/api/v1/users/" + o.userID
			grants := o.admin("GET", user+"/grants?expand=scope", nil).list(t)
			var scopes []string
			for _, g := range grants {
				scopes = append(scopes, g["scopeId"].(string))
			}
			slices.Sort(scopes)
			if !slices.Equal(scopes, []string{"offline_access", "profile"}) {
				t.Fatalf("%v", grants)
			}
			if got := o.admin("GET", user+"/grants?scopeId=profile", nil).list(t); len(got) != 1 {
				t.Errorf("%v", got)
			}
			if got := o.admin("GET", user+"/clients/"+o.app.id+"/grants", nil).list(t); len(got) != 2 {
				t.Errorf("%v", got)
			}
			id := grants[0]["id"].(string)
			one := o.admin("GET", user+"/grants/"+id, nil)
			if one.text("source") != "END_USER" || one.text("userId") != o.userID || one.text("clientId") != o.app.id || one.at("_links.self.href") != o.url+user+"/grants/"+id {
				t.Errorf("%s", one.body)
			}
			if got := silently(); got != "" {
				t.Errorf("with consent: %q", got)
			}
			o.wantTokens(given, true)
			o.admin("DELETE", user+strings.NewReplacer("{grant}", id, "{app}", o.app.id).Replace(revoke), nil)
			o.wantTokens(given, false)
			if got := silently(); got != "consent_required" {
				t.Errorf("after revocation: %q", got)
			}
			if revoke == "/grants/{grant}" {
				o.refuses(o.call("GET", user+"/grants/"+id, nil), 404, "E0000007", id)
			} else if got := o.admin("GET", user+"/grants", nil); string(got.body) != "[]" {
				t.Errorf("%s", got.body)
			}
		})
	}
}

// TestTokensEndForGood: what a deactivation ended stays useless after the activation that follows.
func TestTokensEndForGood(t *testing.T) {
	for name, moment := range map[string]func(o *signInOrg){
		"app": func(o *signInOrg) {
			o.admin("POST", "/api/v1/apps/"+o.app.id+"/lifecycle/deactivate", nil)
			o.admin("POST", "/api/v1/apps/"+o.app.id+"/lifecycle/activate", nil)
		},
		"user": func(o *signInOrg) {
			o.admin("POST", "/api/v1/users/"+o.userID+"/lifecycle/deactivate", nil)
			o.admin("POST", "/api/v1/users/"+o.userID+"/lifecycle/activate?sendEmail=false", nil)
			o.admin("POST", "/api/v1/users/"+o.userID, doc{"credentials": doc{"password": doc{"value": o.password}}})
			o.admin("POST", "/api/v1/apps/"+o.app.id+"/users", doc{"id": o.userID})
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newSignInOrg(t, nil, "okta.users.read.self")
			given := o.tokens(everything)
			code := o.code(everything)
			moment(o)
			o.wantTokens(given, false)
			o.want(o.post("/oauth2/v1/token", o.app.codeForm(code)), oauth.ErrCode)
			o.wantTokens(o.tokens(everything), true)
		})
	}
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	o.admin("POST", "/oauth2/v1/clients/"+app.id+"/roles", doc{"type": "READ_ONLY_ADMIN"})
	token := app.token("okta.users.read")
	o.admin("POST", "/api/v1/apps/"+app.id+"/lifecycle/deactivate", nil)
	o.admin("POST", "/api/v1/apps/"+app.id+"/lifecycle/activate", nil)
	if got := o.get("/api/v1/users", token); got.status != 401 {
		t.Errorf("a service app's token: %d %s", got.status, got.body)
	}
	if got := o.get("/api/v1/users", app.token("okta.users.read")); got.status != 200 {
		t.Errorf("a new token: %d %s", got.status, got.body)
	}
}

// TestAppLinks: the active apps of a user, of their own and through groups.
func TestAppLinks(t *testing.T) {
	o := newSignInOrg(t, nil)
	links := func() []doc { return o.admin("GET", "/api/v1/users/"+testLogin+"/appLinks", nil).list(t) }
	first := links()
	if len(first) != 1 || first[0]["appInstanceId"] != o.app.id || first[0]["label"] != "API explorer" || first[0]["appName"] != "oidc_client" || !strings.HasPrefix(first[0]["appAssignmentId"].(string), "0ua") {
		t.Errorf("%v", first)
	}
	second := o.newWebApp(func(request doc) { request["label"] = "Another" })
	group := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "g"}}).text("id")
	o.admin("PUT", "/api/v1/groups/"+group+"/users/"+o.userID, nil)
	o.admin("PUT", "/api/v1/apps/"+second.id+"/groups/"+group, doc{})
	if got := links(); len(got) != 2 || got[1]["appInstanceId"] != second.id || got[0]["appAssignmentId"] != first[0]["appAssignmentId"] {
		t.Errorf("%v", got)
	}
	o.admin("POST", "/api/v1/apps/"+o.app.id+"/lifecycle/deactivate", nil)
	if got := links(); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// TestKeyCredentials: an OIDC app has the key that signs its tokens; others are generated and
// cloned.
func TestKeyCredentials(t *testing.T) {
	o := newTestOrg(t)
	created := o.admin("POST", "/api/v1/apps", webAppDoc(nil))
	other := o.newWebApp(func(request doc) { request["label"] = "Other" })
	path := "/api/v1/apps/" + created.text("id") + "/credentials/keys"
	keys := o.admin("GET", path, nil).list(t)
	if len(keys) != 1 || keys[0]["kid"] != created.at("credentials.signing.kid") || keys[0]["n"] == "" || keys[0]["x5t#S256"] == "" {
		t.Errorf("%v", keys)
	}
	generated := o.admin("POST", path+"/generate?validityYears=3", nil)
	if generated.status != 201 || generated.text("expiresAt") != "2029-11-23T12:00:00.000Z" {
		t.Errorf("%d %s", generated.status, generated.body)
	}
	kid := generated.text("kid")
	if got := o.admin("GET", path+"/"+kid, nil); string(got.body) != string(generated.body) {
		t.Errorf("%s", got.body)
	}
	for _, years := range []string{"", "1", "11", "x"} {
		o.refuses(o.call("POST", path+"/generate?validityYears="+years, nil), 400, "E0000001", "Validity years out of range")
	}
	o.admin("POST", path+"/"+kid+"/clone?targetAid="+other.id, nil)
	o.refuses(o.call("POST", path+"/"+kid+"/clone?targetAid="+other.id, nil), 400, "E0000001", "Key already exists")
	o.refuses(o.call("GET", path+"/x", nil), 404, "E0000007", "x")
	if keys := o.admin("GET", "/api/v1/apps/"+other.id+"/credentials/keys", nil).list(t); len(keys) != 2 || keys[1]["kid"] != kid {
		t.Errorf("%v", keys)
	}
}

// TestTrailingSlash: a slash at the end of a path means nothing.
func TestTrailingSlash(t *testing.T) {
	o := newTestOrg(t)
	id := o.admin("POST", "/api/v1/users/", person(testLogin)).text("id")
	if got := o.admin("GET", "/api/v1/users/ada%40example.com/?x=1", nil); got.text("id") != id {
		t.Errorf("%s", got.body)
	}
	if got := o.admin("GET", "/api/v1/groups/?limit=1", nil).list(t); len(got) != 1 {
		t.Errorf("%v", got)
	}
	o.admin("POST", "/api/v1/users/"+id+"/lifecycle/deactivate/", nil)
	for _, path := range []string{"/oauth2/v1/keys/", "/.well-known/openid-configuration/"} {
		if got := o.send("GET", path, ""); got.status != 200 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	o.refuses(o.call("GET", "/", nil), 404, "E0000008", "")
	o.refuses(o.call("GET", "/nowhere/", nil), 404, "E0000008", "")
}

// TestAppDefaultsByGrants: members that an app shows only with what they are about.
func TestAppDefaultsByGrants(t *testing.T) {
	o := newTestOrg(t)
	for name, test := range map[string]struct {
		change func(settings doc)
		path   string
		want   any
	}{
		"STATIC rotation": {func(s doc) { s["refresh_token"] = doc{"rotation_type": "STATIC", "leeway": 10} }, "settings.oauthClient.refresh_token.leeway", nil},
		"its default":     {func(doc) {}, "settings.oauthClient.refresh_token.leeway", nil},
		"ROTATE rotation": {func(s doc) { s["refresh_token"] = doc{"rotation_type": "ROTATE", "leeway": 10} }, "settings.oauthClient.refresh_token.leeway", 10.0},
		"no CIBA":         {func(doc) {}, "settings.oauthClient.backchannel_token_delivery_mode", nil},
		"CIBA": {func(s doc) {
			s["grant_types"] = []string{"authorization_code", "urn:openid:params:grant-type:ciba"}
		}, "settings.oauthClient.backchannel_token_delivery_mode", "poll"},
	} {
		app := o.newWebApp(func(request doc) {
			request["label"] = name
			test.change(request["settings"].(doc)["oauthClient"].(doc))
		})
		if got := o.admin("GET", "/api/v1/apps/"+app.id, nil).at(test.path); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// TestRemovedAttributes: an attribute that is removed from the schema is gone from the users and
// groups that had it, and does not come back with it.
func TestRemovedAttributes(t *testing.T) {
	o := newTestOrg(t)
	schema := func(kind string, attribute any) {
		o.admin("POST", "/api/v1/meta/schemas/"+kind+"/default", doc{"definitions": doc{"custom": doc{"properties": doc{"badge": attribute}}}})
	}
	badge := doc{"title": "Badge", "type": "string"}
	schema("user", badge)
	schema("group", badge)
	sent := person(testLogin)
	sent["profile"].(doc)["badge"] = "7"
	user := "/api/v1/users/" + o.admin("POST", "/api/v1/users", sent).text("id")
	group := "/api/v1/groups/" + o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "g", "badge": "7"}}).text("id")
	for _, path := range []string{user, group} {
		if got := o.admin("GET", path, nil); got.at("profile.badge") != "7" {
			t.Fatalf("%s", got.body)
		}
	}
	schema("user", nil)
	schema("group", nil)
	for range 2 {
		for _, path := range []string{user, group} {
			if got := o.admin("GET", path, nil); got.at("profile.badge") != nil {
				t.Errorf("%s", got.body)
			}
		}
		o.admin("POST", user, doc{"profile": doc{"nickName": "A"}})
		schema("user", badge)
		schema("group", badge)
	}
}
