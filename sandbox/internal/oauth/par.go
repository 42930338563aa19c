package oauth

import (
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

const (
	// requestURIPrefix begins the URIs of pushed requests.
	requestURIPrefix = "urn:okta:"
	// requestURILife is how long a pushed request can be used.
	requestURILife = time.Hour
)

// postPAR serves POST /oauth2/v1/par (RFC 9126): it checks an authorization request and stores it.
func postPAR(c *web.Call, client *client, form url.Values) error {
	if form.Has("request_uri") {
		return ErrPushedURI
	}
	if err := client.checkBrowser(c, form); err != nil {
		return err
	}
	params := maps.Clone(form)
	for _, name := range []string{"client_secret", "client_assertion", "client_assertion_type"} {
		delete(params, name)
	}
	params.Set("client_id", client.id)
	if _, wrong := clientFor(c, params, "par"); wrong != nil {
		return wrong
	}
	request, wrong := client.resolve(c, params)
	if wrong == nil {
		wrong = request.check()
	}
	switch {
	case wrong == ErrOpenIDRequired:
		return ErrPushedOpenIDNeeded
	case wrong != nil:
		return wrong
	}
	noStore(c)
	return c.JSON(http.StatusCreated, map[string]any{
		"request_uri": push(c, client, request.params), "expires_in": int(requestURILife.Seconds())})
}

// push stores the parameters of an authorization request and returns its request_uri.
func push(c *web.Call, client *client, params url.Values) string {
	stored := maps.Clone(params)
	delete(stored, "sessionToken")
	uri := requestURIPrefix + state.RandomBase64(32)
	c.Org.Ephemeral.Pushed.Put(uri, &state.PushedRequest{ClientID: client.id, Params: stored}, c.Now, c.Now.Add(requestURILife))
	return uri
}

// pushedParams returns the parameters that the client pushed. Those around request_uri do not
// count, except for the session token of Okta's own sign-in.
func (client *client) pushedParams(c *web.Call, around url.Values) (url.Values, *Error) {
	pushed, good := c.Org.Ephemeral.Pushed.Get(around.Get("request_uri"), c.Now)
	switch {
	case !good:
		return nil, ErrRequestURI
	case pushed.ClientID != client.id:
		return nil, ErrRequestURIClient
	}
	params := maps.Clone(pushed.Params)
	if token := around.Get("sessionToken"); token != "" {
		params.Set("sessionToken", token)
	}
	return params, nil
}
