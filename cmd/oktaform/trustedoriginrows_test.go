package main

import "fmt"

// trustedOriginRows are the rows of trusted_origin, each with the document that somebody leaves
// behind.
func trustedOriginRows() []attributeRow {
	const path = "/api/v1/trustedOrigins/{trusted_origin.x}"
	origin := "trusted_origin \"x\" {\n  name = \"X\"\n  origin = \"https://x.example.com\"\n  scopes = [\"CORS\", \"IFRAME_EMBED\"]\n}\n"
	put := func(name, origin, scopes string) string {
		return fmt.Sprintf(`PUT %s {"name":"%s %s","origin":%q,"scopes":[%s]}`, path, name, markOf("trusted_origin.x"), origin, scopes)
	}
	const host, scopes = "https://x.example.com", `{"type":"CORS"},{"type":"IFRAME_EMBED","allowedOktaApps":[]}`
	return []attributeRow{
		{attr: "trusted_origin.name", body: origin, drift: put("Y", host, scopes)},
		{attr: "trusted_origin.origin", body: origin, drift: put("X", "https://y.example.com", scopes)},
		{attr: "trusted_origin.scopes", body: origin, drift: put("X", host, scopes+`,{"type":"REDIRECT"}`)},
		{attr: "trusted_origin.allowed_okta_apps", body: origin, drift: put("X", host, `{"type":"CORS"},{"type":"IFRAME_EMBED","allowedOktaApps":["OKTA_ENDUSER"]}`)},
		{attr: "trusted_origin.status", body: origin, drift: "POST " + path + "/lifecycle/deactivate"},
	}
}
