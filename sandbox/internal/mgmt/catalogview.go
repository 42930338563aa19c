package mgmt

import (
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

func catalogView(c *web.Call, entry state.CatalogApp) map[string]any {
	logo := map[string]any{"name": "medium", "href": c.URL("/assets/img/logos/" + entry.Name + ".png")}
	doc := map[string]any{
		"name": entry.Name, "displayName": entry.DisplayName, "description": entry.Description, "status": "ACTIVE",
		"lastUpdated": state.Timestamp(c.Org.Self().Created), "category": entry.Category, "verificationStatus": "OKTA_VERIFIED",
		"website": entry.Website, "signOnModes": []string{entry.Mode},
		"_links": map[string]any{
			"logo": []any{logo},
			"self": map[string]any{"href": c.URL("/api/v1/catalog/apps/" + entry.Name)},
		},
	}
	if entry.Name == "oidc_client" {
		logo["type"] = "image/png"
		doc["features"] = []string{"DEFAULT_PUSH_STATUS_TO_PUSH"}
	}
	return doc
}
