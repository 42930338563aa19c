package sandbox

import (
	"html"
	"maps"
	"slices"
)

// appLinkID ends the path of every app's link; it is the same for all OIDC
// apps of an org.
const appLinkID = "aln177a159h7Zf52X0g8"

func (a *app) name() string  { return text(a.Doc, "name") }
func (a *app) label() string { return text(a.Doc, "label") }

// oauth returns settings.oauthClient; nil for an app that is no OAuth client.
func (a *app) oauth() map[string]any { return object(a.Doc, "settings", "oauthClient") }

// oauthCredentials returns credentials.oauthClient.
func (a *app) oauthCredentials() map[string]any { return object(a.Doc, "credentials", "oauthClient") }

// clientID is the OAuth client_id: the app id unless its creator chose one.
func (a *app) clientID() string { return text(a.oauthCredentials(), "client_id") }

// authMethod is the client's token_endpoint_auth_method.
func (a *app) authMethod() string {
	return text(a.oauthCredentials(), "token_endpoint_auth_method")
}

func (a *app) isService() bool { return text(a.oauth(), "application_type") == "service" }

// keys are the client's JSON Web Keys as the app stores them.
func (a *app) keys() []map[string]any {
	var keys []map[string]any
	list, _ := object(a.oauth(), "jwks")["keys"].([]any)
	for _, k := range list {
		if key, isObject := k.(map[string]any); isObject {
			keys = append(keys, key)
		}
	}
	return keys
}

// setKeys replaces the client's keys; none removes jwks.
func (a *app) setKeys(keys []map[string]any) {
	if len(keys) == 0 {
		delete(a.oauth(), "jwks")
		return
	}
	list := []any{}
	for _, key := range keys {
		list = append(list, key)
	}
	a.oauth()["jwks"] = map[string]any{"keys": list}
}

// appByClientID returns the app with this OAuth client_id, or nil.
func (o *org) appByClientID(clientID string) *app {
	if a := o.apps.get(clientID); a != nil && a.clientID() == clientID {
		return a
	}
	return o.apps.find(func(a *app) bool { return a.oauth() != nil && a.clientID() == clientID })
}

// object walks nested objects; nil when one is missing.
func object(doc map[string]any, path ...string) map[string]any {
	for _, key := range path {
		doc, _ = doc[key].(map[string]any)
	}
	return doc
}

// text returns a string member; "" when it is missing.
func text(doc map[string]any, key string) string {
	s, _ := doc[key].(string)
	return s
}

// texts returns a member that is an array of strings.
func texts(doc map[string]any, key string) []string {
	list, _ := doc[key].([]any)
	var all []string
	for _, v := range list {
		if s, isText := v.(string); isText {
			all = append(all, s)
		}
	}
	return all
}

// appView is the app as GET shows it: without the client secret.
func (c *call) appView(a *app) map[string]any {
	doc := maps.Clone(a.Doc)
	doc["id"] = a.ID
	doc["orn"] = c.org.appORN(a)
	doc["status"] = a.Status
	doc["created"] = timestamp(a.Created)
	doc["lastUpdated"] = timestamp(a.LastUpdated)
	if a.oauth() != nil {
		credentials := maps.Clone(object(doc, "credentials"))
		credentials["signing"] = map[string]any{"kid": c.org.currentKey().ID}
		doc["credentials"] = credentials
		c.showKeys(a, doc)
	}
	doc["_links"] = c.appLinks(a)
	if slices.Contains(c.s.settings.Features, EscapedLabels) {
		doc["label"] = html.EscapeString(text(doc, "label"))
	}
	return c.withFeatures("app", a.ID, doc)
}

// showKeys takes the timestamps off the keys: the app's document shows none.
func (c *call) showKeys(a *app, doc map[string]any) {
	keys := a.keys()
	if len(keys) == 0 {
		return
	}
	shown := []any{}
	for _, key := range keys {
		key = maps.Clone(key)
		delete(key, "created")
		delete(key, "lastUpdated")
		shown = append(shown, key)
	}
	settings := maps.Clone(object(doc, "settings"))
	oauth := maps.Clone(object(settings, "oauthClient"))
	oauth["jwks"] = map[string]any{"keys": shown}
	settings["oauthClient"] = oauth
	doc["settings"] = settings
}

// appViewWithSecret is the app as POST and PUT answer it: they alone show the
// client secret.
func (c *call) appViewWithSecret(a *app) map[string]any {
	doc := c.appView(a)
	if secret := a.currentSecret(); secret != nil {
		credentials := object(doc, "credentials")
		oauth := maps.Clone(object(credentials, "oauthClient"))
		oauth["client_secret"] = secret.Secret
		credentials["oauthClient"] = oauth
	}
	return doc
}

// orn starts every resource name of the org; service is idp or directory.
func (o *org) orn(service string) string { return "orn:okta:" + service + ":" + o.self().ID }

func (o *org) appORN(a *app) string {
	return o.orn("idp") + ":apps:" + a.name() + ":" + a.ID
}

// linkName is the name of the app's one link.
func linkName(a *app) string {
	if a.oauth() == nil {
		return "login"
	}
	return a.name() + "_link"
}

func (c *call) appLinks(a *app) map[string]any {
	self := c.url("/api/v1/apps/" + a.ID)
	link := func(href string, methods ...string) map[string]any {
		l := map[string]any{"href": href}
		if len(methods) > 0 {
			l["hints"] = map[string]any{"allow": methods}
		}
		return l
	}
	links := map[string]any{
		"uploadLogo": link(self+"/logo", "POST"),
		"appLinks": []any{map[string]any{"name": linkName(a), "type": "text/html",
			"href": c.url("/home/" + a.name() + "/" + a.ID + "/" + appLinkID)}},
		"profileEnrollment": link(c.url("/api/v1/policies/" + c.org.policyOf("PROFILE_ENROLLMENT"))),
		"policies":          link(self+"/policies", "PUT"),
		"groups":            link(self + "/groups"),
		"users":             link(self + "/users"),
		"logo":              []any{map[string]any{"name": "medium", "type": "image/png", "href": c.url("/assets/img/logos/default.png")}},
		"accessPolicy":      link(c.url("/api/v1/policies/" + a.Policy)),
	}
	if a.oauth() != nil {
		kind := "secrets"
		if a.authMethod() == "private_key_jwt" {
			kind = "jwks"
		}
		links["clientCredentials"] = []any{map[string]any{"name": kind, "href": self + "/credentials/" + kind}}
	}
	if a.Status == "ACTIVE" {
		links["deactivate"] = link(self + "/lifecycle/deactivate")
	} else {
		links["activate"] = link(self + "/lifecycle/activate")
	}
	return links
}
