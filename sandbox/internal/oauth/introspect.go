package oauth

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
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

// postIntrospect describes one of the client's tokens. A token that is invalid for any reason is
// reported as inactive.
func postIntrospect(c *web.Call, client *client, form url.Values) error {
	raw := form.Get("token")
	if raw == "" {
		return ErrNoToken
	}
	noStore(c)
	if refresh := c.Org.RefreshTokens.Get(state.TokenHash(raw)); refresh != nil {
		return c.JSON(http.StatusOK, introspectRefresh(c, client, refresh))
	}
	if token, err := ReadAccess(c.Org, raw, c.Now); err == nil && token.Client == client.id {
		return c.JSON(http.StatusOK, introspectAccess(token))
	}
	if read, ok := readSigned(c.Org, raw); ok && strings.HasPrefix(read.text("jti"), "ID.") &&
		read.text("aud") == client.id && read.time("exp").After(c.Now) {
		return c.JSON(http.StatusOK, introspection{Active: true, Username: loginOf(c, read.text("sub")), Subject: read.text("sub"),
			Expires: read.time("exp").Unix(), IssuedAt: read.time("iat").Unix(), Audience: client.id, Issuer: read.text("iss"), ID: read.text("jti")})
	}
	return c.JSON(http.StatusOK, introspection{})
}

func introspectAccess(token *AccessToken) introspection {
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

func introspectRefresh(c *web.Call, client *client, token *state.RefreshToken) introspection {
	if token.ClientID != client.id || !token.Expires.After(c.Now) || c.Org.Revoked.Get(token.ID) != nil ||
		!token.Replaced.IsZero() && c.Now.Sub(token.Replaced) > client.leeway() || !holderActive(c.Org, token.ClientID, token.UserID) ||
		!assigned(c.Org, client, c.Org.Users.Get(token.UserID)) {
		return introspection{}
	}
	login := loginOf(c, token.UserID)
	return introspection{Active: true, Scope: strings.Join(token.Scopes, " "), ClientID: token.ClientID, Username: login,
		Expires: token.Expires.Unix(), IssuedAt: token.Created.Unix(), Subject: login, Audience: c.Base, Issuer: c.Base,
		ID: token.ID, UserID: token.UserID}
}

// loginOf returns the login of the user with this id, or "".
func loginOf(c *web.Call, userID string) string {
	u := c.Org.Users.Get(userID)
	if u == nil {
		return ""
	}
	return jsondoc.Text(u.Profile, "login")
}
