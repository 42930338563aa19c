// Package oauth is the org authorization server and the sign-in: authorize, token, introspect,
// revoke, discovery, client authentication and DPoP. Routes lists the endpoints.
package oauth

import (
	"net/url"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Routes returns the endpoints of the org authorization server and of the sign-in. They
// authenticate their callers themselves.
func Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /.well-known/openid-configuration", CORS: web.CORSApps, Handle: getOpenIDConfiguration},
		{Pattern: "GET /.well-known/oauth-authorization-server", CORS: web.CORSApps, Handle: getAuthorizationServerMetadata},
		{Pattern: "GET /oauth2/v1/keys", CORS: web.CORSApps, Handle: getKeys},
		{Pattern: "POST /api/v1/authn", CORS: web.CORSTrusted, Handle: postAuthn},
		{Pattern: "GET /api/v1/sessions/me", CORS: web.CORSTrusted, Handle: getMySession},
		{Pattern: "DELETE /api/v1/sessions/me", CORS: web.CORSTrusted, Handle: closeMySession},
		{Pattern: "POST /api/v1/sessions/me/lifecycle/refresh", CORS: web.CORSTrusted, Handle: refreshMySession},
		{Pattern: "GET /oauth2/v1/authorize", OwnLock: true, Handle: getAuthorize},
		{Pattern: "POST /oauth2/v1/authorize", OwnLock: true, Handle: postAuthorize},
		{Pattern: "POST /oauth2/v1/par", OwnLock: true, CORS: web.CORSClient, Handle: forClient(postPAR)},
		{Pattern: "POST /signin", Handle: postSignIn},
		{Pattern: "POST /oauth2/v1/device/authorize", OwnLock: true, CORS: web.CORSApps, Handle: forClient(postDeviceAuthorize)},
		{Pattern: "GET " + activatePath, Handle: getActivate},
		{Pattern: "POST " + activatePath, Handle: postActivate},
		{Pattern: "POST /oauth2/v1/token", CORS: web.CORSClient, OwnLock: true, Handle: forToken(postToken)},
		{Pattern: "POST /oauth2/v1/introspect", CORS: web.CORSApps, OwnLock: true, Handle: forClient(postIntrospect)},
		{Pattern: "POST /oauth2/v1/revoke", CORS: web.CORSApps, OwnLock: true, Handle: forClient(postRevoke)},
		{Pattern: "GET /oauth2/v1/userinfo", CORS: web.CORSApps, Handle: getUserInfo},
		{Pattern: "POST /oauth2/v1/userinfo", CORS: web.CORSApps, Handle: getUserInfo},
		{Pattern: "GET /oauth2/v1/logout", Handle: getLogout},
		{Pattern: "POST /oauth2/v1/logout", Handle: getLogout},
	}
}

// clientHandler handles an OAuth endpoint for an authenticated client.
type clientHandler func(c *web.Call, client *client, form url.Values) error

// forToken checks the grant type before it authenticates the client: an unsupported grant type is
// refused for all clients.
func forToken(handle clientHandler) func(*web.Call) error {
	return func(c *web.Call) error {
		form, err := parseForm(c)
		if err != nil {
			return err
		}
		if !form.Has("grant_type") {
			return ErrNoGrantType.With(tokenGrantNames()...)
		}
		return asClient(c, form, handle)
	}
}

func forClient(handle clientHandler) func(*web.Call) error {
	return func(c *web.Call) error {
		form, err := parseForm(c)
		if err != nil {
			return err
		}
		return asClient(c, form, handle)
	}
}

// asClient authenticates the client and runs the handler. It holds Server.mu except while it
// fetches the client's jwks_uri.
func asClient(c *web.Call, form url.Values, handle clientHandler) error {
	found, err := readCredentials(c, form)
	if err != nil {
		return err
	}
	uri := keysURI(c, found)
	if uri == "" {
		uri = requestKeysURI(c, found.clientID, form.Get("request"))
	}
	var remote []ClientKey
	if uri != "" {
		var refused *Error
		if remote, refused = fetchKeys(c.Request.Context(), uri); refused != nil {
			return refused
		}
	}
	c.Lock.Lock()
	defer c.Lock.Unlock()
	client, err := authenticate(c, found, remote)
	if err == nil && !client.admitsAddress() {
		err = errNetworkZone
	}
	if err == nil {
		c.Acting = syslog.ClientEntity(client.app)
		err = handle(c, client, form)
	} else if client := clientNamed(c.Org, found.clientID); client != nil {
		c.Acting = syslog.ClientEntity(client.app)
		syslog.EmitOutcome(c, eventBadClient, state.Outcome{Result: "FAILURE", Reason: reasonOf(err)}, c.Acting)
	}
	if failed := c.Commit(); failed != nil {
		return failed
	}
	return err
}

// keysURI returns the URI from which the client's keys must be fetched, if any. It locks Server.mu
// itself.
func keysURI(c *web.Call, found *credentials) string {
	c.Lock.Lock()
	defer c.Lock.Unlock()
	return found.keysURI(c.Org)
}
