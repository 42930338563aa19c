package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// principal is who makes a call: a user by API token, a user through an app,
// or a service app by itself.
type principal struct {
	userID   string // who owns the API token or signed in; empty for a service app
	clientID string // the app whose access token it is; empty for an API token
	tokenID  string // id of the API token, or jti of the access token

	roles []*roleAssignment // his own and those of his groups
}

// authorize decides whether the call may be made and sets c.principal. The
// caller holds Server.mu.
//
// The order is Okta's: who is it (401), may the token do it (403 with
// WWW-Authenticate), may the admin do it (403 E0000006).
func (s *Server) authorize(c *call) error {
	if c.route.scope == "" {
		return nil // public, or the handler knows its callers
	}
	if err := c.identify(); err != nil {
		return err
	}
	if !c.mayCall() {
		return errForbidden()
	}
	return nil
}

// identify finds the principal of the Authorization header.
func (c *call) identify() error {
	scheme, credentials, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	switch {
	case scheme == "":
		return errNoSession()
	case strings.EqualFold(scheme, "SSWS"):
		return c.identifyAPIToken(strings.TrimSpace(credentials))
	case strings.EqualFold(scheme, "Bearer"), strings.EqualFold(scheme, "DPoP"):
		return c.identifyAccessToken()
	}
	return errInvalidToken()
}

// identifyAPIToken takes an SSWS token, which has its owner's rights and every
// scope.
func (c *call) identifyAPIToken(value string) error {
	token := c.org.apiTokens.get(tokenHash(value))
	if token == nil {
		return errInvalidToken()
	}
	owner := c.org.users.get(token.UserID)
	if owner == nil || owner.Status != "ACTIVE" {
		return errInvalidToken()
	}
	c.principal = &principal{userID: owner.ID, tokenID: token.ID, roles: c.org.userRoles(owner)}
	return nil
}

// identifyAccessToken takes an access token of the org authorization server
// that has the scope of the route.
func (c *call) identifyAccessToken() error {
	token, err := c.bearer()
	if err != nil {
		return c.challenge(err)
	}
	scopes := slices.Concat(c.neededScopes(), c.selfScopes(token))
	if !slices.ContainsFunc(scopes, func(scope string) bool { return slices.Contains(token.Scopes, scope) }) {
		return c.challenge(errInsufficientScope)
	}
	c.principal = &principal{userID: token.UserID, clientID: token.Client, tokenID: token.ID}
	if token.UserID != "" {
		c.principal.roles = c.org.userRoles(c.org.users.get(token.UserID))
	} else {
		c.principal.roles = c.org.appByClientID(token.Client).Roles
	}
	return nil
}

// neededScopes are the scopes of which the call needs one; the first is the
// least.
func (c *call) neededScopes() []string {
	manage := c.route.scope + ".manage"
	if c.reads() {
		return []string{c.route.scope + ".read", manage}
	}
	return []string{manage}
}

// selfScopes are the scopes that do as well where the call is about the user who signed
// in.
func (c *call) selfScopes(token *accessToken) []string {
	if c.route.scope != "okta.users" || token.UserID == "" {
		return nil
	}
	name := c.path("userId")
	if name != "me" {
		if u := c.userNamed(name); u == nil || u.ID != token.UserID {
			return nil
		}
	}
	if c.reads() {
		return []string{"okta.users.read.self", "okta.users.manage.self"}
	}
	return []string{"okta.users.manage.self"}
}

func (c *call) reads() bool { return c.r.Method == http.MethodGet || c.r.Method == http.MethodHead }

// bearer reads and verifies the access token of the request, as Bearer (RFC
// 6750) or with a DPoP proof (RFC 9449).
func (c *call) bearer() (*accessToken, error) {
	scheme, raw, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	proven := strings.EqualFold(scheme, "DPoP")
	raw = strings.TrimSpace(raw)
	if raw == "" || !proven && !strings.EqualFold(scheme, "Bearer") {
		return nil, errAccessTokenMissing
	}
	token, err := c.org.readAccess(raw, c.now)
	switch {
	case err != nil:
		return nil, err
	case token.JKT == "" && proven:
		return nil, errAccessTokenNotDPoP
	case token.JKT == "":
		return token, nil
	case !proven:
		return nil, errDPoPScheme
	}
	return token, c.resourceProof(raw, token)
}

// challenge turns an error about an access token into Okta's answer: all of it
// is in WWW-Authenticate. A token without the scope gets no body.
func (c *call) challenge(err error) error {
	wrong, known := err.(*oauthError)
	if !known {
		return err
	}
	scheme := "Bearer "
	if sent, _, _ := strings.Cut(c.r.Header.Get("Authorization"), " "); strings.EqualFold(sent, "DPoP") || wrong == errDPoPScheme {
		scheme = `DPoP algs="` + strings.Join(proofAlgorithms(), " ") + `", `
	}
	// Okta writes http here, whatever the scheme of the request.
	realm := "http://" + c.r.Host
	value := scheme + `authorization_uri="` + realm + `/oauth2/v1/authorize", realm="` + realm +
		`", scope="` + c.neededScopes()[0] + `", error="` + wrong.code + `", error_description="` + wrong.description +
		`", resource="` + c.r.URL.EscapedPath() + `"`
	switch wrong.status {
	case http.StatusUnauthorized:
		refused := errInvalidToken()
		refused.header = http.Header{"Www-Authenticate": {value}}
		return refused
	case http.StatusForbidden:
		return &apiError{status: wrong.status, empty: true, header: http.Header{"Www-Authenticate": {value}}}
	}
	return wrong.withHeader("Www-Authenticate", value)
}
