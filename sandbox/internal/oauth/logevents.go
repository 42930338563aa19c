package oauth

import (
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// emitSignIn writes a sign-in by password, good or bad. Nobody is the
// actor of one with an unknown login.
func emitSignIn(c *web.Call, u *state.User, step string) {
	how := syslog.Succeeded()
	switch {
	case u == nil:
		syslog.EmitOutcome(c, syslog.EventSessionStart, state.Outcome{Result: "FAILURE", Reason: "INVALID_CREDENTIALS"})
		return
	case step != "SUCCESS":
		how = state.Outcome{Result: "FAILURE", Reason: step}
	}
	c.Acting = syslog.UserEntity(u)
	syslog.EmitOutcome(c, syslog.EventSessionStart, how, c.Acting)
}

// emitAuthorize writes what an authorization request has given.
func emitAuthorize(c *web.Call, q *authorizeRequest, u *state.User) {
	syslog.Emit(c, syslog.EventSSO, syslog.AppEntity(q.client.app), syslog.UserEntity(u))
	for _, one := range []struct{ wanted, kind string }{{"code", syslog.EventCode}, {"token", syslog.EventImplicitToken}, {"id_token", syslog.EventImplicitID}} {
		if q.wants(one.wanted) {
			syslog.Emit(c, one.kind, syslog.ClientEntity(q.client.app), syslog.UserEntity(u))
		}
	}
}

// emitTokens writes which tokens a client was given.
func (t *tokenCall) emitTokens(a *tokenAnswer) {
	client := syslog.ClientEntity(t.client.app)
	syslog.Emit(t.Call, syslog.EventAccessToken, client, state.LogEntity{ID: "unknown", Type: "access_token", Alternate: "unknown", Name: "Access Token"})
	if a.IDToken != "" {
		syslog.Emit(t.Call, syslog.EventIDToken, client, state.LogEntity{ID: "unknown", Type: "id_token", Alternate: "unknown", Name: "ID Token"})
	}
	if a.RefreshToken != "" {
		syslog.Emit(t.Call, syslog.EventRefreshToken, client, state.LogEntity{ID: "unknown", Type: "refresh_token", Alternate: "unknown", Name: "Refresh Token"})
	}
}

// reasonOf is the reason of a failure: the error's code on the wire.
func reasonOf(err error) string {
	switch wrong := err.(type) {
	case *Error:
		return wrong.Code
	case *web.APIError:
		return wrong.Code
	}
	return "server_error"
}
