package sandbox

import (
	"maps"
	"net/http"
	"time"
)

// orgRoutes are what the org says of itself, and small read-only parts.
func orgRoutes() []route {
	return []route{
		{pattern: "GET /.well-known/okta-organization", handle: getOrganization},
		{pattern: "GET /api/v1/iam/assignees/users", scope: "okta.roles", right: rightRolesRead, handle: listAssignees},
		{pattern: "GET /api/v1/api-tokens/{apiTokenId}", scope: "okta.apiTokens", right: rightRolesRead, handle: getAPIToken},
		{pattern: "GET /api/v1/internal/apps/{appId}/settings/oauth/idToken", scope: "okta.apps", right: rightAppsRead, handle: getIDTokenSettings},
		{pattern: "POST /api/v1/internal/apps/{appId}/settings/oauth/idToken", scope: "okta.apps", right: rightAppsManage, handle: setIDTokenSettings},
	}
}

func getOrganization(c *call) error {
	info := c.org.self()
	return c.json(http.StatusOK, map[string]any{
		"id": info.ID, "cell": info.Cell, "pipeline": "idx",
		"_links": map[string]any{"organization": map[string]any{"href": c.base}},
		"settings": map[string]any{"analyticsCollectionEnabled": false, "bugReportingEnabled": true, "omEnabled": false,
			"pssoEnabled": true, "desktopMFAEnabled": true, "itpEnabled": true},
	})
}

// listAssignees lists the users who hold roles, their own or through groups.
// This list pages in its body.
func listAssignees(c *call) error {
	var found []*user
	for _, u := range c.org.users.all() {
		holds := len(u.Roles) > 0
		for _, g := range c.org.groupsOf(u) {
			holds = holds || len(g.Roles) > 0
		}
		if holds && u.Status != "DEPROVISIONED" {
			found = append(found, u)
		}
	}
	found, next, err := bodyPage(c, found, func(u *user) string { return u.ID })
	if err != nil {
		return err
	}
	list := []any{}
	for _, u := range found {
		self := c.url("/api/v1/users/" + u.ID)
		list = append(list, map[string]any{"id": u.ID, "orn": c.org.orn("directory") + ":users:" + u.ID,
			"_links": map[string]any{"roles": map[string]any{"href": self + "/roles"}, "self": map[string]any{"href": self}}})
	}
	doc := map[string]any{"value": list}
	if next != "" {
		doc["_links"] = map[string]any{"next": map[string]any{"href": next}}
	}
	return c.json(http.StatusOK, doc)
}

func getAPIToken(c *call) error {
	id := c.path("apiTokenId")
	token := c.org.apiTokens.find(func(t *apiToken) bool { return t.ID == id })
	if token == nil {
		return errNotFound(id, "ApiToken")
	}
	link := func(path string, methods ...string) map[string]any {
		return map[string]any{"href": c.url(path), "hints": map[string]any{"allow": methods}}
	}
	return c.json(http.StatusOK, map[string]any{
		"id": token.ID, "name": token.Name, "userId": token.UserID, "clientName": "Okta API", "tokenWindow": "P30D",
		"network":   map[string]any{"connection": "ANYWHERE"},
		"expiresAt": timestamp(c.now.Add(30 * 24 * time.Hour)), "created": timestamp(token.Created), "lastUpdated": timestamp(token.Created),
		"_links": map[string]any{"self": link("/api/v1/api-tokens/"+token.ID, "GET", "DELETE"), "user": link("/api/v1/users/"+token.UserID, "GET")},
	})
}

// getIDTokenSettings answers a private call of Okta's own console, about the
// ID token's groups claim: other provisioning tools make it.
func getIDTokenSettings(c *call) error {
	a, err := c.client()
	if err != nil {
		return err
	}
	doc := map[string]any{"issuer": c.base, "orgUrl": nil, "customUrl": nil, "audience": a.clientID(), "issuerMode": "ORG_URL"}
	maps.Copy(doc, a.IDToken)
	return c.json(http.StatusOK, doc)
}

func setIDTokenSettings(c *call) error {
	a, err := c.client()
	if err != nil {
		return err
	}
	sent, err := c.object()
	if err != nil {
		return err
	}
	for _, derived := range []string{"issuer", "orgUrl", "customUrl", "audience"} {
		delete(sent, derived)
	}
	a.IDToken = sent
	c.org.apps.put(a.ID, a)
	doc := map[string]any{"issuer": nil, "orgUrl": nil, "customUrl": nil, "audience": nil}
	maps.Copy(doc, sent)
	return c.json(http.StatusOK, doc)
}
