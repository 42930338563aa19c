package sandbox

import (
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// catalogApp is the body that makes an OIDC app from an entry of the catalog.
func catalogApp(name, label string) doc {
	return doc{"name": name, "label": label, "signOnMode": "OPENID_CONNECT",
		"credentials": doc{"oauthClient": doc{"token_endpoint_auth_method": "client_secret_basic", "pkce_required": false}},
		"settings":    doc{"oauthClient": doc{"application_type": "web", "grant_types": []string{"authorization_code"}, "response_types": []string{"code"}}}}
}

// TestCatalogApps: OIDC apps are made from entries of the catalog, as they were recorded.
func TestCatalogApps(t *testing.T) {
	o := newTestOrg(t)
	for sent, name := range map[string]string{"strongdm": "strongdm", "Applauz": "applauz", "any_name-9": "any_name-9"} {
		created := o.admin("POST", "/api/v1/apps?activate=true", catalogApp(sent, sent))
		path := "/api/v1/apps/" + created.text("id")
		for _, got := range []*answer{created, o.admin("GET", path, nil)} {
			if got.text("name") != name || got.text("status") != "ACTIVE" || got.at("settings.oauthClient") != nil || got.at("credentials.oauthClient") != nil ||
				got.at("credentials.signing.kid") == nil || got.at("universalLogout.status") != "UNSUPPORTED" || got.at("universalLogout.protocol") != nil ||
				got.at("visibility.appLinks."+name+"_link") != true || got.at("_links.help.type") != "text/html" || !strings.HasSuffix(got.text("orn"), ":apps:"+name+":"+created.text("id")) {
				t.Errorf("%s", got.body)
			}
		}
		changed := o.admin("GET", path, nil).doc
		changed["label"] = sent + " 2"
		if got := o.admin("PUT", path, changed); got.text("label") != sent+" 2" || got.text("name") != name {
			t.Errorf("%s", got.body)
		}
		if secrets := o.admin("GET", path+"/credentials/secrets", nil).list(t); len(secrets) != 1 {
			t.Errorf("%v", secrets)
		}
		changed["name"] = "oidc_client"
		o.refuses(o.call("PUT", path, changed), 400, "E0000001", "name: The field cannot be changed")
	}
	o.refuses(o.call("POST", "/api/v1/apps", catalogApp("not a name", "x")), 400, "E0000001", "name: ")
	o.refuses(o.call("POST", "/api/v1/apps", catalogApp("oidc_client", "x")), 400, "E0000001", "redirect_uris")
	again := o.reopened()
	if got := again.admin("GET", "/api/v1/apps?q=strongdm", nil).list(t); len(got) != 1 || got[0]["settings"].(doc)["oauthClient"] != nil {
		t.Errorf("%v", got)
	}
}

// TestCatalogTargets: a role is limited to any app of the catalog; the app in the org is then in
// the role's reach, and others are not.
func TestCatalogTargets(t *testing.T) {
	o := newTestOrg(t)
	strongdm := o.admin("POST", "/api/v1/apps", catalogApp("strongdm", "StrongDM")).text("id")
	other := o.admin("POST", "/api/v1/apps", webAppDoc(nil)).text("id")
	user, _ := o.newUser(testLogin)
	role := "/api/v1/users/" + user + "/roles/" + o.admin("POST", "/api/v1/users/"+user+"/roles", doc{"type": "APP_ADMIN"}).text("id") + "/targets/catalog/apps"
	labels := map[string]string{"strongdm": "StrongDM", "amazon_aws": "AWS Account Federation", "some_new-app2": "Some New App2"}
	for name := range labels {
		o.admin("PUT", role+"/"+name, nil)
	}
	for _, target := range o.admin("GET", role, nil).list(t) {
		name := target["name"].(string)
		if target["displayName"] != labels[name] {
			t.Errorf("%s has the label %v", name, target["displayName"])
		}
		delete(labels, name)
	}
	if len(labels) > 0 {
		t.Errorf("no targets: %v", labels)
	}
	for _, name := range []string{"No%20Name", "UPPER", "a.b", strings.Repeat("x", 101)} {
		o.refuses(o.call("PUT", role+"/"+name, nil), 404, "E0000007", "(AppMetadata)")
	}
	token := o.apiToken(user)
	for id, status := range map[string]int{strongdm: 200, other: 403} {
		if got := o.send("GET", "/api/v1/apps/"+id, "", "Authorization", "SSWS "+token); got.status != status {
			t.Errorf("%s: %d %s", id, got.status, got.body)
		}
	}
}

// TestAbsentFeatures: what the org does not have answers as at Okta, about objects that exist.
func TestAbsentFeatures(t *testing.T) {
	o := newTestOrg(t)
	app := "/api/v1/apps/" + o.admin("POST", "/api/v1/apps", webAppDoc(nil)).text("id")
	group := "/api/v1/groups/" + o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "g"}}).text("id")
	user := "/api/v1/users/" + o.admin("POST", "/api/v1/users", person(testLogin)).text("id")
	const feature = "You do not have permission to access the feature you are requesting"
	for _, call := range []string{"GET " + group + "/owners", "POST " + group + "/owners", "DELETE " + group + "/owners/00u1",
		"GET " + app + "/federated-claims", "GET " + app + "/group-push/mappings", "POST " + app + "/cwo/connections", "GET " + user + "/risk", "PUT " + user + "/classification"} {
		method, path, _ := strings.Cut(call, " ")
		got := o.call(method, path, nil)
		if got.status != 401 || got.text("errorCode") != "E0000015" || got.text("errorSummary") != feature {
			t.Errorf("%s: %d %s", call, got.status, got.body)
		}
	}
	o.refuses(o.call("GET", app+"/features", nil), 400, "E0000001", "Provisioning is not enabled for the app instance.")
	o.refuses(o.call("PUT", app+"/features/USER_PROVISIONING", doc{}), 400, "E0000001", "Provisioning is not enabled for the app instance.")
	o.refuses(o.call("GET", "/api/v1/groups/00g1/owners", nil), 404, "E0000007", "00g1")
	o.refuses(o.call("GET", "/api/v1/apps/0oa1/features", nil), 404, "E0000007", "0oa1")
}

// apiToken gives a user an API token.
func (o *testOrg) apiToken(userID string) string {
	token := "00" + state.RandomText(40)
	o.server.org.APITokens.Put(state.TokenHash(token), &state.APIToken{ID: state.NewID("00T"), Name: "test", UserID: userID, Created: o.clock()})
	return token
}
