package sandbox

import (
	"maps"
	"strings"
)

// fillApp checks the document of a POST or PUT and makes it the app's: with
// Okta's defaults for what it leaves out, and with every unknown field. A PUT
// replaces all but what is fixed at creation, the client secret among it. The
// app is left as it was when the document is refused.
func (c *call) fillApp(a *app, sent map[string]any) error {
	doc := maps.Clone(sent)
	for _, derived := range []string{"id", "orn", "status", "created", "lastUpdated", "_links", "_embedded"} {
		delete(doc, derived)
	}
	var bad violations
	bad.label(doc)
	mode, sentMode := doc["signOnMode"].(string)
	switch {
	case !sentMode:
		bad.add("signOnMode", "The field cannot be left blank")
	case mode != "OPENID_CONNECT" && mode != "BROWSER_PLUGIN":
		bad.add("signOnMode", "The sign-on mode '"+mode+"' is not supported by this org.")
	case a.Doc != nil && mode != text(a.Doc, "signOnMode"):
		bad.add("signOnMode", "The field cannot be changed")
	}
	if profile, sent := doc["profile"]; sent && profile != nil {
		if _, isObject := profile.(map[string]any); !isObject {
			return errMalformed()
		}
	}
	if doc["profile"] == nil {
		delete(doc, "profile")
	}
	if err := bad.err(); err != nil {
		return err
	}
	fillTop(doc)
	if mode != "OPENID_CONNECT" {
		fillSWA(doc)
		a.Doc = doc
		return nil
	}
	if name := text(doc, "name"); name != "" && name != "oidc_client" {
		return errInvalid("name", "name: The name of an OpenID Connect client is oidc_client.")
	}
	doc["name"] = "oidc_client"
	fillVisibility(doc, "oidc_client_link")
	return c.fillClient(a, doc)
}

// fillTop gives the members that all apps have their defaults.
func fillTop(doc map[string]any) {
	doc["accessibility"] = filled(object(doc, "accessibility"), map[string]any{
		"selfService": false, "errorRedirectUrl": nil, "loginRedirectUrl": nil})
	doc["features"] = []any{}
	doc["universalLogout"] = map[string]any{"status": "DISABLED", "supportType": "FULL",
		"identityStack": "NOT_SHARED", "protocol": "GLOBAL_TOKEN_REVOCATION"}
	settings := filled(object(doc, "settings"), map[string]any{
		"app": map[string]any{}, "manualProvisioning": false, "implicitAssignment": false, "emOptInStatus": "NONE",
		"notifications": map[string]any{"vpn": map[string]any{
			"network": map[string]any{"connection": "DISABLED"}, "message": nil, "helpUrl": nil}},
	})
	settings["notes"] = filled(object(settings, "notes"), map[string]any{"admin": nil, "enduser": nil})
	doc["settings"] = settings
	credentials := filled(object(doc, "credentials"), nil)
	credentials["userNameTemplate"] = filled(object(credentials, "userNameTemplate"),
		map[string]any{"template": "${source.login}", "type": "BUILT_IN"})
	delete(credentials, "signing")
	doc["credentials"] = credentials
}

// fillSWA does the parts of an app with password sign-in. Such apps are here
// only for role targets and lists to have something besides OAuth clients.
func fillSWA(doc map[string]any) {
	if text(doc, "name") == "" {
		doc["name"] = "template_swa"
	}
	fillVisibility(doc, "login")
	credentials := object(doc, "credentials")
	delete(credentials, "userName")
	if _, sent := credentials["password"]; sent {
		credentials["password"] = map[string]any{} // Okta shows that there is one, and no more
	}
	doc["credentials"] = filled(credentials, map[string]any{
		"scheme": "EDIT_USERNAME_AND_PASSWORD", "revealPassword": false, "signing": map[string]any{}})
	settings := object(doc, "settings")
	settings["app"] = filled(object(settings, "app"), map[string]any{"loginUrlRegex": nil, "redirectUrl": nil, "checkbox": nil})
}

// fillVisibility shows the app to its users under one link of this name.
func fillVisibility(doc map[string]any, link string) {
	visibility := filled(object(doc, "visibility"), map[string]any{"autoLaunch": false, "autoSubmitToolbar": false})
	visibility["hide"] = filled(object(visibility, "hide"), map[string]any{"iOS": false, "web": false})
	visibility["appLinks"] = filled(object(visibility, "appLinks"), map[string]any{link: true})
	doc["visibility"] = visibility
}

// filled returns a copy with the defaults for members that are missing or
// null.
func filled(doc, defaults map[string]any) map[string]any {
	full := map[string]any{}
	maps.Copy(full, defaults)
	for key, value := range doc {
		if _, known := defaults[key]; value != nil || !known {
			full[key] = value
		}
	}
	return full
}

// fillClient does the parts that make an app an OAuth client.
func (c *call) fillClient(a *app, doc map[string]any) error {
	settings, credentials := object(doc, "settings"), object(doc, "credentials")
	oauth := withoutNulls(object(settings, "oauthClient"))
	login := withoutNulls(object(credentials, "oauthClient"))
	client, err := decodeClient(oauth, login)
	if err != nil {
		return err
	}
	client.previous = a
	if client.ApplicationType == "" && a.Doc != nil {
		client.ApplicationType = text(a.oauth(), "application_type")
	}
	client.defaults()
	bad := client.check()
	c.checkClientID(a, client, &bad)
	keys, err := fillKeys(client.Jwks.Keys, a, c.second())
	if err != nil {
		return err
	}
	if err := bad.err(); err != nil {
		return err
	}
	client.fillSettings(oauth)
	settings["oauthClient"] = oauth
	clientID := client.ClientID
	if a.Doc != nil {
		clientID = a.clientID()
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
	a.setKeys(keys)
	a.fillSecret(client.ClientSecret, c.second())
	return nil
}

// checkClientID lets a caller choose the client_id when the app is made.
func (c *call) checkClientID(a *app, client *clientMetadata, bad *violations) {
	id := client.ClientID
	if id == "" || a.Doc != nil {
		return
	}
	if len(id) < 6 || len(id) > 100 || id == "ALL_CLIENTS" || strings.Trim(id, idAlphabet+`$-_.+!*'(),`) != "" {
		bad.add("client_id", "'client_id' must be 6 to 100 characters of letters, digits and $-_.+!*'(),")
	} else if c.org.appByClientID(id) != nil {
		bad.add("client_id", "An object with this field already exists in the current organization")
	}
}

func withoutNulls(doc map[string]any) map[string]any {
	kept := map[string]any{}
	for key, value := range doc {
		if value != nil {
			kept[key] = value
		}
	}
	return kept
}
