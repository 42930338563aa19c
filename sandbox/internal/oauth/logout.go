package oauth

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// getLogout serves /oauth2/v1/logout (OpenID Connect RP-Initiated Logout 1.0), by GET and POST. It
// ends the browser's session and redirects to the client's registered URI, or shows that the user
// is signed out.
func getLogout(c *web.Call) error {
	params := c.Query()
	if c.Request.Method == http.MethodPost {
		form, err := url.ParseQuery(string(c.Body))
		if err != nil {
			return errorPage(c, errInvalidRequest)
		}
		params = form
	}
	client, subject, wrong := logoutClient(c, params)
	if wrong != nil {
		return errorPage(c, wrong)
	}
	target := params.Get("post_logout_redirect_uri")
	if target != "" && (client == nil || !slices.Contains(client.PostLogoutRedirectURIs, target)) {
		return errorPage(c, errLogoutRedirectURI)
	}
	if in := browserSession(c); in != nil && subject != "" && in.UserID != subject {
		return errorPage(c, ErrOtherSessionsUser)
	}
	endSession(c)
	if target == "" {
		return htmlPage(c, http.StatusOK, signedOutPage())
	}
	if state := params.Get("state"); state != "" {
		separator := "?"
		if strings.Contains(target, "?") {
			separator = "&"
		}
		target += separator + url.Values{"state": {state}}.Encode()
	}
	return c.Redirect(target)
}

// logoutClient returns the client that the ID token hint or client_id names, and the user of the
// hint. The hint may have expired.
func logoutClient(c *web.Call, params url.Values) (client *client, subject string, wrong *Error) {
	hint, id := params.Get("id_token_hint"), params.Get("client_id")
	if hint != "" {
		read, ok := readSigned(c.Org, hint)
		if !ok || !strings.HasPrefix(read.text("jti"), "ID.") || id != "" && id != read.text("aud") {
			return nil, "", errIDToken
		}
		id, subject = read.text("aud"), read.text("sub")
	}
	if id != "" {
		client = clientNamed(c.Org, id)
	}
	if client == nil {
		return nil, "", ErrClientID
	}
	return client, subject, nil
}
