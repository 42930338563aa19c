package oauth

import (
	"errors"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// The events of the authorization server and of sign-ins.
var (
	eventSessionStart  = syslog.Type{Name: "user.session.start", Message: "User login to Okta", Legacy: "core.user_auth.login_success"}
	eventSessionEnd    = syslog.Type{Name: "user.session.end", Message: "User logout from Okta", Legacy: "core.user_auth.logout_success"}
	eventAccountLock   = syslog.Type{Name: "user.account.lock", Message: "Max sign in attempts exceeded", Legacy: "core.user_auth.account_locked"}
	eventAccountUnlock = syslog.Type{Name: "user.account.unlock", Message: "User account unlocked", Legacy: "core.user_auth.account_unlocked"}
	eventSSO           = syslog.Type{Name: "user.authentication.sso", Message: "User single sign on to app"}
	eventCode          = syslog.Type{Name: "app.oauth2.authorize.code", Message: "OIDC authorization code request"}
	eventImplicitToken = syslog.Type{Name: "app.oauth2.authorize.implicit.access_token", Message: "OIDC access token request"}
	eventImplicitID    = syslog.Type{Name: "app.oauth2.authorize.implicit.id_token", Message: "OIDC id token request"}
	eventAuthorize     = syslog.Type{Name: "app.oauth2.authorize", Message: "OAuth authorization request"}
	eventToken         = syslog.Type{Name: "app.oauth2.token.grant", Message: "OAuth token request"}
	eventAccessToken   = syslog.Type{Name: "app.oauth2.token.grant.access_token", Message: "OIDC access token is granted"}
	eventIDToken       = syslog.Type{Name: "app.oauth2.token.grant.id_token", Message: "OIDC id token is granted"}
	eventRefreshToken  = syslog.Type{Name: "app.oauth2.token.grant.refresh_token", Message: "OAuth refresh token is granted"}
	eventTokenRevoke   = syslog.Type{Name: "app.oauth2.token.revoke", Message: "OAuth token revocation request"}
	eventTokenReuse    = syslog.Type{Name: "app.oauth2.token.detect_reuse", Message: "One-time refresh token reused"}
	eventConsent       = syslog.Type{Name: "app.oauth2.consent.grant", Message: "Grant consent"}
	eventBadClient     = syslog.Type{Name: "app.oauth2.invalid_client_credentials", Message: "Invalid OAuth client credentials presented"}
)

// EventTypes returns the events of the authorization server and of sign-ins.
func EventTypes() []syslog.Type {
	return []syslog.Type{
		eventSessionStart, eventSessionEnd, eventAccountLock, eventAccountUnlock, eventSSO, eventCode,
		eventImplicitToken, eventImplicitID, eventAuthorize, eventToken,
		eventAccessToken, eventIDToken, eventRefreshToken, eventTokenRevoke,
		eventTokenReuse, eventConsent, eventBadClient,
	}
}

// emitSignIn logs a sign-in by password, successful or not: how far it came is the reason of a
// failure. The actor is whom signInStep found.
func emitSignIn(c *web.Call, u *state.User, step string) {
	how := syslog.Succeeded()
	switch {
	case u == nil:
		syslog.EmitOutcome(c, eventSessionStart, state.Outcome{Result: "FAILURE", Reason: step})
		return
	case step != "SUCCESS":
		how = state.Outcome{Result: "FAILURE", Reason: step}
	}
	syslog.EmitOutcome(c, eventSessionStart, how, syslog.UserEntity(u))
}

// emitAuthorize logs what an authorization request has issued.
func emitAuthorize(c *web.Call, q *authorizeRequest, u *state.User) {
	syslog.Emit(c, eventSSO, syslog.AppEntity(q.client.app), syslog.UserEntity(u))
	for _, one := range []struct {
		wanted string
		kind   syslog.Type
	}{{"code", eventCode}, {"token", eventImplicitToken}, {"id_token", eventImplicitID}} {
		if q.wants(one.wanted) {
			syslog.Emit(c, one.kind, syslog.ClientEntity(q.client.app), syslog.UserEntity(u))
		}
	}
}

// emitTokens logs the tokens that a client was issued.
func (t *tokenCall) emitTokens(a *tokenAnswer) {
	client := syslog.ClientEntity(t.client.app)
	scopes := map[string]string{"grantedScopes": strings.ReplaceAll(a.Scope, " ", ", "), "requestedScopes": strings.ReplaceAll(t.form.Get("scope"), " ", ", "),
		"grantType": t.form.Get("grant_type")}
	syslog.EmitDebug(t.Call, eventAccessToken, scopes, client, state.LogEntity{ID: "unknown", Type: "access_token", Alternate: "unknown", Name: "Access Token"})
	if a.IDToken != "" {
		syslog.Emit(t.Call, eventIDToken, client, state.LogEntity{ID: "unknown", Type: "id_token", Alternate: "unknown", Name: "ID Token"})
	}
	if a.RefreshToken != "" {
		syslog.Emit(t.Call, eventRefreshToken, client, state.LogEntity{ID: "unknown", Type: "refresh_token", Alternate: "unknown", Name: "Refresh Token"})
	}
}

// reasonOf returns the reason of a failure: the error's code on the wire.
func reasonOf(err error) string {
	var wrong *Error
	var refused *web.APIError
	switch {
	case errors.As(err, &wrong):
		return wrong.Code
	case errors.As(err, &refused):
		return refused.Code
	}
	return "server_error"
}
