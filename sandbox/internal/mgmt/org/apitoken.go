package org

import (
	"net/http"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// APITokenKind are API tokens.
func APITokenKind() kind.Kind {
	return kind.Kind{
		Name:  "apiToken",
		Table: func(o *state.Org) state.Storable { return o.APITokens },
		Routes: []web.Route{
			{Pattern: "GET /api/v1/api-tokens/{apiTokenId}", Scope: "okta.apiTokens", Right: access.RolesRead, Handle: getAPIToken},
		},
		Unseeded:  "they are secrets; the super admin's is made with the org",
		Eventless: "no operation changes them",
	}
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
