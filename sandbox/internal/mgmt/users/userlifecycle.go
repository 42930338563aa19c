package users

import (
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// userStep returns a handler for a transition from one of some statuses to another; refusal is the
// error for a user in any other.
func userStep(event syslog.Type, refusal *web.APIError, to string, from ...string) func(*web.Call) error {
	return func(c *web.Call) error {
		u, err := kind.PathUser(c)
		if err != nil {
			return err
		}
		if !slices.Contains(from, u.Status) {
			return refusal
		}
		u.FailedSignIns = 0
		setUserStatus(c, u, to)
		if to == "SUSPENDED" {
			oauth.EndSignIns(c, u)
		}
		syslog.Emit(c, event, syslog.UserEntity(u))
		return c.JSON(http.StatusOK, map[string]any{})
	}
}

func setUserStatus(c *web.Call, u *state.User, status string) {
	u.Status, u.StatusChanged, u.LastUpdated = status, c.Second(), c.Second()
	c.Org.Users.Put(u.ID, u)
}

// activateUser activates a user who is staged or was deactivated.
func activateUser(c *web.Call) error {
	u, err := kind.PathUser(c)
	if err != nil {
		return err
	}
	if u.Status != "STAGED" && u.Status != "DEPROVISIONED" {
		return errAlreadyActive()
	}
	startUser(c, u)
	c.Org.Users.Put(u.ID, u)
	syslog.Emit(c, eventUserActivate, syslog.UserEntity(u))
	return activation(c)
}

func reactivateUser(c *web.Call) error {
	u, err := kind.PathUser(c)
	if err != nil {
		return err
	}
	if u.Status != "PROVISIONED" && u.Status != "RECOVERY" {
		return kind.ErrUserStatus()
	}
	syslog.Emit(c, eventUserReactivate, syslog.UserEntity(u))
	return activation(c)
}

// activation answers with the link that an email would contain, if the caller asked for none to be
// sent.
func activation(c *web.Call) error {
	if c.Query().Get("sendEmail") != "false" {
		return c.JSON(http.StatusOK, map[string]any{})
	}
	token := state.RandomText(20)
	return c.JSON(http.StatusOK, map[string]any{"activationUrl": c.URL("/welcome/" + token), "activationToken": token})
}

func deactivateUser(c *web.Call) error {
	u, err := userToChange(c)
	if err != nil {
		return err
	}
	deprovision(c, u)
	return c.JSON(http.StatusOK, map[string]any{})
}

// deprovision removes the user's apps, sign-ins, API tokens and password.
func deprovision(c *web.Call, u *state.User) {
	for _, a := range c.Org.Apps.All() {
		if a.UserAssignment(u.ID) != nil {
			a.Users = slices.DeleteFunc(a.Users, func(d *state.UserAssignment) bool { return d.UserID == u.ID })
			c.Org.Apps.Put(a.ID, a)
		}
	}
	for _, hash := range slices.Clone(c.Org.APITokens.Order) {
		if c.Org.APITokens.Get(hash).UserID == u.ID {
			c.Org.APITokens.Remove(hash)
		}
	}
	oauth.EndSignIns(c, u)
	oauth.RevokeAccessTokens(c, u)
	u.Password = nil
	setUserStatus(c, u, "DEPROVISIONED")
	syslog.Emit(c, eventUserDeactivate, syslog.UserEntity(u))
}

// deleteUser deactivates an active user; a second call deletes them.
func deleteUser(c *web.Call) error {
	u, err := kind.PathUser(c)
	if err != nil {
		return err
	}
	if u.Status != "DEPROVISIONED" {
		deprovision(c, u)
		return c.NoContent(http.StatusNoContent)
	}
	syslog.Emit(c, eventUserDeleting, syslog.UserEntity(u))
	for _, g := range c.Org.Groups.All() {
		if slices.Contains(g.Members, u.ID) {
			g.Members, g.LastMembershipUpdated = slices.DeleteFunc(g.Members, func(id string) bool { return id == u.ID }), c.Second()
			c.Org.Groups.Put(g.ID, g)
		}
	}
	for _, g := range c.Org.UserGrants().List() {
		if g.UserID == u.ID {
			c.Org.UserGrants().Remove(g.ID)
		}
	}
	c.Org.Users.Remove(u.ID)
	syslog.Emit(c, eventUserDeleted, syslog.UserEntity(u))
	return c.NoContent(http.StatusNoContent)
}

// clearSessions ends the user's sessions and, with oauthTokens=true, the codes, refresh tokens and
// access tokens issued in them.
func clearSessions(c *web.Call) error {
	u, err := kind.PathUser(c)
	if err != nil {
		return err
	}
	oauth.EndSessions(c, u)
	if c.Query().Get("oauthTokens") == "true" {
		oauth.EndTokens(c, u)
		oauth.RevokeAccessTokens(c, u)
	}
	syslog.Emit(c, eventSessionClear, syslog.UserEntity(u))
	return c.NoContent(http.StatusNoContent)
}

func resetFactors(c *web.Call) error {
	if _, err := kind.PathUser(c); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{})
}

func errUserForbids(code, summary string, causes ...string) *web.APIError {
	return &web.APIError{Status: http.StatusForbidden, Code: code, Summary: summary, Causes: causes}
}

// userLifecycleRoutes are the operations below /api/v1/users/{userId}/lifecycle, /credentials and
// /sessions.
func userLifecycleRoutes() []web.Route {
	const base = "POST /api/v1/users/{userId}"
	step := func(path string, r web.Right, handle func(*web.Call) error) web.Route {
		return web.Route{Pattern: base + path, Scope: "okta.users", Right: r, Handle: handle}
	}
	return []web.Route{
		step("/lifecycle/activate", access.UsersActivate, activateUser),
		step("/lifecycle/reactivate", access.UsersReactivate, reactivateUser),
		step("/lifecycle/deactivate", access.UsersDeactivate, deactivateUser),
		step("/lifecycle/suspend", access.UsersSuspend, userStep(eventUserSuspend, web.Invalid("suspendUser", "Cannot suspend a user that is not active"), "SUSPENDED", "ACTIVE", "PROVISIONED")),
		step("/lifecycle/unsuspend", access.UsersUnsuspend, userStep(eventUserUnsuspend, web.Invalid("unsuspendUser", "Cannot unsuspend a user that is not suspended"), "ACTIVE", "SUSPENDED")),
		step("/lifecycle/unlock", access.UsersUnlock, userStep(eventUserUnlock, errUserForbids("E0000032", "Unlock is not allowed for this user.", "The user is not locked out."), "ACTIVE", "LOCKED_OUT")),
		step("/lifecycle/expire_password", access.UsersExpirePassword, expirePassword),
		step("/lifecycle/reset_password", access.UsersResetPassword, resetPassword),
		step("/lifecycle/reset_factors", access.UsersResetFactors, resetFactors),
		step("/lifecycle/expire_password_with_temp_password", access.UsersExpirePassword, expireWithTemporary),
		step("/credentials/change_password", access.UsersPassword, changePassword),
		step("/credentials/change_recovery_question", access.UsersPassword, changeRecoveryQuestion),
		step("/credentials/forgot_password", access.UsersResetPassword, forgotPassword),
		step("/credentials/forgot_password_recovery_question", access.UsersPassword, setForgottenPassword),
		{Pattern: "DELETE /api/v1/users/{userId}/sessions", Scope: "okta.users", Right: access.UsersSessions, Handle: clearSessions},
	}
}
