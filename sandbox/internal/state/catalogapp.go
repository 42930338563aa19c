package state

// CatalogApp is an app of Okta's integration catalog, which role targets can name.
type CatalogApp struct {
	Name, DisplayName, Description, Category, Website, Mode string
}

// catalogApps returns the entries of the catalog: those of the org's apps, and some more for use in
// targets.
func catalogApps() []CatalogApp {
	return []CatalogApp{
		{"oidc_client", "OpenID Connect Client", "OpenID Connect Client", "OAUTH2", "http://openid.net/specs/openid-connect-core-1_0.html", "OPENID_CONNECT"},
		{"template_swa", "Template App", "Template app for password sign-in", "OTHER", "https://www.okta.com/", "BROWSER_PLUGIN"},
		{"facebook", "Facebook", "Facebook", "SOCIAL", "https://www.facebook.com/", "BROWSER_PLUGIN"},
		{"google", "Google Workspace", "Google Workspace", "COLLABORATION", "https://workspace.google.com/", "SAML_2_0"},
		{"office365", "Microsoft Office 365", "Microsoft Office 365", "COLLABORATION", "https://www.office.com/", "WS_FEDERATION"},
		{"salesforce", "Salesforce.com", "Salesforce.com", "CRM", "https://www.salesforce.com/", "SAML_2_0"},
		{"slack", "Slack", "Slack", "COLLABORATION", "https://slack.com/", "SAML_2_0"},
	}
}

// CatalogEntry returns the entry with this name, or the zero CatalogApp.
func CatalogEntry(name string) CatalogApp {
	for _, entry := range catalogApps() {
		if entry.Name == name {
			return entry
		}
	}
	return CatalogApp{}
}

// OIDCClientName is the catalog name of every OIDC app.
const OIDCClientName = "oidc_client"
