package sandbox

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/oktaform/oktaform/internal/reference"
)

// TestAppsOfOtherSignOnModes makes the apps of Okta's OpenAPI document, and compares the answers
// with those that it shows.
func TestAppsOfOtherSignOnModes(t *testing.T) {
	text, err := reference.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Components struct {
			Examples map[string]struct{ Value yaml.Node }
		}
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	example := func(name string) (value doc) {
		node := document.Components.Examples[name].Value
		if err := node.Decode(&value); err != nil {
			t.Fatal(name, err)
		}
		return value
	}
	for request, answer := range map[string]string{
		"AutoLoginEx": "AutoLoginAppResponseEx", "BasicAuthEx": "BasicAuthResponseEx", "BookmarkEx": "BookmarkAppResponseEx",
		"BrowserPluginEx": "BrowserPluginResponseEx", "Saml2.0Ex": "Saml2.0ResponseEx", "SecurePasswordStoreEx": "SecurePasswordStoreResponseEx",
		"WSFederationEx": "WSFederationResponseEx",
	} {
		o := newTestOrg(t)
		app := o.admin("POST", "/api/v1/apps", example(request)).doc
		want := example(answer)
		for _, member := range []string{"label", "signOnMode", "status", "features", "accessibility"} {
			sameJSON(t, request+" "+member, app[member], want[member])
		}
		// The document names apps of the org's own in two ways.
		name, shown := app["name"].(string), want["name"].(string)
		if strings.Contains(name, "_") && !strings.HasSuffix(name, "_1") && name != shown {
			t.Errorf("%s: %s instead of %s", request, name, shown)
		}
		links := at(app, "visibility", "appLinks").(map[string]any)
		for link := range links {
			if wantLogin := at(want, "visibility", "appLinks", "login") != nil; wantLogin != (link == "login") || !wantLogin && link != name+"_link" {
				t.Errorf("%s: the link is %s", request, link)
			}
		}
		for _, part := range [][]string{{"settings", "app"}, {"settings", "signOn"}, {"credentials"}} {
			got, _ := at(app, part...).(map[string]any)
			documented, _ := at(want, part...).(map[string]any)
			for _, member := range slices.Sorted(maps.Keys(documented)) {
				if _, known := got[member]; !known && member != "realm" && member != "spIssuer" {
					t.Errorf("%s: %v has no %s", request, part, member)
				}
			}
		}
		id := app["id"].(string)
		again := o.admin("PUT", "/api/v1/apps/"+id, app).doc
		sameJSON(t, request+" after a PUT of what was shown", again["settings"], app["settings"])
		delete(again, "name")
		again["label"] = "Another"
		if changed := o.admin("PUT", "/api/v1/apps/"+id, again).doc; changed["name"] != name || changed["label"] != "Another" {
			t.Errorf("%s: %v %v", request, changed["name"], changed["label"])
		}
		again["name"] = "salesforce"
		o.refuses(o.call("PUT", "/api/v1/apps/"+id, again), 400, "E0000001", "name")
	}
}

// TestLabelsOfTheCatalog: apps of the catalog need no label, as Okta's SDKs make them in their
// tests.
func TestLabelsOfTheCatalog(t *testing.T) {
	o := newTestOrg(t)
	for label, app := range map[string]doc{
		"Bookmark App":            {"signOnMode": "BOOKMARK", "settings": doc{"app": doc{"url": "https://a.example"}}},
		"Template Basic Auth App": {"signOnMode": "BASIC_AUTH", "name": "template_basic_auth", "settings": doc{"app": doc{"url": "https://a.example", "authURL": "https://a.example"}}},
	} {
		if made := o.admin("POST", "/api/v1/apps", app).doc; made["label"] != label {
			t.Errorf("%s: %v", label, made["label"])
		} else if changed := o.admin("PUT", "/api/v1/apps/"+made["id"].(string), app).doc; changed["label"] != label {
			t.Errorf("%s: %v", label, changed["label"])
		}
	}
	signOn := doc{"signOn": doc{"loginUrl": "https://a.example"}}
	first := o.admin("POST", "/api/v1/apps", doc{"signOnMode": "AUTO_LOGIN", "label": "My App", "settings": signOn}).doc
	second := o.admin("POST", "/api/v1/apps", doc{"signOnMode": "AUTO_LOGIN", "label": "My app!", "settings": signOn}).doc
	if first["name"] != "org_myapp_1" || second["name"] != "org_myapp_2" {
		t.Error(first["name"], second["name"])
	}
	o.refuses(o.call("POST", "/api/v1/apps", doc{"signOnMode": "AUTO_LOGIN", "settings": signOn}), 400, "E0000001", "label: The field cannot be left blank")
	o.refuses(o.call("POST", "/api/v1/apps", doc{"signOnMode": "BASIC_AUTH", "settings": doc{"app": doc{"url": "https://a.example"}}}), 400, "E0000001", "authURL: The field cannot be left blank")
	o.refuses(o.call("POST", "/api/v1/apps", doc{"signOnMode": "MAGIC", "label": "a"}), 400, "E0000001", "signOnMode")
}

// at returns a member of nested documents.
func at(d any, path ...string) any {
	for _, key := range path {
		m, _ := d.(map[string]any)
		d = m[key]
	}
	return d
}

func sameJSON(t *testing.T, what string, got, want any) {
	t.Helper()
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if string(a) != string(b) {
		t.Errorf("%s: %s instead of %s", what, a, b)
	}
}
