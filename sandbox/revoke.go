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
