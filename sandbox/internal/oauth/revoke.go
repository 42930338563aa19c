package oauth

import (
	"net/http"
	"net/url"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// postRevoke is POST /oauth2/v1/revoke (RFC 7009). A client revokes its own
// tokens; any other token is left alone and the answer is the same. A refresh
// token takes the access tokens of its family with it.
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

// revokedOf is the row for all access tokens of a user.
func revokedOf(userID string) string { return "user " + userID }

// RevokeAccessTokens revokes all access tokens of a user. Tokens tell the second in which
// they were issued: those of the present one are revoked one by one, so that a new
// sign-in in the same second is good.
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

// forgetRevoked drops revocations of tokens that have expired by themselves.
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
