package sandbox

import (
	"net/http"
	"net/url"
	"strings"
)

// introspection is the answer of POST /oauth2/v1/introspect (RFC 7662).
type introspection struct {
	Active       bool          `json:"active"`
	TokenType    string        `json:"token_type,omitempty"`
	Scope        string        `json:"scope,omitempty"`
	ClientID     string        `json:"client_id,omitempty"`
	Username     string        `json:"username,omitempty"`
	Expires      int64         `json:"exp,omitempty"`
	IssuedAt     int64         `json:"iat,omitempty"`
	Subject      string        `json:"sub,omitempty"`
	Audience     string        `json:"aud,omitempty"`
	Issuer       string        `json:"iss,omitempty"`
	ID           string        `json:"jti,omitempty"`
	UserID       string        `json:"uid,omitempty"`
	Confirmation *confirmation `json:"cnf,omitempty"`
}

// postIntrospect tells a client about one of its tokens. Tokens that aren't
// good, whatever the reason, are just not active.
func postIntrospect(c *call, client *oauthClient, form url.Values) error {
	raw := form.Get("token")
	if raw == "" {
		return errNoToken
	}
	noStore(c)
	if refresh := c.org.refreshTokens.get(tokenHash(raw)); refresh != nil {
		return c.json(http.StatusOK, c.introspectRefresh(client, refresh))
	}
	if token, err := c.org.readAccess(raw, c.now); err == nil && token.Client == client.id {
		return c.json(http.StatusOK, introspectAccess(token))
	}
	if read, ok := c.org.readSigned(raw); ok && strings.HasPrefix(read.text("jti"), "ID.") &&
		read.text("aud") == client.id && read.time("exp").After(c.now) {
		return c.json(http.StatusOK, introspection{Active: true, Username: c.loginOf(read.text("sub")), Subject: read.text("sub"),
			Expires: read.time("exp").Unix(), IssuedAt: read.time("iat").Unix(), Audience: client.id, Issuer: read.text("iss"), ID: read.text("jti")})
	}
	return c.json(http.StatusOK, introspection{})
}

func introspectAccess(token *accessToken) introspection {
	answer := introspection{Active: true, TokenType: "Bearer", Scope: strings.Join(token.Scopes, " "), ClientID: token.Client,
		Expires: token.Expires.Unix(), IssuedAt: token.IssuedAt.Unix(), Subject: token.Subject,
		Audience: token.Issuer, Issuer: token.Issuer, ID: token.ID, UserID: token.UserID}
	if token.UserID != "" {
		answer.Username = token.Subject
	}
	if token.JKT != "" {
		answer.TokenType, answer.Confirmation = "DPoP", &confirmation{token.JKT}
	}
	return answer
}

func (c *call) introspectRefresh(client *oauthClient, token *refreshToken) introspection {
	if token.ClientID != client.id || !token.Expires.After(c.now) || c.org.revoked.get(token.ID) != nil ||
		!token.Replaced.IsZero() && c.now.Sub(token.Replaced) > client.leeway() || !c.org.holderActive(token.ClientID, token.UserID) ||
		!c.org.assigned(client, c.org.users.get(token.UserID)) {
		return introspection{}
	}
	login := c.loginOf(token.UserID)
	return introspection{Active: true, Scope: strings.Join(token.Scopes, " "), ClientID: token.ClientID, Username: login,
		Expires: token.Expires.Unix(), IssuedAt: token.Created.Unix(), Subject: login, Audience: c.base, Issuer: c.base,
		ID: token.ID, UserID: token.UserID}
}

// loginOf returns the login of the user with this id, or "".
func (c *call) loginOf(userID string) string {
	u := c.org.users.get(userID)
	if u == nil {
		return ""
	}
	return text(u.Profile, "login")
}
