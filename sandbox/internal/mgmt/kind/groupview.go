package kind

import (
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// GroupFeatures are the feature fields of groups.
func GroupFeatures() []FeatureField {
	return []FeatureField{
		{state.GroupOwners, "_links.owners", func(c *web.Call, id string) any {
			return map[string]any{"href": c.URL("/api/v1/groups/" + id + "/owners")}
		}},
	}
}

// GroupView returns the group as the API shows it.
func GroupView(c *web.Call, g *state.Group) map[string]any {
	self := c.URL("/api/v1/groups/" + g.ID)
	logo := func(size string) any {
		return map[string]any{"name": size, "href": c.URL("/assets/img/logos/groups/okta-" + size + ".png"), "type": "image/png"}
	}
	profile := jsondoc.Filled(jsondoc.WithoutNulls(g.Profile), map[string]any{"description": nil})
	doc := map[string]any{
		"id": g.ID, "created": state.Timestamp(g.Created), "lastUpdated": state.Timestamp(g.LastUpdated),
		"lastMembershipUpdated": state.Timestamp(g.LastMembershipUpdated), "objectClass": []string{"okta:user_group"},
		"type": g.Type, "profile": profile,
		"_links": map[string]any{
			"logo":  []any{logo("medium"), logo("large")},
			"users": map[string]any{"href": self + "/users"},
			"apps":  map[string]any{"href": self + "/apps"},
		},
	}
	return WithFeatures(c, GroupFeatures(), g.ID, doc)
}
