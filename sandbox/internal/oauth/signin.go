package oauth

import (
	"crypto/subtle"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
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
	if q.signed { // the request object must not be read again: it may be used once
		q.requestURI = push(c, q.client, q.params)
	}
	params := url.Values{"client_id": {q.client.id}, "request_uri": {q.requestURI}}
	if q.requestURI == "" {
		params = maps.Clone(q.params)
		delete(params, "sessionToken")
	}
	return showSignIn(c, http.StatusOK, signInData{App: q.client.app.Label(), Username: q.params.Get("login_hint"),
		FromURI: "/oauth2/v1/authorize?" + params.Encode()})
}

func showSignIn(c *web.Call, status int, data signInData) error {
	data.CSRF = state.RandomBase64(24)
	setCookie(c, csrfCookie, data.CSRF, 0)
	noStore(c)
	return htmlPage(c, status, signInForm(data))
}

// sameCSRF reports whether the form repeats the value of the cookie.
func sameCSRF(c *web.Call, form url.Values) bool {
	cookie, err := c.Request.Cookie(csrfCookie)
	return err == nil && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(form.Get("csrf"))) == 1
}

// postSignIn handles the form of the sign-in page. It redirects to the authorization request with a
// one-time session token, which counts as fresh for prompt=login and max_age.
func postSignIn(c *web.Call) error {
	form, err := url.ParseQuery(string(c.Body))
	from := form.Get("fromURI")
	path, query, _ := strings.Cut(from, "?")
	if err != nil || path != "/oauth2/v1/authorize" && path != activatePath {
		return errorPage(c, errInvalidRequest)
	}
	data := signInData{Username: form.Get("username"), FromURI: from}
	if q, err := url.ParseQuery(query); err == nil {
		if client := clientNamed(c.Org, q.Get("client_id")); client != nil {
			data.App = client.app.Label()
		}
	}
	if !sameCSRF(c, form) {
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

// countFailure counts a wrong password, and locks the account at the last one that the policy
// allows.
func countFailure(c *web.Call, u *state.User, lockout state.Lockout) (*state.User, string) {
	if lockout.MaxAttempts == 0 || u.Status != "ACTIVE" && u.Status != "PASSWORD_EXPIRED" {
		return nil, "INVALID_CREDENTIALS"
	}
	u.FailedSignIns++
	c.Org.Users.Put(u.ID, u)
	if u.FailedSignIns < lockout.MaxAttempts {
		return nil, "INVALID_CREDENTIALS"
	}
	u.Status, u.StatusChanged, u.LastUpdated = "LOCKED_OUT", c.Second(), c.Second()
	syslog.EmitOutcome(c, eventAccountLock, state.Outcome{Result: "FAILURE", Reason: "LOCKED_OUT"}, syslog.UserEntity(u))
	return lockedOut(u, lockout)
}

// lockedOut returns the step of a locked account: the policy says whether it may be told.
func lockedOut(u *state.User, lockout state.Lockout) (*state.User, string) {
	if lockout.ShowFailures {
		return u, "LOCKED_OUT"
	}
	return nil, "LOCKED_OUT"
}

// unlockInTime unlocks an account that was locked for as long as the policy says.
func unlockInTime(c *web.Call, u *state.User, lockout state.Lockout) {
	if u.Status != "LOCKED_OUT" || lockout.AutoUnlock == 0 || c.Now.Before(u.StatusChanged.Add(lockout.AutoUnlock)) {
		return
	}
	u.Status, u.StatusChanged, u.LastUpdated, u.FailedSignIns = "ACTIVE", c.Second(), c.Second(), 0
	c.Org.Users.Put(u.ID, u)
	syslog.Emit(c, eventAccountUnlock, syslog.UserEntity(u))
}

// takeOverPassword forgets wrong passwords, and makes an imported password, once it was right, the
// org's own.
func takeOverPassword(c *web.Call, u *state.User, password string) {
	u.FailedSignIns = 0
	if u.Password.Imported != nil {
		if own, err := state.NewPasswordHash(password); err == nil {
			u.Password = own
		}
	}
	c.Org.Users.Put(u.ID, u)
}
