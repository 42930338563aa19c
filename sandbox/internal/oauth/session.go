package oauth

import (
	"net/http"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

const (
	// sessionCookie is Okta's name for the session cookie.
	sessionCookie = "sid"
	// SessionTokenLife is how long the token of /api/v1/authn is valid.
	SessionTokenLife = 5 * time.Minute
	// sessionLife is how long a browser's session lasts.
	sessionLife = 2 * time.Hour
)

// canSignIn reports whether the user's status allows them to sign in.
func canSignIn(u *state.User) bool {
	switch u.Status {
	case "ACTIVE", "PASSWORD_EXPIRED", "RECOVERY":
		return true
	}
	return false
}

// newSessionToken creates the one-time token that starts a session.
func newSessionToken(c *web.Call, u *state.User) string {
	value := "20111" + state.RandomText(31)
	c.Org.Ephemeral.SessionTokens.Put(state.TokenHash(value), &state.Session{UserID: u.ID, AuthTime: c.Now}, c.Now, c.Now.Add(SessionTokenLife))
	return value
}

// takeSessionToken redeems a session token; nil if it is invalid.
func takeSessionToken(c *web.Call, value string) *state.Session {
	in, good := c.Org.Ephemeral.SessionTokens.Take(state.TokenHash(value), c.Now)
	if !good || !signedIn(c, in) {
		return nil
	}
	return in
}

// startSession sets the session cookie.
func startSession(c *web.Call, in *state.Session) {
	value := state.RandomBase64(24)
	in.ID = "102" + state.RandomText(22)
	keepSession(c, value, in)
	setCookie(c, sessionCookie, value, 0)
}

// keepSession stores the session under the value of its cookie, from now on for its whole life.
func keepSession(c *web.Call, value string, in *state.Session) {
	in.Expires = c.Now.Add(sessionLife)
	c.Org.Ephemeral.Sessions.Put(state.TokenHash(value), in, c.Now, in.Expires)
}

// browserSession returns the session of the request's cookie, or nil.
func browserSession(c *web.Call) *state.Session {
	cookie, err := c.Request.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	in, good := c.Org.Ephemeral.Sessions.Get(state.TokenHash(cookie.Value), c.Now)
	if !good || !signedIn(c, in) {
		return nil
	}
	return in
}

func signedIn(c *web.Call, in *state.Session) bool {
	u := c.Org.Users.Get(in.UserID)
	return u != nil && canSignIn(u)
}

// endSession ends the browser's session.
func endSession(c *web.Call) {
	if cookie, err := c.Request.Cookie(sessionCookie); err == nil {
		ended, _ := c.Org.Ephemeral.Sessions.Take(state.TokenHash(cookie.Value), c.Now)
		if ended != nil && signedIn(c, ended) {
			c.Acting = syslog.UserEntity(c.Org.Users.Get(ended.UserID))
			syslog.Emit(c, eventSessionEnd, c.Acting)
		}
	}
	setCookie(c, sessionCookie, "", -1)
}

// EndSignIns ends everything that the user's sign-ins gave: sessions, codes and refresh tokens.
// Access tokens are refused as long as the user cannot sign in.
func EndSignIns(c *web.Call, u *state.User) {
	EndSessions(c, u)
	EndTokens(c, u)
}

// EndSessions ends the user's browser sessions and unused session tokens.
func EndSessions(c *web.Call, u *state.User) {
	ofUser := func(in *state.Session) bool { return in.UserID == u.ID }
	c.Org.Ephemeral.SessionTokens.Drop(ofUser)
	c.Org.Ephemeral.Sessions.Drop(ofUser)
}

// EndTokens ends the user's codes and refresh tokens, and what they allowed devices.
func EndTokens(c *web.Call, u *state.User) {
	c.Org.Ephemeral.Devices.Drop(func(grant *state.DeviceGrant) bool { return grant.UserID == u.ID })
	c.Org.Ephemeral.Codes.Drop(func(code *state.AuthCode) bool { return code.UserID == u.ID })
	revokeRefreshTokens(c, func(token *state.RefreshToken) bool { return token.UserID == u.ID })
}

// revokeRefreshTokens revokes the families of all refresh tokens that match.
func revokeRefreshTokens(c *web.Call, match func(*state.RefreshToken) bool) {
	for _, token := range c.Org.RefreshTokens.List() {
		if match(token) {
			revokeFamily(c, token.ID)
		}
	}
}

func setCookie(c *web.Call, name, value string, maxAge int) {
	cookie := http.Cookie{Name: name, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: len(c.Base) > 5 && c.Base[:5] == "https"}
	c.Header.Add("Set-Cookie", cookie.String())
}

// currentSignIn returns the user's sign-in for this request: that of a one-time session token or of
// the browser's session. It is nil if the user must sign in.
func currentSignIn(c *web.Call, q *authorizeRequest) (*state.Session, *Error) {
	in, fresh := takeSessionToken(c, q.params.Get("sessionToken")), true
	if in != nil {
		startSession(c, in)
	} else {
		in, fresh = browserSession(c), false
	}
	if in != nil && satisfies(c, q, in, fresh) {
		return in, nil
	}
	switch {
	case !q.prompting("none"):
		return nil, nil
	case in != nil:
		return nil, ErrSignOnRequired
	}
	return nil, ErrLoginRequired
}

// satisfies reports whether a sign-in is sufficient for the request: recent enough, and made with
// the factors that the app's policy requires. Sign-ins here never use more than a password.
func satisfies(c *web.Call, q *authorizeRequest, in *state.Session, fresh bool) bool {
	if asksSecondFactor(c.Org, q.client.app) {
		return false
	}
	return fresh || !q.prompting("login") && (q.maxAge < 0 || c.Now.Sub(in.AuthTime) <= q.maxAge)
}

// SessionUser returns the user whose browser sends the session cookie, or nil.
func SessionUser(c *web.Call) *state.User {
	in := browserSession(c)
	if in == nil {
		return nil
	}
	return c.Org.Users.Get(in.UserID)
}

// getMySession serves GET /api/v1/sessions/me, the session of the cookie.
func getMySession(c *web.Call) error {
	in := browserSession(c)
	if in == nil {
		return web.NotFound("me", "Session")
	}
	return c.JSON(http.StatusOK, sessionView(c, in))
}

// closeMySession serves DELETE /api/v1/sessions/me.
func closeMySession(c *web.Call) error {
	if browserSession(c) == nil {
		return web.NotFound("me", "Session")
	}
	endSession(c)
	return c.NoContent(http.StatusNoContent)
}

// refreshMySession serves POST /api/v1/sessions/me/lifecycle/refresh: the session lasts as long
// again.
func refreshMySession(c *web.Call) error {
	in := browserSession(c)
	if in == nil {
		return web.NotFound("me", "Session")
	}
	cookie, err := c.Request.Cookie(sessionCookie)
	if err != nil {
		return err
	}
	keepSession(c, cookie.Value, in)
	return c.JSON(http.StatusOK, sessionView(c, in))
}

func sessionView(c *web.Call, in *state.Session) map[string]any {
	u := c.Org.Users.Get(in.UserID)
	link := func(path string, methods ...string) map[string]any {
		return map[string]any{"href": c.URL(path), "hints": map[string]any{"allow": methods}}
	}
	self := link("/api/v1/users/me", "GET")
	self["name"] = u.DisplayName()
	return map[string]any{
		"id": in.ID, "userId": u.ID, "login": jsondoc.Text(u.Profile, "login"), "status": "ACTIVE", "amr": []string{"pwd"},
		"createdAt": state.Timestamp(in.AuthTime), "expiresAt": state.Timestamp(in.Expires),
		"lastPasswordVerification": state.Timestamp(in.AuthTime), "lastFactorVerification": nil, "mfaActive": false,
		"idp": map[string]any{"id": c.Org.Self().ID, "type": "OKTA"},
		"_links": map[string]any{
			"self":    link("/api/v1/sessions/me", "GET", "DELETE"),
			"refresh": link("/api/v1/sessions/me/lifecycle/refresh", "POST"),
			"user":    self,
		},
	}
}
