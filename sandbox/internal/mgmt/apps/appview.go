package apps

import (
	"html"
	"maps"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// appLinkID ends the path of every app's link; it is the same for all OIDC apps of an org.
const appLinkID = "aln177a159h7Zf52X0g8"

// appView returns the app as GET shows it, without the client secret.
func appView(c *web.Call, a *state.App) map[string]any {
	doc := maps.Clone(a.Doc)
	doc["id"] = a.ID
	doc["orn"] = c.Org.AppORN(a)
	doc["status"] = a.Status
	doc["created"] = state.Timestamp(a.Created)
	doc["lastUpdated"] = state.Timestamp(a.LastUpdated)
	if a.OAuth() != nil || signOnModes[jsondoc.Text(doc, "signOnMode")].signs {
		credentials := maps.Clone(jsondoc.Object(doc, "credentials"))
		credentials["signing"] = map[string]any{"kid": c.Org.CurrentKey().ID}
		doc["credentials"] = credentials
		showKeys(c, a, doc)
	}
	doc["_links"] = appLinks(c, a)
	if a.FromCatalog() {
		doc = jsondoc.Without(jsondoc.Without(doc, []string{"settings", "oauthClient"}), []string{"credentials", "oauthClient"})
	}
	if slices.Contains(c.Features, state.EscapedLabels) {
		doc["label"] = html.EscapeString(jsondoc.Text(doc, "label"))
	}
	return kind.WithFeatures(c, appFeatures(), a.ID, doc)
}

// showKeys removes the timestamps of keys, which the app's document does not show.
func showKeys(c *web.Call, a *state.App, doc map[string]any) {
	keys := a.Keys()
	if len(keys) == 0 {
		return
	}
	shown := []any{}
	for _, key := range keys {
		shown = append(shown, withoutTimes(key))
	}
	settings := maps.Clone(jsondoc.Object(doc, "settings"))
	oauth := maps.Clone(jsondoc.Object(settings, "oauthClient"))
	oauth["jwks"] = map[string]any{"keys": shown}
	settings["oauthClient"] = oauth
	doc["settings"] = settings
}

// withoutTimes returns a key without its timestamps.
func withoutTimes(key map[string]any) map[string]any {
	key = maps.Clone(key)
	delete(key, "created")
	delete(key, "lastUpdated")
	return key
}

// appViewWithSecret returns the app as POST and PUT answer it: only they show the client secret.
func appViewWithSecret(c *web.Call, a *state.App) map[string]any {
	doc := appView(c, a)
	if secret := currentSecret(a); secret != nil && !a.FromCatalog() {
		credentials := jsondoc.Object(doc, "credentials")
		oauth := maps.Clone(jsondoc.Object(credentials, "oauthClient"))
		oauth["client_secret"] = secret.Secret
		credentials["oauthClient"] = oauth
	}
	return doc
}

// linkName returns the name of the app's only link.
func linkName(a *state.App) string {
	if a.OAuth() == nil {
		return "login"
	}
	return a.Name() + "_link"
}

func appLinks(c *web.Call, a *state.App) map[string]any {
	self := c.URL("/api/v1/apps/" + a.ID)
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
			"href": c.URL("/home/" + a.Name() + "/" + a.ID + "/" + appLinkID)}},
		"profileEnrollment": link(c.URL("/api/v1/policies/" + c.Org.PolicyOf("PROFILE_ENROLLMENT"))),
		"policies":          link(self+"/policies", "PUT"),
		"groups":            link(self + "/groups"),
		"users":             link(self + "/users"),
		"logo":              []any{map[string]any{"name": "medium", "type": "image/png", "href": c.URL("/assets/img/logos/default.png")}},
		"accessPolicy":      link(c.URL("/api/v1/policies/" + a.Policy)),
	}
	if a.OAuth() != nil {
		kind := "secrets"
		if a.AuthMethod() == "private_key_jwt" {
			kind = "jwks"
		}
		links["clientCredentials"] = []any{map[string]any{"name": kind, "href": self + "/credentials/" + kind}}
	}
	if a.FromCatalog() {
		links["help"] = map[string]any{"href": c.URL("/app/" + a.Name() + "/" + a.ID + "/setup/help/OPENID_CONNECT/external-doc"), "type": "text/html"}
	}
	if a.Status == "ACTIVE" {
		links["deactivate"] = link(self + "/lifecycle/deactivate")
	} else {
		links["activate"] = link(self + "/lifecycle/activate")
	}
	return links
}
