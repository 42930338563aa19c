package oauth

import (
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

const (
	// refreshTokenLife is how long an unused refresh token is valid. Okta's default has no limit;
	// this is longer than any test.
	refreshTokenLife = 90 * 24 * time.Hour
	// defaultLeeway is how long a replaced refresh token stays valid.
	defaultLeeway = 30 * time.Second
)

// redeemRefreshToken handles the refresh_token grant (RFC 6749 section 6).
func redeemRefreshToken(t *tokenCall) error {
	value := t.form.Get("refresh_token")
	if value == "" {
		return ErrMissingParameter.With("refresh_token")
	}
	key := state.TokenHash(value)
	old := t.Org.RefreshTokens.Get(key)
	if old == nil || old.ClientID != t.client.id || !old.Expires.After(t.Now) || t.Org.Revoked.Get(old.ID) != nil {
		return ErrRefreshToken
	}
	u := t.Org.Users.Get(old.UserID)
	if u == nil || !canSignIn(u) || !assigned(t.Org, t.client, u) {
		return ErrRefreshToken
	}
	if old.JKT != "" && old.JKT != t.jkt {
		return ErrDPoPRefresh
	}
	if !old.Replaced.IsZero() && t.Now.Sub(old.Replaced) > t.client.leeway() {
		syslog.EmitOutcome(t.Call, eventTokenReuse, state.Outcome{Result: "FAILURE", Reason: "refresh token was used before"}, syslog.ClientEntity(t.client.app), syslog.UserEntity(u))
		revokeFamily(t.Call, old.ID) // a replaced token is used: it may be stolen
		return ErrRefreshToken
	}
	scopes, err := t.refreshScopes(old)
	if err != nil {
		return err
	}
	answer := &tokenAnswer{Scope: strings.Join(scopes, " "), RefreshToken: value}
	if t.client.RefreshToken.RotationType == "ROTATE" {
		answer.RefreshToken = t.rotate(key, old)
	}
	return t.issue(answer, u, &signIn{scopes: scopes, authTime: old.AuthTime}, old.ID)
}

// refreshScopes reduces the scopes to those requested and leaves out scopes that are no longer
// granted to the app.
func (t *tokenCall) refreshScopes(old *state.RefreshToken) ([]string, error) {
	scopes := splitSpaces(t.form.Get("scope"))
	if len(scopes) == 0 {
		scopes = old.Scopes
	}
	var denied []string
	for _, scope := range scopes {
		if !slices.Contains(old.Scopes, scope) {
			denied = append(denied, scope)
		}
	}
	if len(denied) > 0 {
		return nil, ErrRefreshScopes.With(denied...)
	}
	granted, wrong := t.client.grantedScopes(scopes)
	if wrong != nil {
		return nil, wrong
	}
	return granted, nil
}

// rotate returns a new token of the family. The old one stays valid for the client's leeway,
// counted from its first use.
func (t *tokenCall) rotate(key string, old *state.RefreshToken) string {
	next := *old
	next.Replaced = time.Time{}
	if old.Replaced.IsZero() {
		old.Replaced = t.Now
		t.Org.RefreshTokens.Put(key, old)
	}
	return t.newRefreshToken(&next)
}

// newRefreshToken stores the token and returns its value.
func (t *tokenCall) newRefreshToken(token *state.RefreshToken) string {
	value := state.RandomBase64(32)
	token.Created, token.Expires = t.Now, t.Now.Add(refreshTokenLife)
	if token.Started.IsZero() {
		token.Started = t.Now
	}
	t.Org.RefreshTokens.Put(state.TokenHash(value), token)
	return value
}

// refreshBinding returns the thumbprint of the DPoP key that a new refresh token is bound to.
// Refresh tokens of confidential clients are bound by the client's authentication (RFC 9449 section
// 5).
func (t *tokenCall) refreshBinding() string {
	if t.client.authMethod != "none" {
		return ""
	}
	return t.jkt
}

// leeway is how long a replaced refresh token stays valid.
func (client *client) leeway() time.Duration {
	if client.RefreshToken.Leeway == nil {
		return defaultLeeway
	}
	return time.Duration(*client.RefreshToken.Leeway) * time.Second
}

// revokeFamily revokes a refresh token, those that it replaced, and the access tokens issued with
// them.
func revokeFamily(c *web.Call, family string) {
	for _, hash := range slices.Clone(c.Org.RefreshTokens.Order) {
		if c.Org.RefreshTokens.Get(hash).ID == family {
			c.Org.RefreshTokens.Remove(hash)
		}
	}
	c.Org.Revoked.Put(family, &state.RevokedToken{Expires: c.Now.Add(refreshTokenLife)})
}
