package sandbox

// catalogApp is an app of Okta's integration catalog that roles can target.
type catalogApp struct {
	name, displayName, description, category, website, mode string
}

// catalogApps are a few entries of the catalog: what the org has apps of, and
// some more to name in targets.
func catalogApps() []catalogApp {
	return []catalogApp{
		{"oidc_client", "OpenID Connect Client", "OpenID Connect Client", "OAUTH2", "http://openid.net/specs/openid-connect-core-1_0.html", "OPENID_CONNECT"},
		{"template_swa", "Template App", "Template app for password sign-in", "OTHER", "https://www.okta.com/", "BROWSER_PLUGIN"},
		{"facebook", "Facebook", "Facebook", "SOCIAL", "https://www.facebook.com/", "BROWSER_PLUGIN"},
		{"google", "Google Workspace", "Google Workspace", "COLLABORATION", "https://workspace.google.com/", "SAML_2_0"},
		{"office365", "Microsoft Office 365", "Microsoft Office 365", "COLLABORATION", "https://www.office.com/", "WS_FEDERATION"},
		{"salesforce", "Salesforce.com", "Salesforce.com", "CRM", "https://www.salesforce.com/", "SAML_2_0"},
		{"slack", "Slack", "Slack", "COLLABORATION", "https://slack.com/", "SAML_2_0"},
	}
}

// catalogEntry returns the entry of this name, or the zero catalogApp.
func catalogEntry(name string) catalogApp {
	for _, entry := range catalogApps() {
		if entry.name == name {
			return entry
		}
	}
	return catalogApp{}
}

func (c *call) catalogView(entry catalogApp) map[string]any {
	logo := map[string]any{"name": "medium", "href": c.url("/assets/img/logos/" + entry.name + ".png")}
	doc := map[string]any{
		"name": entry.name, "displayName": entry.displayName, "description": entry.description, "status": "ACTIVE",
		"lastUpdated": timestamp(c.org.self().Created), "category": entry.category, "verificationStatus": "OKTA_VERIFIED",
		"website": entry.website, "signOnModes": []string{entry.mode},
		"_links": map[string]any{
			"logo": []any{logo},
			"self": map[string]any{"href": c.url("/api/v1/catalog/apps/" + entry.name)},
		},
	}
	if entry.name == "oidc_client" {
		logo["type"] = "image/png"
		doc["features"] = []string{"DEFAULT_PUSH_STATUS_TO_PUSH"}
	}
	return doc
}
