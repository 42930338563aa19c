package oauth

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// csrfCookie holds the value that the form of the sign-in page must repeat. A page of another site
// can make a browser post the form, but cannot read the cookie.
const csrfCookie = "signin_csrf"

// signInData is the data of the sign-in page.
type signInData struct {
	App, Username, FromURI, CSRF, Wrong string
}

// signInPage shows the sign-in page, which continues the request afterwards.
func signInPage(c *web.Call, q *authorizeRequest) error {
	params := url.Values{}
	for name, values := range q.params {
		if name != "sessionToken" {
			params[name] = values
		}
	}
	label, _ := q.client.app.Doc["label"].(string)
	return showSignIn(c, http.StatusOK, signInData{App: label, Username: q.params.Get("login_hint"),
		FromURI: "/oauth2/v1/authorize?" + params.Encode()})
}

func showSignIn(c *web.Call, status int, data signInData) error {
	data.CSRF = state.RandomBase64(24)
	setCookie(c, csrfCookie, data.CSRF, 0)
	noStore(c)
	return htmlPage(c, status, signInTemplate(), data)
}

// postSignIn handles the form of the sign-in page. It redirects to the authorization request with a
// one-time session token, which counts as fresh for prompt=login and max_age.
func postSignIn(c *web.Call) error {
	form, err := url.ParseQuery(string(c.Body))
	from := form.Get("fromURI")
	if err != nil || !strings.HasPrefix(from, "/oauth2/v1/authorize?") {
		return errorPage(c, errInvalidRequest)
	}
	data := signInData{Username: form.Get("username"), FromURI: from}
	if q, err := url.ParseQuery(strings.TrimPrefix(from, "/oauth2/v1/authorize?")); err == nil {
		if client := clientNamed(c.Org, q.Get("client_id")); client != nil {
			data.App, _ = client.app.Doc["label"].(string)
		}
	}
	cookie, err := c.Request.Cookie(csrfCookie)
	if err != nil || subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(form.Get("csrf"))) != 1 {
		data.Wrong = "Your session has expired. Please try to sign in again."
		return showSignIn(c, http.StatusForbidden, data)
	}
	u, step := signInStep(c, data.Username, form.Get("password"))
	emitSignIn(c, u, step)
	switch {
	case u == nil:
		data.Wrong = "Unable to sign in"
		return showSignIn(c, http.StatusUnauthorized, data)
	case step == "LOCKED_OUT":
		data.Wrong = "Your account is locked. Please contact your administrator."
		return showSignIn(c, http.StatusForbidden, data)
	case step != "SUCCESS":
		data.Wrong = "Sign-in needs another step, which this page doesn't have: " + step
		return showSignIn(c, http.StatusForbidden, data)
	}
	setCookie(c, csrfCookie, "", -1)
	c.Header.Set("Location", from+"&sessionToken="+url.QueryEscape(newSessionToken(c, u)))
	return c.NoContent(http.StatusSeeOther)
}
