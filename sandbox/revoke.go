package sandbox

import (
	"net/http"
	"net/url"
)

// postRevoke is POST /oauth2/v1/revoke (RFC 7009). A client revokes its own
// tokens; any other token is left alone and the answer is the same. A refresh
// token takes the access tokens of its family with it.
func postRevoke(c *call, client *oauthClient, form url.Values) error {
	raw := form.Get("token")
	if raw == "" {
		return errNoToken
	}
	if refresh := c.org.refreshTokens.get(tokenHash(raw)); refresh != nil {
		if refresh.ClientID == client.id {
			c.revokeFamily(refresh.ID)
			c.happened(eventTokenRevoke, clientParty(client.app), logParty{refresh.ID, "refresh_token", "unknown", "Refresh Token"})
		}
	} else if token, err := c.org.readAccess(raw, c.now); err == nil && token.Client == client.id {
		c.forgetRevoked()
		c.org.revoked.put(token.ID, &revokedToken{Expires: token.Expires})
		c.happened(eventTokenRevoke, clientParty(client.app), logParty{token.ID, "access_token", "unknown", "Access Token"})
	}
	noStore(c)
	return c.noContent(http.StatusOK)
}

// revokedOf is the row for all access tokens of a user.
func revokedOf(userID string) string { return "user " + userID }

// revokeAccessTokens revokes all access tokens of a user. Tokens tell the second in which
// they were issued: those of the present one are revoked one by one, so that a new
// sign-in in the same second is good.
func (c *call) revokeAccessTokens(u *user) {
	c.forgetRevoked()
	expires := c.now.Add(accessTokenLife)
	c.org.revoked.put(revokedOf(u.ID), &revokedToken{Expires: expires, IssuedBefore: c.second()})
	for _, row := range c.org.ephemeral.minted.rows {
		if row.value.userID == u.ID {
			c.org.revoked.put(row.value.jti, &revokedToken{Expires: expires})
		}
	}
}

// forgetRevoked drops revocations of tokens that have expired by themselves.
func (c *call) forgetRevoked() {
	var over []string
	for id, revoked := range c.org.revoked.all() {
		if !revoked.Expires.After(c.now) {
			over = append(over, id)
		}
	}
	for _, id := range over {
		c.org.revoked.remove(id)
	}
}
