// Package access decides who may make a call, by the scopes of the token, the admin roles of the
// caller, and the roles of the object that the call is about. Authorize is the entry point.
package access

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Authorize decides whether the call may be made and sets c.Principal. The caller holds Server.mu.
//
// It checks in Okta's order: the credential (401), the scopes of the token (403 with
// WWW-Authenticate), the admin roles of the principal (403 E0000006).
func Authorize(c *web.Call) error {
	if c.Route.Scope == "" {
		return nil // public, or the handler authenticates its callers
	}
	if err := identify(c); err != nil {
		return err
	}
	if !MayCall(c) {
		c.Reason = missingRight(c)
		return web.Forbidden()
	}
	return nil
}

// identify authenticates the principal of the Authorization header.
func identify(c *web.Call) error {
	scheme, credentials, _ := strings.Cut(c.Request.Header.Get("Authorization"), " ")
	switch {
	case scheme == "":
		return identifySession(c)
	case strings.EqualFold(scheme, "SSWS"):
		return identifyAPIToken(c, strings.TrimSpace(credentials))
	case strings.EqualFold(scheme, "Bearer"), strings.EqualFold(scheme, "DPoP"):
		if c.Route.APITokenOnly {
			c.Reason = "the operation takes an API token only (SSWS), no access token"
			return web.NoSession()
		}
		return identifyAccessToken(c)
	}
	c.Reason = "the scheme of the Authorization header is none of SSWS, Bearer and DPoP"
	return web.InvalidToken()
}

// identifySession authenticates the user of a session cookie, who may only read about themselves:
// pages of trusted origins learn so who is signed in.
func identifySession(c *web.Call) error {
	u := oauth.SessionUser(c)
	if u == nil || !c.Reads() || c.Path("userId") != "me" {
		c.Reason = "no Authorization header"
		return web.NoSession()
	}
	c.Principal = &web.Principal{UserID: u.ID, Roles: c.Org.UserRoles(u)}
	return nil
}

// identifyAPIToken authenticates an SSWS token, which has the rights of its owner and all scopes.
func identifyAPIToken(c *web.Call, value string) error {
	token := c.Org.APITokens.Get(state.TokenHash(value))
	if token == nil {
		c.Reason = "the org does not know the API token"
		return web.InvalidToken()
	}
	owner := c.Org.Users.Get(token.UserID)
	if owner == nil || owner.Status != "ACTIVE" {
		c.Reason = "the owner of the API token is not active"
		return web.InvalidToken()
	}
	c.Principal = &web.Principal{UserID: owner.ID, TokenID: token.ID, Roles: c.Org.UserRoles(owner)}
	return nil
}

// identifyAccessToken authenticates an access token of the org authorization server and checks that
// it has a scope of the route.
func identifyAccessToken(c *web.Call) error {
	token, err := oauth.Bearer(c)
	if err != nil {
		return challenge(c, err)
	}
	scopes := slices.Concat(neededScopes(c), selfScopes(c, token))
	if !slices.ContainsFunc(scopes, func(scope string) bool { return slices.Contains(token.Scopes, scope) }) {
		c.Reason = "token lacks " + strings.Join(scopes, " or ") + "; it has " + strings.Join(token.Scopes, ", ")
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

// neededScopes returns the scopes that allow the call, the least powerful first. One is enough.
func neededScopes(c *web.Call) []string {
	manage := c.Route.Scope + ".manage"
	if c.Route.Verb != "" {
		return []string{c.Route.Scope + "." + c.Route.Verb}
	}
	if c.Reads() {
		return []string{c.Route.Scope + ".read", manage}
	}
	return []string{manage}
}

// selfScopes returns the scopes that suffice for a call about the signed-in user.
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

// challenge turns an error about an access token into Okta's answer, which describes the error in
// WWW-Authenticate. A token that lacks the scope gets no body.
func challenge(c *web.Call, err error) error {
	var wrong *oauth.Error
	if !errors.As(err, &wrong) {
		return err
	}
	if c.Reason == "" {
		c.Reason = wrong.Description
	}
	scheme := "Bearer "
	if sent, _, _ := strings.Cut(c.Request.Header.Get("Authorization"), " "); strings.EqualFold(sent, "DPoP") || wrong == oauth.ErrDPoPScheme {
		scheme = `DPoP algs="` + strings.Join(oauth.ProofAlgorithms(), " ") + `", `
	}
	// Okta writes http here, whatever the scheme of the request is.
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

// UserNamed returns the user with an id or login, or the caller for "me"; nil if there is none.
func UserNamed(c *web.Call, name string) *state.User {
	if name == "me" {
		return c.Org.Users.Get(c.Principal.UserID)
	}
	if u := c.Org.Users.Get(name); u != nil {
		return u
	}
	return c.Org.UserByLogin(name)
}
