package sandbox

import (
	"net/http"
	"time"
)

const (
	// sessionCookie is Okta's name of the session cookie.
	sessionCookie = "sid"
	// sessionTokenLife is how long the token of /api/v1/authn is good.
	sessionTokenLife = 5 * time.Minute
	// sessionLife is how long a browser's session lasts.
	sessionLife = 2 * time.Hour
)

// canSignIn reports whether the user's status lets him sign in.
func canSignIn(u *user) bool {
	switch u.Status {
	case "ACTIVE", "PASSWORD_EXPIRED", "RECOVERY":
		return true
	}
	return false
}

// newSessionToken makes the one-time token that starts a session.
func (c *call) newSessionToken(u *user) string {
	value := "20111" + randomText(31)
	c.org.ephemeral.sessionTokens.put(tokenHash(value), &session{UserID: u.ID, AuthTime: c.now}, c.now, c.now.Add(sessionTokenLife))
	return value
}

// takeSessionToken uses up a session token; nil when it isn't good.
func (c *call) takeSessionToken(value string) *session {
	in, good := c.org.ephemeral.sessionTokens.take(tokenHash(value), c.now)
	if !good || !c.signedIn(in) {
		return nil
	}
	return in
}

// startSession gives the browser a session.
func (c *call) startSession(in *session) {
	value := randomBytes64(24)
	c.org.ephemeral.sessions.put(tokenHash(value), in, c.now, c.now.Add(sessionLife))
	c.setCookie(sessionCookie, value, 0)
}

// browserSession is the session of the request's cookie, or nil.
func (c *call) browserSession() *session {
	cookie, err := c.r.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	in, good := c.org.ephemeral.sessions.get(tokenHash(cookie.Value), c.now)
	if !good || !c.signedIn(in) {
		return nil
	}
	return in
}

func (c *call) signedIn(in *session) bool {
	u := c.org.users.get(in.UserID)
	return u != nil && canSignIn(u)
}

// endSession forgets the browser's session.
func (c *call) endSession() {
	if cookie, err := c.r.Cookie(sessionCookie); err == nil {
		ended, _ := c.org.ephemeral.sessions.take(tokenHash(cookie.Value), c.now)
		if ended != nil && c.signedIn(ended) {
			c.acting = userParty(c.org.users.get(ended.UserID))
			c.happened(eventSessionEnd, c.acting)
		}
	}
	c.setCookie(sessionCookie, "", -1)
}

// endSignIns ends all that the user's sign-ins gave, for good: sessions, codes
// and refresh tokens. Access tokens are refused while the user can't sign in.
func (c *call) endSignIns(u *user) {
	c.endSessions(u)
	c.endTokens(u)
}

// endSessions ends the user's sign-ins in browsers, and those that wait for one.
func (c *call) endSessions(u *user) {
	ofUser := func(in *session) bool { return in.UserID == u.ID }
	c.org.ephemeral.sessionTokens.drop(ofUser)
	c.org.ephemeral.sessions.drop(ofUser)
}

// endTokens ends what would give the user's apps more tokens.
func (c *call) endTokens(u *user) {
	c.org.ephemeral.codes.drop(func(code *authCode) bool { return code.UserID == u.ID })
	c.revokeRefreshTokens(func(token *refreshToken) bool { return token.UserID == u.ID })
}

// revokeRefreshTokens revokes the families of all tokens that match.
func (c *call) revokeRefreshTokens(match func(*refreshToken) bool) {
	for _, token := range c.org.refreshTokens.list() {
		if match(token) {
			c.revokeFamily(token.ID)
		}
	}
}

func (c *call) setCookie(name, value string, maxAge int) {
	cookie := http.Cookie{Name: name, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: len(c.base) > 5 && c.base[:5] == "https"}
	c.header.Add("Set-Cookie", cookie.String())
}

// currentSignIn finds the user's sign-in for this request: a one-time session
// token, or the browser's session. It is nil when the user must sign in.
func (c *call) currentSignIn(q *authorizeRequest) (*session, *oauthError) {
	in, fresh := c.takeSessionToken(q.params.Get("sessionToken")), true
	if in != nil {
		c.startSession(in)
	} else {
		in, fresh = c.browserSession(), false
	}
	if in != nil && c.satisfies(q, in, fresh) {
		return in, nil
	}
	switch {
	case q.prompt != "none":
		return nil, nil
	case in != nil:
		return nil, errSignOnRequired
	}
	return nil, errLoginRequired
}

// satisfies reports whether a sign-in is good enough for the request: recent
// enough, and made with the factors that the app's policy asks for. Sign-ins
// have no more than a password here.
func (c *call) satisfies(q *authorizeRequest, in *session, fresh bool) bool {
	if c.org.asksSecondFactor(q.client.app) {
		return false
	}
	return fresh || q.prompt != "login" && (q.maxAge < 0 || c.now.Sub(in.AuthTime) <= q.maxAge)
}
