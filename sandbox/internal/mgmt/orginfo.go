package mgmt

import (
	"maps"
	"net/http"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// OrgRoutes are what the org says of itself, and small read-only parts.
func OrgRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /.well-known/okta-organization", Handle: getOrganization},
		{Pattern: "GET /api/v1/iam/assignees/users", Scope: "okta.roles", Right: access.RolesRead, Handle: listAssignees},
		{Pattern: "GET /api/v1/api-tokens/{apiTokenId}", Scope: "okta.apiTokens", Right: access.RolesRead, Handle: getAPIToken},
		{Pattern: "GET /api/v1/internal/apps/{appId}/settings/oauth/idToken", Scope: "okta.apps", Right: access.AppsRead, Handle: getIDTokenSettings},
		{Pattern: "POST /api/v1/internal/apps/{appId}/settings/oauth/idToken", Scope: "okta.apps", Right: access.AppsManage, Handle: setIDTokenSettings},
	}
}

func getOrganization(c *web.Call) error {
	info := c.Org.Self()
	return c.JSON(http.StatusOK, map[string]any{
		"id": info.ID, "cell": info.Cell, "pipeline": "idx",
		"_links": map[string]any{"organization": map[string]any{"href": c.Base}},
		"settings": map[string]any{"analyticsCollectionEnabled": false, "bugReportingEnabled": true, "omEnabled": false,
			"pssoEnabled": true, "desktopMFAEnabled": true, "itpEnabled": true},
	})
}

// listAssignees lists the users who hold roles, their own or through groups.
// This list pages in its body.
func listAssignees(c *web.Call) error {
	var found []*state.User
	for _, u := range c.Org.Users.All() {
		holds := len(u.Roles) > 0
		for _, g := range c.Org.GroupsOf(u) {
			holds = holds || len(g.Roles) > 0
		}
		if holds && u.Status != "DEPROVISIONED" {
			found = append(found, u)
		}
	}
	found, next, err := web.PageInBody(c, found, func(u *state.User) string { return u.ID })
	if err != nil {
		return err
	}
	list := []any{}
	for _, u := range found {
		self := c.URL("/api/v1/users/" + u.ID)
		list = append(list, map[string]any{"id": u.ID, "orn": c.Org.ORN("directory") + ":users:" + u.ID,
			"_links": map[string]any{"roles": map[string]any{"href": self + "/roles"}, "self": map[string]any{"href": self}}})
	}
	doc := map[string]any{"value": list}
	if next != "" {
		doc["_links"] = map[string]any{"next": map[string]any{"href": next}}
	}
	return c.JSON(http.StatusOK, doc)
}

func getAPIToken(c *web.Call) error {
	id := c.Path("apiTokenId")
	token := c.Org.APITokens.Find(func(t *state.APIToken) bool { return t.ID == id })
	if token == nil {
		return web.NotFound(id, "ApiToken")
	}
	link := func(path string, methods ...string) map[string]any {
		return map[string]any{"href": c.URL(path), "hints": map[string]any{"allow": methods}}
	}
	return c.JSON(http.StatusOK, map[string]any{
		"id": token.ID, "name": token.Name, "userId": token.UserID, "clientName": "Okta API", "tokenWindow": "P30D",
		"network":   map[string]any{"connection": "ANYWHERE"},
		"expiresAt": state.Timestamp(c.Now.Add(30 * 24 * time.Hour)), "created": state.Timestamp(token.Created), "lastUpdated": state.Timestamp(token.Created),
		"_links": map[string]any{"self": link("/api/v1/api-tokens/"+token.ID, "GET", "DELETE"), "user": link("/api/v1/users/"+token.UserID, "GET")},
	})
}

// getIDTokenSettings answers a private call of Okta's own console, about the
// ID token's groups claim: other provisioning tools make it.
func getIDTokenSettings(c *web.Call) error {
	a, err := pathClient(c)
	if err != nil {
		return err
	}
	doc := map[string]any{"issuer": c.Base, "orgUrl": nil, "customUrl": nil, "audience": a.ClientID(), "issuerMode": "ORG_URL"}
	maps.Copy(doc, a.IDToken)
	return c.JSON(http.StatusOK, doc)
}

func setIDTokenSettings(c *web.Call) error {
	a, err := pathClient(c)
	if err != nil {
		return err
	}
	sent, err := c.Object()
	if err != nil {
		return err
	}
	for _, derived := range []string{"issuer", "orgUrl", "customUrl", "audience"} {
		delete(sent, derived)
	}
	a.IDToken = sent
	c.Org.Apps.Put(a.ID, a)
	doc := map[string]any{"issuer": nil, "orgUrl": nil, "customUrl": nil, "audience": nil}
	maps.Copy(doc, sent)
	return c.JSON(http.StatusOK, doc)
}
