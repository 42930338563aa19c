package apps

import (
	"maps"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// fillApp checks the document of a POST or PUT, completes it with Okta's defaults, and makes it the
// app's document, including unknown members. A PUT replaces everything except what is fixed at
// creation, such as the client secret. If fillApp returns an error, the app is unchanged.
func fillApp(c *web.Call, a *state.App, sent map[string]any) error {
	doc := maps.Clone(sent)
	for _, derived := range []string{"id", "orn", "status", "created", "lastUpdated", "_links", "_embedded"} {
		delete(doc, derived)
	}
	mode, sentMode := doc["signOnMode"].(string)
	fillLabel(a, doc, mode)
	var bad web.Violations
	bad.Label(doc)
	switch {
	case !sentMode:
		bad.Add("signOnMode", "The field cannot be left blank")
	case !isMadeHere(mode):
		bad.Add("signOnMode", "The sign-on mode '"+mode+"' is not supported by this org.")
	case a.Doc != nil && mode != jsondoc.Text(a.Doc, "signOnMode"):
		bad.Add("signOnMode", "The field cannot be changed")
	}
	if profile, sent := doc["profile"]; sent && profile != nil {
		if _, isObject := profile.(map[string]any); !isObject {
			return web.Malformed()
		}
	}
	if doc["profile"] == nil {
		delete(doc, "profile")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	fillTop(doc)
	if mode != openIDConnect {
		return fillSignOn(c, a, doc)
	}
	if err := fillName(a, doc); err != nil {
		return err
	}
	if jsondoc.Text(doc, "name") != state.OIDCClientName {
		fillFromCatalog(a, doc)
	}
	fillVisibility(doc, jsondoc.Text(doc, "name")+"_link")
	return fillClient(c, a, doc)
}

// fillName sets the name of an OIDC app: that of a catalog entry, whose case does not matter, or
// that of all others. It cannot be changed.
func fillName(a *state.App, doc map[string]any) error {
	name := strings.ToLower(jsondoc.Text(doc, "name"))
	if name == "" {
		name = a.Name()
	}
	fallback(&name, state.OIDCClientName)
	switch {
	case state.CatalogEntry(name).Name == "":
		return web.Invalid("name", "name: '"+name+"' is not a valid app name.") // wording by inference
	case a.Name() != "" && name != a.Name():
		return web.Invalid("name", "name: The field cannot be changed")
	}
	doc["name"] = name
	return nil
}

// fillFromCatalog completes an OIDC app that is made from an entry of the catalog. What was sent of
// its client is kept when it is sent back without it, as it is shown.
func fillFromCatalog(a *state.App, doc map[string]any) {
	doc["universalLogout"] = map[string]any{"status": "UNSUPPORTED"}
	if doc["name"] == "strongdm" {
		settings := jsondoc.Object(doc, "settings")
		settings["app"] = jsondoc.Filled(jsondoc.Object(settings, "app"), map[string]any{"base_url": nil})
	}
	if a.Doc == nil {
		return
	}
	for _, part := range []string{"settings", "credentials"} {
		if outer := jsondoc.Object(doc, part); outer["oauthClient"] == nil {
			outer["oauthClient"] = maps.Clone(jsondoc.Object(a.Doc, part, "oauthClient"))
		}
	}
}

// fillTop sets the defaults of the members that all apps have.
func fillTop(doc map[string]any) {
	doc["accessibility"] = jsondoc.Filled(jsondoc.Object(doc, "accessibility"), map[string]any{
		"selfService": false, "errorRedirectUrl": nil, "loginRedirectUrl": nil})
	doc["features"] = []any{}
	doc["universalLogout"] = map[string]any{"status": "DISABLED", "supportType": "FULL",
		"identityStack": "NOT_SHARED", "protocol": "GLOBAL_TOKEN_REVOCATION"}
	settings := jsondoc.Filled(jsondoc.Object(doc, "settings"), map[string]any{
		"app": map[string]any{}, "manualProvisioning": false, "implicitAssignment": false, "emOptInStatus": "NONE",
	})
	vpn := jsondoc.Filled(jsondoc.Object(settings, "notifications", "vpn"), map[string]any{
		"network": map[string]any{"connection": "DISABLED"}, "message": nil, "helpUrl": nil})
	notifications := jsondoc.Filled(jsondoc.Object(settings, "notifications"), nil)
	notifications["vpn"] = vpn
	settings["notifications"] = notifications
	settings["notes"] = jsondoc.Filled(jsondoc.Object(settings, "notes"), map[string]any{"admin": nil, "enduser": nil})
	doc["settings"] = settings
	credentials := jsondoc.Filled(jsondoc.Object(doc, "credentials"), nil)
	credentials["userNameTemplate"] = jsondoc.Filled(jsondoc.Object(credentials, "userNameTemplate"),
		map[string]any{"template": "${source.login}", "type": "BUILT_IN"})
	delete(credentials, "signing")
	doc["credentials"] = credentials
}

// fillVisibility shows the app to its users as one link with this name.
func fillVisibility(doc map[string]any, link string) {
	visibility := jsondoc.Filled(jsondoc.Object(doc, "visibility"), map[string]any{"autoLaunch": false, "autoSubmitToolbar": false})
	visibility["hide"] = jsondoc.Filled(jsondoc.Object(visibility, "hide"), map[string]any{"iOS": false, "web": false})
	visibility["appLinks"] = jsondoc.Filled(jsondoc.Object(visibility, "appLinks"), map[string]any{link: true})
	doc["visibility"] = visibility
}

// fillClient completes the parts that make an app an OAuth client.
func fillClient(c *web.Call, a *state.App, doc map[string]any) error {
	settings, credentials := jsondoc.Object(doc, "settings"), jsondoc.Object(doc, "credentials")
	oauth := jsondoc.WithoutNulls(jsondoc.Object(settings, "oauthClient"))
	login := jsondoc.WithoutNulls(jsondoc.Object(credentials, "oauthClient"))
	client, err := decodeClient(oauth, login)
	if err != nil {
		return err
	}
	client.previous = a
	if client.ApplicationType == "" && a.Doc != nil {
		client.ApplicationType = jsondoc.Text(a.OAuth(), "application_type")
	}
	client.defaults()
	client.fromCatalog = jsondoc.Text(doc, "name") != state.OIDCClientName
	bad := client.check()
	checkClientID(c, a, client, &bad)
	keys, err := fillKeys(client.Jwks.Keys, a, c.Second())
	if err != nil {
		return err
	}
	if err := bad.Err(); err != nil {
		return err
	}
	client.fillSettings(oauth)
	settings["oauthClient"] = oauth
	clientID := client.ClientID
	if a.Doc != nil {
		clientID = a.ClientID()
	} else if clientID == "" {
		clientID = a.ID
	}
	delete(login, "client_secret")
	login["client_id"] = clientID
	login["token_endpoint_auth_method"] = client.AuthMethod
	login["pkce_required"] = *client.PKCERequired
	if _, sent := login["autoKeyRotation"]; !sent {
		login["autoKeyRotation"] = true
	}
	credentials["oauthClient"] = login
	a.Doc = doc
	a.SetKeys(keys)
	fillSecret(a, client.ClientSecret, c.Second())
	return nil
}

// checkClientID lets a caller choose the client_id when creating the app.
func checkClientID(c *web.Call, a *state.App, client *clientMetadata, bad *web.Violations) {
	id := client.ClientID
	if id == "" || a.Doc != nil {
		return
	}
	if len(id) < 6 || len(id) > 100 || id == "ALL_CLIENTS" || strings.Trim(id, state.IDAlphabet+`$-_.+!*'(),`) != "" {
		bad.Add("client_id", "'client_id' must be 6 to 100 characters of letters, digits and $-_.+!*'(),")
	} else if c.Org.AppByClientID(id) != nil {
		bad.Add("client_id", "An object with this field already exists in the current organization")
	}
}
