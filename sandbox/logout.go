package sandbox

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// getLogout is /oauth2/v1/logout (OpenID Connect RP-Initiated Logout 1.0),
// by GET or POST. It ends the browser's session and goes to the client's
// registered URI, or shows that the user is signed out.
func getLogout(c *call) error {
	params := c.query()
	if c.r.Method == http.MethodPost {
		form, err := url.ParseQuery(string(c.body))
		if err != nil {
			return c.errorPage(errInvalidRequest)
		}
		params = form
	}
	client, wrong := c.logoutClient(params)
	if wrong != nil {
		return c.errorPage(wrong)
	}
	target := params.Get("post_logout_redirect_uri")
	if target != "" && (client == nil || !slices.Contains(client.PostLogoutRedirectURIs, target)) {
		return c.errorPage(errLogoutRedirectURI)
	}
	c.endSession()
	if target == "" {
		return c.page(http.StatusOK, signedOutPage(), nil)
	}
	if state := params.Get("state"); state != "" {
		separator := "?"
		if strings.Contains(target, "?") {
			separator = "&"
		}
		target += separator + url.Values{"state": {state}}.Encode()
	}
	return c.redirect(target)
}

// logoutClient is the client named by the ID token hint or by client_id; an
// expired hint is good enough.
func (c *call) logoutClient(params url.Values) (*oauthClient, *oauthError) {
	hint, id := params.Get("id_token_hint"), params.Get("client_id")
	if hint != "" {
		read, ok := c.org.readSigned(hint)
		if !ok || !strings.HasPrefix(read.text("jti"), "ID.") || id != "" && id != read.text("aud") {
			return nil, errIDToken
		}
		id = read.text("aud")
	}
	if id == "" {
		return nil, errClientID
	}
	client := c.org.client(id)
	if client == nil {
		return nil, errClientID
	}
	return client, nil
}

var signedOutPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("signedout").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Signed out</title></head>
<body><p>You are signed out.</p></body></html>
`))
})
