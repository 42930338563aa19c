package oauth

import (
	"net/http"
	"net/url"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// postRevoke serves POST /oauth2/v1/revoke (RFC 7009). A client can revoke only its own tokens; for
// others the answer is the same, without effect. Revoking a refresh token also revokes the access
// tokens of its family.
func postRevoke(c *web.Call, client *client, form url.Values) error {
	raw := form.Get("token")
	if raw == "" {
		return ErrNoToken
	}
	if refresh := c.Org.RefreshTokens.Get(state.TokenHash(raw)); refresh != nil {
		if refresh.ClientID == client.id {
			revokeFamily(c, refresh.ID)
			syslog.Emit(c, eventTokenRevoke, syslog.ClientEntity(client.app), state.LogEntity{ID: refresh.ID, Type: "refresh_token", Alternate: "unknown", Name: "Refresh Token"})
		}
	} else if token, err := ReadAccess(c.Org, raw, c.Now); err == nil && token.Client == client.id {
		forgetRevoked(c)
		c.Org.Revoked.Put(token.ID, &state.RevokedToken{Expires: token.Expires})
		syslog.Emit(c, eventTokenRevoke, syslog.ClientEntity(client.app), state.LogEntity{ID: token.ID, Type: "access_token", Alternate: "unknown", Name: "Access Token"})
	}
	noStore(c)
	return c.NoContent(http.StatusOK)
}

// revokedOf returns the key of the row that revokes all access tokens of a user.
func revokedOf(userID string) string { return "user " + userID }

// RevokeAccessTokens revokes all access tokens of a user. Tokens record the second in which they
// were issued; those of the current second are revoked individually, so that a new sign-in in the
// same second works.
func RevokeAccessTokens(c *web.Call, u *state.User) {
	forgetRevoked(c)
	expires := c.Now.Add(accessTokenLife)
	c.Org.Revoked.Put(revokedOf(u.ID), &state.RevokedToken{Expires: expires, IssuedBefore: c.Second()})
	for _, row := range c.Org.Ephemeral.Minted.Rows {
		if row.Value.UserID == u.ID {
			c.Org.Revoked.Put(row.Value.JTI, &state.RevokedToken{Expires: expires})
		}
	}
}

// revokedOfClient returns the key of the row that revokes all access tokens of a client.
func revokedOfClient(clientID string) string { return "client " + clientID }

// EndClient ends what a client that is deactivated was given: codes, refresh tokens and access
// tokens. They stay useless when it is activated again.
func EndClient(c *web.Call, clientID string) {
	c.Org.Ephemeral.Codes.Drop(func(code *state.AuthCode) bool { return code.ClientID == clientID })
	revokeRefreshTokens(c, func(token *state.RefreshToken) bool { return token.ClientID == clientID })
	forgetRevoked(c)
	c.Org.Revoked.Put(revokedOfClient(clientID), &state.RevokedToken{Expires: c.Now.Add(accessTokenLife), IssuedBefore: c.Second()})
	for _, row := range c.Org.Ephemeral.Minted.Rows {
		if row.Value.ClientID == clientID {
			c.Org.Revoked.Put(row.Value.JTI, &state.RevokedToken{Expires: c.Now.Add(accessTokenLife)})
		}
	}
}

// RefreshTokens returns the refresh tokens that match and are valid, without those that were
// replaced.
func RefreshTokens(c *web.Call, match func(*state.RefreshToken) bool) []*state.RefreshToken {
	var found []*state.RefreshToken
	for _, token := range c.Org.RefreshTokens.All() {
		if token.Replaced.IsZero() && token.Expires.After(c.Now) && c.Org.Revoked.Get(token.ID) == nil &&
			holderActive(c.Org, token.ClientID, token.UserID) && match(token) {
			found = append(found, token)
		}
	}
	return found
}

// RevokeRefreshToken revokes a refresh token and the access tokens issued with it.
func RevokeRefreshToken(c *web.Call, token *state.RefreshToken) {
	revokeFamily(c, token.ID)
	targets := []state.LogEntity{{ID: token.ID, Type: "refresh_token", Alternate: "unknown", Name: "Refresh Token"}}
	if a := c.Org.AppByClientID(token.ClientID); a != nil {
		targets = append(targets, syslog.ClientEntity(a))
	}
	syslog.Emit(c, eventTokenRevoke, targets...)
}

// forgetRevoked drops the revocations of tokens that have expired.
func forgetRevoked(c *web.Call) {
	var over []string
	for id, revoked := range c.Org.Revoked.All() {
		if !revoked.Expires.After(c.Now) {
			over = append(over, id)
		}
	}
	for _, id := range over {
		c.Org.Revoked.Remove(id)
	}
}
