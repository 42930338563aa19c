package apps

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

const openIDConnect = "OPENID_CONNECT"

// signOnMode is how the users of an app without OAuth sign in. Nobody can sign in to such apps
// here: they exist so that lists, assignments and role targets have what an org has.
type signOnMode struct {
	template string         // the catalog's name of apps that are made without a name; "": the org makes one of the label
	password bool           // whether Okta keeps the password of each user
	signs    bool           // whether Okta signs what it sends to the app
	needs    []string       // required members of the settings of such an app, or of one that the org names
	app      map[string]any // the defaults of settings.app
	signOn   map[string]any // the defaults of settings.signOn
}

// signOnModes are the modes besides OPENID_CONNECT, with what Okta's OpenAPI document requires of
// them, and what its answers to the examples of POST /api/v1/apps add.
var signOnModes = map[string]signOnMode{
	"AUTO_LOGIN": {password: true, needs: []string{"signOn.loginUrl"}},
	"BASIC_AUTH": {template: "template_basic_auth", password: true, needs: []string{"app.authURL", "app.url"},
		app: map[string]any{"loginUrlRegex": nil}},
	"BOOKMARK": {template: "bookmark", needs: []string{"app.url"}, app: map[string]any{"requestIntegration": false}},
	"BROWSER_PLUGIN": {template: "template_swa", password: true,
		app: map[string]any{"loginUrlRegex": nil, "redirectUrl": nil, "checkbox": nil}},
	"SAML_1_1": {signs: true},
	"SAML_2_0": {signs: true, needs: []string{"signOn.assertionSigned", "signOn.honorForceAuthn", "signOn.responseSigned"},
		signOn: map[string]any{"requestCompressed": false, "allowMultipleAcsEndpoints": false, "acsEndpoints": []any{},
			"samlSignedRequestEnabled": false, "attributeStatements": []any{}, "inlineHooks": []any{}}},
	"SECURE_PASSWORD_STORE": {template: "template_sps", password: true, needs: []string{"app.passwordField", "app.url", "app.usernameField"}},
	"WS_FEDERATION": {template: "template_wsfed", signs: true,
		needs: []string{"app.audienceRestriction", "app.authnContextClassRef", "app.groupValueFormat", "app.nameIDFormat", "app.siteURL", "app.usernameAttribute", "app.wReplyURL"},
		app: map[string]any{"groupFilter": nil, "wReplyOverride": false, "digestAlgorithm": "SHA1", "signatureAlgorithm": "RSA_SHA1",
			"groupName": "http://schemas.microsoft.com/ws/2008/06/identity/claims/role", "attributeStatements": nil}},
}

// isMadeHere reports whether apps of that sign-on mode can be made in the sandbox.
func isMadeHere(mode string) bool {
	_, known := signOnModes[mode]
	return known || mode == openIDConnect
}

// fillLabel gives an app of the catalog that is sent without a label that of its entry.
func fillLabel(a *state.App, doc map[string]any, mode string) {
	if mode == openIDConnect || jsondoc.Text(doc, "label") != "" {
		return
	}
	name := jsondoc.Text(doc, "name")
	fallback(&name, a.Name())
	fallback(&name, signOnModes[mode].template)
	if label := state.CatalogEntry(name).DisplayName; label != "" && !strings.HasPrefix(name, ownNames) {
		doc["label"] = label
	}
}

// fillSignOn completes an app without OAuth.
func fillSignOn(c *web.Call, a *state.App, doc map[string]any) error {
	mode := signOnModes[jsondoc.Text(doc, "signOnMode")]
	name, link := strings.ToLower(jsondoc.Text(doc, "name")), "login"
	fallback(&name, a.Name())
	fallback(&name, mode.template)
	if name == "" {
		name = ownName(c, jsondoc.Text(doc, "label"))
	}
	own := strings.HasPrefix(name, ownNames)
	switch {
	case state.CatalogEntry(name).Name == "":
		return web.Invalid("name", "name: '"+name+"' is not a valid app name.") // wording by inference
	case a.Name() != "" && name != a.Name():
		return web.Invalid("name", "name: The field cannot be changed")
	case own:
		link = name + "_link"
	}
	doc["name"] = name
	settings := jsondoc.Object(doc, "settings")
	if own || name == mode.template {
		if err := mode.complete(settings); err != nil {
			return err
		}
	}
	settings["app"] = jsondoc.Filled(jsondoc.Object(settings, "app"), mode.app)
	fillVisibility(doc, link)
	credentials := jsondoc.Object(doc, "credentials")
	delete(credentials, "userName")
	if _, sent := credentials["password"]; sent {
		credentials["password"] = map[string]any{} // Okta only shows that there is a password
	}
	if mode.password {
		credentials = jsondoc.Filled(credentials, map[string]any{"scheme": "EDIT_USERNAME_AND_PASSWORD", "revealPassword": false})
	}
	credentials["signing"] = map[string]any{} // see appView
	doc["credentials"] = credentials
	a.Doc = doc
	return nil
}

// complete checks the settings of an app of this mode, and adds the defaults of its sign-on.
func (m *signOnMode) complete(settings map[string]any) error {
	var bad web.Violations
	for _, member := range m.needs {
		part, name, _ := strings.Cut(member, ".")
		if value := jsondoc.Object(settings, part)[name]; value == nil || value == "" {
			bad.Add(name, "The field cannot be left blank")
		}
	}
	if signOn := jsondoc.Object(settings, "signOn"); signOn != nil {
		settings["signOn"] = jsondoc.Filled(signOn, m.signOn)
	}
	return bad.Err()
}

// ownNames is the beginning of the names that an org gives to apps of its own.
const ownNames = "org_"

// ownName returns the name that an org gives to an app of its own, by the example of SAML_2_0 in
// Okta's OpenAPI document: testorgone_examplecustomsaml20app_1.
func ownName(c *web.Call, label string) string {
	plain := strings.Map(func(r rune) rune {
		if r = unicode.ToLower(r); r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, label)
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s%.80s_%d", ownNames, plain, n)
		if c.Org.Apps.Find(func(a *state.App) bool { return a.Name() == name }) == nil {
			return name
		}
	}
}
