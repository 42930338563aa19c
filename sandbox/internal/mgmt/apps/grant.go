package apps

import (
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// GrantKind describes the scope grants of an app, /api/v1/apps/{appId}/grants.
func GrantKind() kind.Kind {
	const base = "/api/v1/apps/{appId}/grants"
	return kind.Kind{
		Name:   "grant",
		PartOf: []string{"app"},
		Routes: []web.Route{
			{Pattern: "GET " + base, Scope: "okta.appGrants", Right: access.GrantsRead, Handle: listGrants},
			{Pattern: "POST " + base, Scope: "okta.appGrants", Right: access.GrantsManage, Handle: createGrant},
			{Pattern: "GET " + base + "/{grantId}", Scope: "okta.appGrants", Right: access.GrantsRead, Handle: getGrant},
			{Pattern: "DELETE " + base + "/{grantId}", Scope: "okta.appGrants", Right: access.GrantsManage, Handle: deleteGrant},
		},
		Events: []syslog.Type{eventConsentGrant, eventConsentRevoke},
	}
}

// The events of scope grants.
var (
	eventConsentGrant  = syslog.Type{Name: "app.oauth2.admin.consent.grant", Message: "Admin grants consent to OAuth scope"}
	eventConsentRevoke = syslog.Type{Name: "app.oauth2.admin.consent.revoke", Message: "Admin revokes consent to OAuth scope"}
)

func listGrants(c *web.Call) error {
	a, err := kind.PathApp(c)
	if err != nil {
		return err
	}
	list := []any{}
	for _, g := range a.Grants {
		list = append(list, grantView(c, a, g))
	}
	return c.JSON(http.StatusOK, list)
}

// createGrant accepts only the org authorization server as issuer, with the host of the call.
// Granting a scope again answers with the existing grant.
func createGrant(c *web.Call) error {
	a, err := kind.PathApp(c)
	if err != nil {
		return err
	}
	var sent struct {
		Issuer  string `json:"issuer"`
		ScopeID string `json:"scopeId"`
	}
	if err := c.Decode(&sent); err != nil {
		return err
	}
	var bad web.Violations
	if sent.Issuer == "" {
		bad.Add("issuer", "The field cannot be left blank")
	} else if sent.Issuer != c.Base {
		bad.Add("issuer", "The issuer must be the URL of the org: '"+c.Base+"'.")
	}
	if sent.ScopeID == "" {
		bad.Add("scopeId", "The field cannot be left blank")
	} else if !oauth.IsAPIScope(sent.ScopeID) {
		bad.Add("scopeId", "'"+sent.ScopeID+"' is not a scope that can be granted.")
	}
	if a.OAuth() == nil {
		bad.Add("appId", "Scopes can only be granted to OAuth 2.0 clients.")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	for _, g := range a.Grants {
		if g.ScopeID == sent.ScopeID {
			return c.JSON(http.StatusOK, withScope(grantView(c, a, g), g))
		}
	}
	g := &state.Grant{ID: state.NewID("oag"), ScopeID: sent.ScopeID, Status: "ACTIVE", Created: c.Second(), LastUpdated: c.Second()}
	g.CreatedBy, g.CreatorType = actor(c)
	a.Grants = append(a.Grants, g)
	c.Org.Apps.Put(a.ID, a)
	syslog.Emit(c, eventConsentGrant, syslog.ClientEntity(a), scopeEntity(g))
	return c.JSON(http.StatusOK, withScope(grantView(c, a, g), g))
}

// actor returns the caller's id and type: a user or a service app.
func actor(c *web.Call) (id, kind string) {
	if c.Principal.UserID != "" {
		return c.Principal.UserID, "User"
	}
	return c.Principal.ClientID, "Client"
}

func pathGrant(c *web.Call) (*state.App, *state.Grant, error) {
	a, err := kind.PathApp(c)
	if err != nil {
		return nil, nil, err
	}
	id := c.Path("grantId")
	for _, g := range a.Grants {
		if g.ID == id {
			return a, g, nil
		}
	}
	return nil, nil, web.NotFound(id, "OAuth2ScopeConsentGrant")
}

func getGrant(c *web.Call) error {
	a, g, err := pathGrant(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, grantView(c, a, g))
}

func deleteGrant(c *web.Call) error {
	a, g, err := pathGrant(c)
	if err != nil {
		return err
	}
	a.Grants = slices.DeleteFunc(a.Grants, func(other *state.Grant) bool { return other == g })
	c.Org.Apps.Put(a.ID, a)
	syslog.Emit(c, eventConsentRevoke, syslog.ClientEntity(a), scopeEntity(g))
	return c.NoContent(http.StatusNoContent)
}

func grantView(c *web.Call, a *state.App, g *state.Grant) map[string]any {
	appURL := c.URL("/api/v1/apps/" + a.ID)
	doc := map[string]any{
		"id": g.ID, "status": g.Status, "created": state.Timestamp(g.Created), "lastUpdated": state.Timestamp(g.LastUpdated),
		"createdBy": map[string]any{"id": g.CreatedBy, "type": g.CreatorType},
		"issuer":    c.Base, "clientId": a.ClientID(), "scopeId": g.ScopeID, "source": "ADMIN",
		"_links": map[string]any{
			"app":    map[string]any{"href": appURL, "title": a.Label()},
			"self":   map[string]any{"href": appURL + "/grants/" + g.ID, "hints": map[string]any{"allow": []string{"GET", "DELETE"}}},
			"client": map[string]any{"href": c.URL("/oauth2/v1/clients/" + a.ClientID()), "title": a.Label()},
		},
	}
	if c.Query().Get("expand") == "scope" {
		return withScope(doc, g)
	}
	return doc
}

// withScope adds the scope to the view of a grant, which the answer to its creation always has.
func withScope(doc map[string]any, g *state.Grant) map[string]any {
	doc["_embedded"] = map[string]any{"scope": map[string]any{"id": g.ScopeID}}
	return doc
}

// grantDoc is a scope grant in a seed. It may be written as just the scope.
type grantDoc struct {
	kind.MadeDoc
	Scope       string `json:"scope"`
	CreatedBy   string `json:"createdBy,omitempty"`
	CreatorType string `json:"creatorType,omitempty"`
}

func (d *grantDoc) UnmarshalJSON(data []byte) error {
	type plain grantDoc
	return kind.TextOr(data, &d.Scope, (*plain)(d))
}

func scopeEntity(g *state.Grant) state.LogEntity {
	return state.LogEntity{ID: g.ID, Type: "OAuth2Scope", Alternate: "unknown", Name: g.ScopeID}
}
