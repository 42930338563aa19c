package sandbox

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestAppValidation(t *testing.T) {
	o := newTestOrg(t)
	small := doc{"kty": "RSA", "e": "AQAB", "n": strings.Repeat("q", 172), "kid": "small"}
	taken := webAppDoc(func(_, _, c doc) { c["client_id"] = "taken-client-id" })
	o.admin("POST", "/api/v1/apps", taken)
	for _, test := range []struct {
		name   string
		change func(app, settings, credentials doc)
		code   string
		cause  string
	}{
		{"no label", func(a, _, _ doc) { delete(a, "label") }, "E0000001", "label: The field cannot be left blank"},
		{"long label", func(a, _, _ doc) { a["label"] = strings.Repeat("ä", 101) }, "E0000001", "label: The field is too long"},
		{"no sign-on mode", func(a, _, _ doc) { delete(a, "signOnMode") }, "E0000001", "signOnMode"},
		{"label of a wrong type in settings", func(_, s, _ doc) { s["grant_types"] = "authorization_code" }, "E0000003", ""},
		{"profile that is no object", func(a, _, _ doc) { a["profile"] = "x" }, "E0000003", ""},
		{"unknown type", func(_, s, _ doc) { s["application_type"] = "mobile" }, "E0000001", "application_type"},
		{"no grants", func(_, s, _ doc) { delete(s, "grant_types") }, "E0000001", "grant_types: 'grant_types' is a required property for this client."},
		{"unknown grant", func(_, s, _ doc) { s["grant_types"] = []any{"authorization_code", "magic"} }, "E0000001", "'magic'"},
		{"grant of another type", func(_, s, _ doc) { s["grant_types"] = []any{"authorization_code", "password"} }, "E0000001", "'password' is not allowed"},
		{"web without authorization_code", func(_, s, _ doc) {
			s["grant_types"] = []any{"client_credentials"}
			s["response_types"] = []any{"token"}
		}, "E0000001", "'authorization_code' is required"},
		{"response type without its grant", func(_, s, _ doc) { s["response_types"] = []any{"code", "id_token"} }, "E0000001", "response_types"},
		{"grant without its response type", func(_, s, _ doc) { s["response_types"] = []any{"token"} }, "E0000001", "response_types"},
		{"no redirect URI", func(_, s, _ doc) { delete(s, "redirect_uris") }, "E0000001", "redirect_uris: 'redirect_uris' is a required property for this client."},
		{"relative redirect URI", func(_, s, _ doc) { s["redirect_uris"] = []any{"/callback"} }, "E0000001", "redirect_uris"},
		{"redirect URI with a fragment", func(_, s, _ doc) { s["redirect_uris"] = []any{"https://a.example/#x"} }, "E0000001", "redirect_uris"},
		{"wildcard that is not enabled", func(_, s, _ doc) { s["redirect_uris"] = []any{"https://*.a.example/"} }, "E0000001", "redirect_uris"},
		{"wildcard in the wrong place", func(_, s, _ doc) {
			s["redirect_uris"] = []any{"https://a.*.example/"}
			s["wildcard_redirect"] = "SUBDOMAIN"
		}, "E0000001", "redirect_uris"},
		{"none without PKCE", func(_, _, c doc) { c["token_endpoint_auth_method"] = "none"; c["pkce_required"] = false }, "E0000001",
			"pkce_required: ''pkce_required'' must be set to true when ''token_endpoint_auth_method'' is ''none''"},
		{"private_key_jwt without keys", func(_, _, c doc) { c["token_endpoint_auth_method"] = "private_key_jwt" }, "E0000001", "jwks"},
		{"short secret", func(_, _, c doc) { c["client_secret"] = "short" }, "E0000001", "client_secret: 'client_secret' must be at least '14' characters long."},
		{"short secret for client_secret_jwt", func(_, _, c doc) {
			c["client_secret"], c["token_endpoint_auth_method"] = strings.Repeat("x", 31), "client_secret_jwt"
		}, "E0000001", "client_secret: 'client_secret' must be at least '32' characters long."},
		{"long secret", func(_, _, c doc) { c["client_secret"] = strings.Repeat("x", 101) }, "E0000001", "client_secret: 'client_secret' can't be more than '100' characters long."},
		{"secret that isn't ASCII", func(_, _, c doc) { c["client_secret"] = strings.Repeat("ä", 20) }, "E0000001", "client_secret: ''client_secret'' must only contain printable ASCII: [x20-x7E]+"},
		{"secret for private_key_jwt", func(_, s, c doc) {
			c["client_secret"], c["token_endpoint_auth_method"] = strings.Repeat("x", 20), "private_key_jwt"
			s["jwks_uri"] = "https://a.example/jwks"
		}, "E0000001", "'client_secret' can't be used when 'token_endpoint_auth_method' is 'private_key_jwt'."},
		{"client_id that is taken", func(_, _, c doc) { c["client_id"] = "taken-client-id" }, "E0000001", "client_id: An object with this field already exists"},
		{"client_id with a space", func(_, _, c doc) { c["client_id"] = "two words" }, "E0000001", "client_id"},
		{"small key", func(_, s, _ doc) { s["jwks"] = doc{"keys": []any{small}} }, "E0000001", "RSA key length in the 'jwks' is less than '2,048' bits for the given key."},
		{"keys and URI", func(_, s, _ doc) {
			s["jwks"], s["jwks_uri"] = doc{"keys": []any{newTestKey(t, "a").public(t)}}, "https://a.example/jwks"
		}, "E0000001", "jwks"},
		{"two keys of one kid", func(_, s, _ doc) {
			s["jwks"] = doc{"keys": []any{newTestKey(t, "a").public(t), newTestKey(t, "a").public(t)}}
		},
			"E0000001", "All keys in the 'jwks' must have a unique `kid`."},
		{"leeway", func(_, s, _ doc) { s["refresh_token"] = doc{"rotation_type": "ROTATE", "leeway": 61} }, "E0000001", "leeway"},
		{"login mode without its URI", func(_, s, _ doc) { s["idp_initiated_login"] = doc{"mode": "SPEC"} }, "E0000001", "initiate_login_uri"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o.t = t
			o.refuses(o.call("POST", "/api/v1/apps", webAppDoc(test.change)), 400, test.code, test.cause)
		})
	}
}

func TestAppLifecycle(t *testing.T) {
	o := newTestOrg(t)
	id := o.admin("POST", "/api/v1/apps?activate=false", webAppDoc(nil)).text("id")
	path := "/api/v1/apps/" + id
	if got := o.admin("GET", path, nil); got.text("status") != "INACTIVE" || got.at("_links.activate") == nil || got.at("_links.deactivate") != nil {
		t.Errorf("%s", got.body)
	}
	for range 2 { // the second time changes nothing and is no error
		if got := o.admin("POST", path+"/lifecycle/activate", nil); string(got.body) != "{}" {
			t.Errorf("activate answers %s", got.body)
		}
	}
	o.refuses(o.call("DELETE", path, nil), 403, "E0000056", "Delete application forbidden.")
	o.admin("POST", path+"/lifecycle/deactivate", nil)
	if got := o.admin("DELETE", path, nil); got.status != 204 {
		t.Errorf("delete answers %d", got.status)
	}
	o.refuses(o.call("GET", path, nil), 404, "E0000007", "(AppInstance)")
}

func TestSecretIsShownByPostAndPutAlone(t *testing.T) {
	o := newTestOrg(t)
	created := o.admin("POST", "/api/v1/apps", webAppDoc(nil))
	secret, path := created.at("credentials.oauthClient.client_secret"), "/api/v1/apps/"+created.text("id")
	if text, _ := secret.(string); len(text) != 64 {
		t.Errorf("a generated secret of %d characters", len(text))
	}
	for _, got := range []*answer{o.admin("GET", path, nil), o.admin("GET", "/api/v1/apps", nil)} {
		if strings.Contains(string(got.body), "client_secret\"") {
			t.Errorf("a read shows the secret")
		}
	}
	for _, sent := range []doc{
		webAppDoc(nil),
		webAppDoc(func(_, _, c doc) { c["client_secret"] = "" }),
	} {
		if got := o.admin("PUT", path, sent); got.at("credentials.oauthClient.client_secret") != secret {
			t.Errorf("PUT doesn't keep and show the secret")
		}
	}
	chosen := strings.Repeat("s", 20)
	o.admin("PUT", path, webAppDoc(func(_, _, c doc) { c["client_secret"] = chosen }))
	if got := o.admin("GET", path+"/credentials/secrets", nil).list(t); len(got) != 1 || got[0]["client_secret"] != chosen {
		t.Errorf("%d secrets after one was chosen", len(got))
	}
}

func TestReplaceResetsWhatIsLeftOut(t *testing.T) {
	o := newTestOrg(t)
	full := webAppDoc(func(a, s, _ doc) {
		a["profile"], a["unknownMember"] = doc{"deep": doc{"list": []any{"x"}}}, doc{"kept": true}
		a["visibility"] = doc{"hide": doc{"iOS": true, "web": true}}
		s["post_logout_redirect_uris"], s["tos_uri"] = []any{"https://a.example/out"}, "https://a.example/tos"
		s["consent_method"], s["unknown_setting"] = "REQUIRED", "kept"
	})
	created := o.admin("POST", "/api/v1/apps", full)
	path := "/api/v1/apps/" + created.text("id")
	if created.at("unknownMember.kept") != true || created.at("settings.oauthClient.unknown_setting") != "kept" || created.at("profile.deep") == nil {
		t.Errorf("unknown members are lost: %s", created.body)
	}
	o.admin("PUT", path, webAppDoc(nil))
	got := o.admin("GET", path, nil)
	for name, want := range map[string]any{
		"profile": nil, "unknownMember": nil, "visibility.hide.web": false, "settings.oauthClient.tos_uri": nil,
		"settings.oauthClient.consent_method": "TRUSTED", "settings.oauthClient.post_logout_redirect_uris": nil,
		"status": "ACTIVE", "credentials.oauthClient.client_id": created.text("id"),
	} {
		if got.at(name) != want {
			t.Errorf("%s is %v, want %v", name, got.at(name), want)
		}
	}
	o.refuses(o.call("PUT", path, webAppDoc(func(_, s, _ doc) { s["application_type"] = "native" })), 400, "E0000001", "application_type")
	partial := o.admin("PUT", path, webAppDoc(func(a, _, _ doc) {
		a["settings"].(doc)["notifications"] = doc{"vpn": doc{"network": doc{"connection": "DISABLED"}}}
	}))
	vpn, _ := partial.at("settings.notifications.vpn").(map[string]any)
	for _, name := range []string{"message", "helpUrl"} {
		if value, shown := vpn[name]; !shown || value != nil {
			t.Errorf("the notification left %s out, and it is answered with %v", name, vpn)
		}
	}
}

func TestKeysKeepTheirIdentity(t *testing.T) {
	o := newTestOrg(t)
	sent := serviceAppDoc(t, "k1", "k2")
	created := o.admin("POST", "/api/v1/apps", sent)
	path := "/api/v1/apps/" + created.text("id")
	ids := func(a *answer) (all []string) {
		keys, _ := a.at("settings.oauthClient.jwks.keys").([]any)
		for _, key := range keys {
			all = append(all, member(key, "id").(string))
		}
		return all
	}
	before := ids(created)
	if after := ids(o.admin("PUT", path, sent)); strings.Join(before, " ") != strings.Join(after, " ") {
		t.Errorf("the ids %v became %v", before, after)
	}
	keys := path + "/credentials/jwks"
	added := o.admin("POST", keys, newTestKey(t, "k3").public(t))
	if added.status != 201 || added.at("_links.deactivate") == nil {
		t.Errorf("%d %s", added.status, added.body)
	}
	o.refuses(o.call("POST", keys, newTestKey(t, "k3").public(t)), 400, "E0000001", "unique `kid`")
	third := keys + "/" + added.text("id")
	o.refuses(o.call("DELETE", third, nil), 400, "E0000001", "You can't delete an active JSON Web Key.")
	o.admin("POST", third+"/lifecycle/deactivate", nil)
	o.admin("POST", third+"/lifecycle/activate", nil)
	o.admin("POST", third+"/lifecycle/deactivate", nil)
	o.admin("POST", keys+"/"+before[0]+"/lifecycle/deactivate", nil)
	o.refuses(o.call("POST", keys+"/"+before[1]+"/lifecycle/deactivate", nil), 400, "E0000001", "Can't deactivate the only active JSON Web Key")
	o.admin("DELETE", third, nil)
	if list := o.admin("GET", keys, nil); len(list.at("keys").([]any)) != 2 {
		t.Errorf("%s", list.body)
	}
	if strings.Contains(string(o.admin("GET", path, nil).body), `"d":`) {
		t.Error("a private member is kept")
	}
}

func TestSecretsAreTwoAtMost(t *testing.T) {
	o := newTestOrg(t)
	secrets := "/api/v1/apps/" + o.admin("POST", "/api/v1/apps", webAppDoc(nil)).text("id") + "/credentials/secrets"
	first := secrets + "/" + o.admin("GET", secrets, nil).list(t)[0]["id"].(string)
	o.refuses(o.call("POST", first+"/lifecycle/deactivate", nil), 400, "E0000001", "You can't deactivate the only active client secret.")
	if got := o.admin("POST", secrets, doc{}); got.status != 201 {
		t.Errorf("%d", got.status)
	}
	o.refuses(o.call("POST", secrets, doc{}), 400, "E0000001", "You've reached the maximum number of client secrets per client.")
	o.refuses(o.call("DELETE", first, nil), 400, "E0000001", "You can't delete an active client secret.")
	o.admin("POST", first+"/lifecycle/deactivate", nil)
	o.admin("DELETE", first, nil)
	service := "/api/v1/apps/" + o.admin("POST", "/api/v1/apps", serviceAppDoc(t, "k")).text("id") + "/credentials/secrets"
	o.refuses(o.call("POST", service, doc{}), 400, "E0000001", "'client_secret' can't be used when")
}

func TestGrants(t *testing.T) {
	o := newTestOrg(t)
	grants := "/api/v1/apps/" + o.admin("POST", "/api/v1/apps", serviceAppDoc(t, "k")).text("id") + "/grants"
	sent := doc{"issuer": o.url, "scopeId": "okta.users.read"}
	created := o.admin("POST", grants, sent)
	again := o.admin("POST", grants, sent)
	if created.status != 200 || again.status != 200 || created.text("id") != again.text("id") {
		t.Errorf("%d, then %d; %s, then %s", created.status, again.status, created.text("id"), again.text("id"))
	}
	o.refuses(o.call("POST", grants, doc{"issuer": o.url, "scopeId": "okta.users.readd"}), 400, "E0000001", "scopeId")
	o.refuses(o.call("POST", grants, doc{"issuer": o.url + "/", "scopeId": "okta.users.read"}), 400, "E0000001", "issuer")
	o.refuses(o.call("POST", grants, doc{"issuer": o.url + "/oauth2/default", "scopeId": "okta.users.read"}), 400, "E0000001", "issuer")
	list := o.admin("GET", grants+"?expand=scope", nil).list(t)
	if len(list) != 1 || member(member(list[0]["_embedded"], "scope"), "id") != "okta.users.read" {
		t.Errorf("%v", list)
	}
	o.admin("DELETE", grants+"/"+created.text("id"), nil)
	o.refuses(o.call("GET", grants+"/"+created.text("id"), nil), 404, "E0000007", "")
}

func TestNewServiceAppsAsSuperAdmins(t *testing.T) {
	o := openTestOrg(t, Options{PublicClientAppAdmins: true})
	roles := "/oauth2/v1/clients/" + o.admin("POST", "/api/v1/apps", serviceAppDoc(t, "k")).text("id") + "/roles"
	if got := o.admin("GET", roles, nil).list(t); len(got) != 1 || got[0]["type"] != "SUPER_ADMIN" {
		t.Errorf("%v", got)
	}
	web := "/oauth2/v1/clients/" + o.admin("POST", "/api/v1/apps", webAppDoc(nil)).text("id") + "/roles"
	if got := o.admin("GET", web, nil).list(t); len(got) != 0 {
		t.Errorf("%v", got)
	}
	o.refuses(o.call("POST", web, doc{"type": "READ_ONLY_ADMIN"}), 400, "E0000227", "")
}

func TestAppLists(t *testing.T) {
	o := newTestOrg(t)
	one := o.admin("POST", "/api/v1/apps", webAppDoc(func(a, _, _ doc) { a["label"] = "Alpha" })).text("id")
	o.admin("POST", "/api/v1/apps?activate=false", webAppDoc(func(a, _, _ doc) { a["label"] = "Beta" }))
	group := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "g"}}).text("id")
	o.admin("PUT", "/api/v1/apps/"+one+"/groups/"+group, json.RawMessage("null"))
	for query, want := range map[string]int{
		"": 2, "?q=alp": 1, "?q=oidc_client": 2, "?q=lpha": 0, "?filter=status+eq+%22ACTIVE%22": 1,
		"?filter=name+eq+%22oidc_client%22": 2, "?filter=group.id+eq+%22" + group + "%22": 1, "?filter=id+eq+%22" + one + "%22": 1,
	} {
		if got := o.admin("GET", "/api/v1/apps"+query, nil).list(t); len(got) != want {
			t.Errorf("%s gives %d apps, want %d", query, len(got), want)
		}
	}
	o.refuses(o.call("GET", "/api/v1/apps?filter=secret+eq+%22x%22", nil), 400, "E0000031", "")
}
