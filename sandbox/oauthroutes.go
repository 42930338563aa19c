package sandbox

import "net/url"

// oauthRoutes are the endpoints of the org authorization server and of the
// sign-in. They authenticate their callers themselves.
func oauthRoutes() []route {
	return []route{
		{pattern: "GET /.well-known/openid-configuration", handle: getOpenIDConfiguration},
		{pattern: "GET /.well-known/oauth-authorization-server", handle: getAuthorizationServerMetadata},
		{pattern: "GET /oauth2/v1/keys", handle: getKeys},
		{pattern: "POST /api/v1/authn", handle: postAuthn},
		{pattern: "GET /oauth2/v1/authorize", handle: getAuthorize},
		{pattern: "POST /oauth2/v1/authorize", handle: postAuthorize},
		{pattern: "POST /signin", handle: postSignIn},
		{pattern: "POST /oauth2/v1/token", ownLock: true, handle: forToken(postToken)},
		{pattern: "POST /oauth2/v1/introspect", ownLock: true, handle: forClient(postIntrospect)},
		{pattern: "POST /oauth2/v1/revoke", ownLock: true, handle: forClient(postRevoke)},
		{pattern: "GET /oauth2/v1/userinfo", handle: getUserInfo},
		{pattern: "POST /oauth2/v1/userinfo", handle: getUserInfo},
		{pattern: "GET /oauth2/v1/logout", handle: getLogout},
		{pattern: "POST /oauth2/v1/logout", handle: getLogout},
	}
}

// clientHandler answers an OAuth endpoint for an authenticated client.
type clientHandler func(c *call, client *oauthClient, form url.Values) error

// forToken checks the grant type before the client: what the server doesn't
// have, it has for no client.
func forToken(handle clientHandler) func(*call) error {
	return func(c *call) error {
		form, err := c.form()
		if err != nil {
			return err
		}
		if !form.Has("grant_type") {
			return errNoGrantType.with(tokenGrantNames()...)
		}
		return c.asClient(form, handle)
	}
}

func forClient(handle clientHandler) func(*call) error {
	return func(c *call) error {
		form, err := c.form()
		if err != nil {
			return err
		}
		return c.asClient(form, handle)
	}
}

// asClient authenticates the client and runs the handler, with Server.mu held
// for all but the fetch of the client's jwks_uri.
func (c *call) asClient(form url.Values, handle clientHandler) error {
	found, err := c.readCredentials(form)
	if err != nil {
		return err
	}
	uri := c.keysURI(found)
	var remote []clientKey
	if uri != "" {
		if remote, err = fetchKeys(c.r.Context(), uri); err != nil {
			return err
		}
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	client, err := c.authenticate(found, remote)
	if err == nil && !client.admitsAddress() {
		err = errNetworkZone
	}
	if err == nil {
		c.acting = clientParty(client.app)
		err = handle(c, client, form)
	} else if client := c.org.client(found.clientID); client != nil {
		c.acting = clientParty(client.app)
		c.event(eventBadClient, outcome{"FAILURE", reasonOf(err)}, c.acting)
	}
	if failed := c.s.commit(); failed != nil {
		return failed
	}
	return err
}

// keysURI is where the client's keys are to be fetched from, with Server.mu not
// held before and after.
func (c *call) keysURI(found *credentials) string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return found.keysURI(c.org)
}
