package apps

import (
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// OAuthTokenKind describes the refresh tokens of apps and of users.
func OAuthTokenKind() kind.Kind {
	const ofApp, ofUser = "/api/v1/apps/{appId}/tokens", "/api/v1/users/{userId}/clients/{clientId}/tokens"
	app := func(method, path string, r web.Right, handle func(*web.Call) error) web.Route {
		return web.Route{Pattern: method + " " + ofApp + path, Scope: "okta.apps", Right: r, Handle: handle}
	}
	user := func(method, path string, r web.Right, handle func(*web.Call) error) web.Route {
		return web.Route{Pattern: method + " " + path, Scope: "okta.users", Right: r, Handle: handle}
	}
	return kind.Kind{
		Name:   "oauthToken",
		PartOf: []string{"app", "user"},
		Routes: []web.Route{
			app("GET", "", access.AppsRead, listTokens),
			app("DELETE", "", access.AppsManage, revokeTokens),
			app("GET", "/{tokenId}", access.AppsRead, getToken),
			app("DELETE", "/{tokenId}", access.AppsManage, revokeToken),
			user("GET", ofUser, access.UsersRead, listTokens),
			user("DELETE", ofUser, access.UsersSessions, revokeTokens),
			user("GET", ofUser+"/{tokenId}", access.UsersRead, getToken),
			user("DELETE", ofUser+"/{tokenId}", access.UsersSessions, revokeToken),
			user("GET", "/api/v1/users/{userId}/clients", access.UsersRead, listUserClients),
		},
		Eventless: "its events are those of the authorization server",
	}
}

// pathUserClient returns the app of the path's appId or clientId, and the user of its userId, if it
// has one.
func pathUserClient(c *web.Call) (a *state.App, u *state.User, err error) {
	if c.Path("userId") == "" {
		a, err = kind.PathApp(c)
		return a, nil, err
	}
	if u, err = kind.PathUser(c); err != nil {
		return nil, nil, err
	}
	if a = c.Org.AppByClientID(c.Path("clientId")); a == nil {
		return nil, nil, web.NotFound(c.Path("clientId"), "PublicClientApp")
	}
	return a, u, nil
}

// pathTokens returns the refresh tokens that the path is about.
func pathTokens(c *web.Call) ([]*state.RefreshToken, error) {
	a, u, err := pathUserClient(c)
	if err != nil {
		return nil, err
	}
	id := c.Path("tokenId")
	found := oauth.RefreshTokens(c, func(token *state.RefreshToken) bool {
		return token.ClientID == a.ClientID() && (u == nil || token.UserID == u.ID) && (id == "" || token.ID == id)
	})
	if id != "" && len(found) == 0 {
		return nil, web.NotFound(id, "OAuth2RefreshToken")
	}
	return found, nil
}

func listTokens(c *web.Call) error {
	tokens, err := pathTokens(c)
	if err != nil {
		return err
	}
	page, err := web.Page(c, tokens, func(token *state.RefreshToken) string { return token.ID }, web.PageSize{Fallback: 20, Max: 200})
	if err != nil {
		return err
	}
	list := []any{}
	for _, token := range page {
		list = append(list, tokenView(c, token))
	}
	return c.JSON(http.StatusOK, list)
}

func getToken(c *web.Call) error {
	tokens, err := pathTokens(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, tokenView(c, tokens[0]))
}

// revokeTokens revokes all refresh tokens that the path is about, with the access tokens issued
// with them. Access tokens issued without a refresh token are not affected.
func revokeTokens(c *web.Call) error {
	tokens, err := pathTokens(c)
	if err != nil {
		return err
	}
	for _, token := range tokens {
		oauth.RevokeRefreshToken(c, token)
	}
	return c.NoContent(http.StatusNoContent)
}

func revokeToken(c *web.Call) error { return revokeTokens(c) }

func tokenView(c *web.Call, token *state.RefreshToken) map[string]any {
	a, u := c.Org.AppByClientID(token.ClientID), c.Org.Users.Get(token.UserID)
	self := c.URL("/api/v1/apps/" + a.ID + "/tokens/" + token.ID)
	if c.Path("userId") != "" {
		self = c.URL("/api/v1/users/" + u.ID + "/clients/" + a.ClientID() + "/tokens/" + token.ID)
	}
	links := clientLinks(c, a, u)
	links["self"] = map[string]any{"href": self}
	links["revoke"] = map[string]any{"href": self, "hints": map[string]any{"allow": []string{"DELETE"}}}
	started := token.Started
	if started.IsZero() {
		started = token.Created
	}
	doc := map[string]any{
		"id": token.ID, "status": "ACTIVE", "created": state.Timestamp(started.Truncate(oneSecond)), "lastUpdated": state.Timestamp(token.Created.Truncate(oneSecond)),
		"expiresAt": state.Timestamp(token.Expires.Truncate(oneSecond)), "issuer": c.Base, "clientId": a.ClientID(), "userId": u.ID,
		"scopes": slices.Sorted(slices.Values(token.Scopes)), "_links": links,
	}
	if c.Query().Get("expand") == "scope" {
		scopes := []any{}
		for _, scope := range slices.Sorted(slices.Values(token.Scopes)) {
			scopes = append(scopes, map[string]any{"id": scope, "name": scope})
		}
		doc["_embedded"] = map[string]any{"scopes": scopes}
	}
	return doc
}

// clientLinks returns the links of a token or grant to its app, client and user.
func clientLinks(c *web.Call, a *state.App, u *state.User) map[string]any {
	return map[string]any{
		"app":    map[string]any{"href": c.URL("/api/v1/apps/" + a.ID), "title": a.Label()},
		"client": map[string]any{"href": c.URL("/oauth2/v1/clients/" + a.ClientID()), "title": a.Label()},
		"user":   map[string]any{"href": c.URL("/api/v1/users/" + u.ID), "title": u.DisplayName()},
	}
}

// listUserClients lists the clients that hold a token or a consent of the user.
func listUserClients(c *web.Call) error {
	u, err := kind.PathUser(c)
	if err != nil {
		return err
	}
	held := map[string]bool{}
	for _, token := range oauth.RefreshTokens(c, func(token *state.RefreshToken) bool { return token.UserID == u.ID }) {
		held[token.ClientID] = true
	}
	for _, g := range c.Org.UserGrants().All() {
		held[g.ClientID] = held[g.ClientID] || g.UserID == u.ID
	}
	list := []any{}
	for _, a := range c.Org.Apps.All() {
		if a.OAuth() == nil || !held[a.ClientID()] {
			continue
		}
		base := c.URL("/api/v1/users/" + u.ID + "/clients/" + a.ClientID())
		list = append(list, map[string]any{
			"client_id": a.ClientID(), "client_name": a.Label(), "client_uri": a.OAuth()["client_uri"], "logo_uri": a.OAuth()["logo_uri"],
			"_links": map[string]any{"grants": map[string]any{"href": base + "/grants"}, "tokens": map[string]any{"href": base + "/tokens"}},
		})
	}
	return c.JSON(http.StatusOK, list)
}
