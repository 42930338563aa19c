package sandbox

import (
	"slices"
	"strings"
	"time"
)

const (
	// refreshTokenLife is how long an unused refresh token lives: longer than
	// any test, as Okta's default without a limit.
	refreshTokenLife = 90 * 24 * time.Hour
	// defaultLeeway is how long a replaced refresh token stays good.
	defaultLeeway = 30 * time.Second
)

// redeemRefreshToken is the refresh_token grant (RFC 6749 section 6).
func redeemRefreshToken(t *tokenCall) error {
	value := t.form.Get("refresh_token")
	if value == "" {
		return errMissingParameter.with("refresh_token")
	}
	key := tokenHash(value)
	old := t.org.refreshTokens.get(key)
	if old == nil || old.ClientID != t.client.id || !old.Expires.After(t.now) || t.org.revoked.get(old.ID) != nil {
		return errRefreshToken
	}
	u := t.org.users.get(old.UserID)
	if u == nil || !canSignIn(u) || !t.org.assigned(t.client, u) {
		return errRefreshToken
	}
	if old.JKT != "" && old.JKT != t.jkt {
		return errDPoPRefresh
	}
	if !old.Replaced.IsZero() && t.now.Sub(old.Replaced) > t.client.leeway() {
		t.event(eventTokenReuse, outcome{"FAILURE", "refresh token was used before"}, clientParty(t.client.app), userParty(u))
		t.revokeFamily(old.ID) // somebody uses a token that was given up
		return errRefreshToken
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

// refreshScopes narrows the scopes to those asked for; a scope that is no
// longer granted to the app is left out.
func (t *tokenCall) refreshScopes(old *refreshToken) ([]string, error) {
	scopes := words(t.form.Get("scope"))
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
		return nil, errRefreshScopes.with(denied...)
	}
	granted, wrong := t.client.grantedScopes(scopes)
	if wrong != nil {
		return nil, wrong
	}
	return granted, nil
}

// rotate gives a new token of the family; the old one stays good for the
// client's leeway, counted from its first use.
func (t *tokenCall) rotate(key string, old *refreshToken) string {
	next := *old
	next.Replaced = time.Time{}
	if old.Replaced.IsZero() {
		old.Replaced = t.now
		t.org.refreshTokens.put(key, old)
	}
	return t.newRefreshToken(&next)
}

// newRefreshToken stores the token and returns its value.
func (t *tokenCall) newRefreshToken(token *refreshToken) string {
	value := randomBytes64(32)
	token.Created, token.Expires = t.now, t.now.Add(refreshTokenLife)
	t.org.refreshTokens.put(tokenHash(value), token)
	return value
}

// refreshBinding is the DPoP key of a new refresh token. Those of confidential
// clients are bound by the client's authentication (RFC 9449 section 5).
func (t *tokenCall) refreshBinding() string {
	if t.client.authMethod != "none" {
		return ""
	}
	return t.jkt
}

// leeway is how long a replaced refresh token stays good.
func (client *oauthClient) leeway() time.Duration {
	if client.RefreshToken.Leeway == nil {
		return defaultLeeway
	}
	return time.Duration(*client.RefreshToken.Leeway) * time.Second
}

// revokeFamily ends a refresh token, those it replaced, and the access tokens
// that came with them.
func (c *call) revokeFamily(family string) {
	for _, hash := range slices.Clone(c.org.refreshTokens.order) {
		if c.org.refreshTokens.get(hash).ID == family {
			c.org.refreshTokens.remove(hash)
		}
	}
	c.org.revoked.put(family, &revokedToken{Expires: c.now.Add(refreshTokenLife)})
}
