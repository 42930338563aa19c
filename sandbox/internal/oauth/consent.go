package oauth

import (
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// needConsent returns the scopes that the user must still consent to: those about the user. Scopes
// of Okta's APIs were consented to by the admin who granted them.
func (client *client) needConsent(o *state.Org, u *state.User, scopes []string) []string {
	if client.ConsentMethod != "REQUIRED" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(scopes), func(scope string) bool {
		return scope == "openid" || !isOpenIDScope(scope) || o.UserGrants().Find(func(g *state.UserGrant) bool {
			return g.UserID == u.ID && g.ClientID == client.id && g.ScopeID == scope
		}) != nil
	})
}

// recordConsent records that the user consented to the scopes.
func recordConsent(c *web.Call, u *state.User, clientID string, scopes []string) {
	for _, scope := range scopes {
		id := state.NewID("oag")
		c.Org.UserGrants().Put(id, &state.UserGrant{ID: id, UserID: u.ID, ClientID: clientID, ScopeID: scope, Created: c.Second()})
		syslog.Emit(c, eventConsent, syslog.UserEntity(u), state.LogEntity{ID: id, Type: "OAuth2Scope", Alternate: "unknown", Name: scope})
	}
}

// RevokeConsent takes a consent back, and with it the tokens that were issued for its scope.
func RevokeConsent(c *web.Call, g *state.UserGrant) {
	c.Org.UserGrants().Remove(g.ID)
	revokeRefreshTokens(c, func(token *state.RefreshToken) bool {
		return token.UserID == g.UserID && token.ClientID == g.ClientID && slices.Contains(token.Scopes, g.ScopeID)
	})
}
