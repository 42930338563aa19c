package sandbox

import (
	"net/http"
	"slices"
)

// grantRoutes are the scope grants of an app, /api/v1/apps/{appId}/grants.
func grantRoutes() []route {
	const base = "/api/v1/apps/{appId}/grants"
	return []route{
		{pattern: "GET " + base, scope: "okta.appGrants", right: rightGrantsRead, handle: listGrants},
		{pattern: "POST " + base, scope: "okta.appGrants", right: rightGrantsManage, handle: createGrant},
		{pattern: "GET " + base + "/{grantId}", scope: "okta.appGrants", right: rightGrantsRead, handle: getGrant},
		{pattern: "DELETE " + base + "/{grantId}", scope: "okta.appGrants", right: rightGrantsManage, handle: deleteGrant},
	}
}

func listGrants(c *call) error {
	a, err := c.app()
	if err != nil {
		return err
	}
	list := []any{}
	for _, g := range a.Grants {
		list = append(list, c.grantView(a, g))
	}
	return c.json(http.StatusOK, list)
}

// createGrant takes only the org authorization server as issuer, under the
// name it was called by. Granting twice answers the grant that exists.
func createGrant(c *call) error {
	a, err := c.app()
	if err != nil {
		return err
	}
	var sent struct {
		Issuer  string `json:"issuer"`
		ScopeID string `json:"scopeId"`
	}
	if err := c.decode(&sent); err != nil {
		return err
	}
	var bad violations
	if sent.Issuer == "" {
		bad.add("issuer", "The field cannot be left blank")
	} else if sent.Issuer != c.base {
		bad.add("issuer", "The issuer must be the URL of the org: '"+c.base+"'.")
	}
	if sent.ScopeID == "" {
		bad.add("scopeId", "The field cannot be left blank")
	} else if !isAPIScope(sent.ScopeID) {
		bad.add("scopeId", "'"+sent.ScopeID+"' is not a scope that can be granted.")
	}
	if a.oauth() == nil {
		bad.add("appId", "Scopes can only be granted to OAuth 2.0 clients.")
	}
	if err := bad.err(); err != nil {
		return err
	}
	for _, g := range a.Grants {
		if g.ScopeID == sent.ScopeID {
			return c.json(http.StatusOK, c.grantView(a, g))
		}
	}
	g := &grant{ID: newID("oag"), ScopeID: sent.ScopeID, Status: "ACTIVE", Created: c.second(), LastUpdated: c.second()}
	g.CreatedBy, g.CreatorType = c.actor()
	a.Grants = append(a.Grants, g)
	c.org.apps.put(a.ID, a)
	c.happened(eventConsentGrant, clientParty(a), scopeParty(g))
	return c.json(http.StatusCreated, c.grantView(a, g))
}

// actor names who calls: a user, or a service app.
func (c *call) actor() (id, kind string) {
	if c.principal.userID != "" {
		return c.principal.userID, "User"
	}
	return c.principal.clientID, "Client"
}

func (c *call) grant() (*app, *grant, error) {
	a, err := c.app()
	if err != nil {
		return nil, nil, err
	}
	id := c.path("grantId")
	for _, g := range a.Grants {
		if g.ID == id {
			return a, g, nil
		}
	}
	return nil, nil, errNotFound(id, "OAuth2ScopeConsentGrant")
}

func getGrant(c *call) error {
	a, g, err := c.grant()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, c.grantView(a, g))
}

func deleteGrant(c *call) error {
	a, g, err := c.grant()
	if err != nil {
		return err
	}
	a.Grants = slices.DeleteFunc(a.Grants, func(other *grant) bool { return other == g })
	c.org.apps.put(a.ID, a)
	c.happened(eventConsentRevoke, clientParty(a), scopeParty(g))
	return c.noContent(http.StatusNoContent)
}

func (c *call) grantView(a *app, g *grant) map[string]any {
	appURL := c.url("/api/v1/apps/" + a.ID)
	doc := map[string]any{
		"id": g.ID, "status": g.Status, "created": timestamp(g.Created), "lastUpdated": timestamp(g.LastUpdated),
		"createdBy": map[string]any{"id": g.CreatedBy, "type": g.CreatorType},
		"issuer":    c.base, "clientId": a.clientID(), "scopeId": g.ScopeID, "source": "ADMIN",
		"_links": map[string]any{
			"app":    map[string]any{"href": appURL, "title": a.label()},
			"self":   map[string]any{"href": appURL + "/grants/" + g.ID, "hints": map[string]any{"allow": []string{"GET", "DELETE"}}},
			"client": map[string]any{"href": c.url("/oauth2/v1/clients/" + a.clientID()), "title": a.label()},
		},
	}
	if c.query().Get("expand") == "scope" {
		doc["_embedded"] = map[string]any{"scope": map[string]any{"id": g.ScopeID}}
	}
	return doc
}
