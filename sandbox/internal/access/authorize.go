// Package access decides who may make a call: by the scopes of tokens, by admin
// roles, and by what the object of a call holds.
package access

import (
	"net/http"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Authorize decides whether the call may be made and sets c.Principal. The
// caller holds Server.mu.
//
// The order is Okta's: who is it (401), may the token do it (403 with
// WWW-Authenticate), may the admin do it (403 E0000006).
func Authorize(c *web.Call) error {
	if c.Route.Scope == "" {
		return nil // public, or the handler knows its callers
	}
	if err := identify(c); err != nil {
		return err
	}
	if !MayCall(c) {
		return web.Forbidden()
	}
	return nil
}

// identify finds the principal of the Authorization header.
func identify(c *web.Call) error {
	scheme, credentials, _ := strings.Cut(c.Request.Header.Get("Authorization"), " ")
	switch {
	case scheme == "":
		return web.NoSession()
	case strings.EqualFold(scheme, "SSWS"):
		return identifyAPIToken(c, strings.TrimSpace(credentials))
	case strings.EqualFold(scheme, "Bearer"), strings.EqualFold(scheme, "DPoP"):
		return identifyAccessToken(c)
	}
	return web.InvalidToken()
}

// identifyAPIToken takes an SSWS token, which has its owner's rights and every
// scope.
func identifyAPIToken(c *web.Call, value string) error {
	token := c.Org.APITokens.Get(state.TokenHash(value))
	if token == nil {
		return web.InvalidToken()
	}
	owner := c.Org.Users.Get(token.UserID)
	if owner == nil || owner.Status != "ACTIVE" {
		return web.InvalidToken()
	}
	c.Principal = &web.Principal{UserID: owner.ID, TokenID: token.ID, Roles: c.Org.UserRoles(owner)}
	return nil
}

// identifyAccessToken takes an access token of the org authorization server
// that has the scope of the route.
func identifyAccessToken(c *web.Call) error {
	token, err := oauth.Bearer(c)
	if err != nil {
		return challenge(c, err)
	}
	scopes := slices.Concat(neededScopes(c), selfScopes(c, token))
	if !slices.ContainsFunc(scopes, func(scope string) bool { return slices.Contains(token.Scopes, scope) }) {
		return challenge(c, oauth.ErrInsufficientScope)
	}
	c.Principal = &web.Principal{UserID: token.UserID, ClientID: token.Client, TokenID: token.ID}
	if token.UserID != "" {
		c.Principal.Roles = c.Org.UserRoles(c.Org.Users.Get(token.UserID))
	} else {
		c.Principal.Roles = c.Org.AppByClientID(token.Client).Roles
	}
	return nil
}

// neededScopes returns the scopes of which the call needs one; the first is the
// least.
func neededScopes(c *web.Call) []string {
	manage := c.Route.Scope + ".manage"
	if c.Reads() {
		return []string{c.Route.Scope + ".read", manage}
	}
	return []string{manage}
}

// selfScopes returns the scopes that suffice where the call is about the user who signed
// in.
func selfScopes(c *web.Call, token *oauth.AccessToken) []string {
	if c.Route.Scope != "okta.users" || token.UserID == "" {
		return nil
	}
	name := c.Path("userId")
	if name != "me" {
		if u := UserNamed(c, name); u == nil || u.ID != token.UserID {
			return nil
		}
	}
	if c.Reads() {
		return []string{"okta.users.read.self", "okta.users.manage.self"}
	}
	return []string{"okta.users.manage.self"}
}

// challenge turns an error about an access token into Okta's answer: all of it
// is in WWW-Authenticate. A token without the scope gets no body.
func challenge(c *web.Call, err error) error {
	wrong, known := err.(*oauth.Error)
	if !known {
		return err
	}
	scheme := "Bearer "
	if sent, _, _ := strings.Cut(c.Request.Header.Get("Authorization"), " "); strings.EqualFold(sent, "DPoP") || wrong == oauth.ErrDPoPScheme {
		scheme = `DPoP algs="` + strings.Join(oauth.ProofAlgorithms(), " ") + `", `
	}
	// Okta writes http here, whatever the scheme of the request.
	realm := "http://" + c.Request.Host
	value := scheme + `authorization_uri="` + realm + `/oauth2/v1/authorize", realm="` + realm +
		`", scope="` + neededScopes(c)[0] + `", error="` + wrong.Code + `", error_description="` + wrong.Description +
		`", resource="` + c.Request.URL.EscapedPath() + `"`
	switch wrong.Status {
	case http.StatusUnauthorized:
		refused := web.InvalidToken()
		refused.Header = http.Header{"Www-Authenticate": {value}}
		return refused
	case http.StatusForbidden:
		return &web.APIError{Status: wrong.Status, Empty: true, Header: http.Header{"Www-Authenticate": {value}}}
	}
	return wrong.WithHeader("Www-Authenticate", value)
}

// UserNamed returns the user of an id, a login, or "me"; nil if there is none.
func UserNamed(c *web.Call, name string) *state.User {
	if name == "me" {
		return c.Org.Users.Get(c.Principal.UserID)
	}
	if u := c.Org.Users.Get(name); u != nil {
		return u
	}
	return c.Org.UserByLogin(name)
}
