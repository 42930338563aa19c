package oauth

import (
	"net/http"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// postAuthn is POST /api/v1/authn, primary authentication with a password.
func postAuthn(c *web.Call) error {
	var request struct {
		Username string `json:"username"`
		Password string `json:"password"`
	}
	if err := c.Decode(&request); err != nil {
		return err
	}
	if request.Username == "" {
		return web.Invalid("authRequest", "The 'username' and 'password' attributes are required in this context.")
	}
	u, step := signInStep(c, request.Username, request.Password)
	emitSignIn(c, u, step)
	if u == nil {
		return authenticationFailed()
	}
	noStore(c)
	if step == "LOCKED_OUT" {
		return c.JSON(http.StatusOK, map[string]any{"status": step, "_links": map[string]any{"next": map[string]any{
			"name": "unlock", "href": c.URL("/api/v1/authn/recovery/unlock"), "hints": map[string]any{"allow": []string{"POST"}}}}})
	}
	answer := map[string]any{
		"expiresAt": state.Timestamp(c.Now.Add(SessionTokenLife)),
		"status":    step,
		"_embedded": map[string]any{"user": map[string]any{"id": u.ID, "passwordChanged": state.TimestampOrNull(u.PasswordChanged), "profile": authnProfile(u)}},
	}
	if step == "SUCCESS" {
		answer["sessionToken"] = newSessionToken(c, u)
	} else { // the org does not implement further steps
		answer["stateToken"] = "00" + state.RandomText(40)
	}
	return c.JSON(http.StatusOK, answer)
}

// signInStep checks the password and returns the next step: SUCCESS, PASSWORD_EXPIRED, MFA_REQUIRED
// or LOCKED_OUT. It returns no user for unknown users, wrong passwords and users who cannot sign
// in, so that a caller cannot find out which users exist. The password policy decides how many
// wrong passwords lock an account; what a locked account answers does not depend on the password.
func signInStep(c *web.Call, login, password string) (*state.User, string) {
	u := c.Org.UserByLogin(login)
	if u == nil {
		c.Reason = "no user has this login"
		c.Acting = state.LogEntity{ID: "unknown", Type: "User", Alternate: login, Name: "unknown"}
		return nil, "INVALID_CREDENTIALS"
	}
	c.Acting = syslog.UserEntity(u)
	lockout := c.Org.Lockout()
	unlockInTime(c, u, lockout)
	if u.Status == "LOCKED_OUT" {
		c.Reason = "the account is locked"
		return lockedOut(u, lockout)
	}
	if !u.Password.Matches(password) {
		c.Reason = "wrong password"
		return countFailure(c, u, lockout)
	}
	takeOverPassword(c, u, password)
	switch u.Status {
	case "ACTIVE":
		if needsSecondFactor(c.Org, u) {
			return u, "MFA_REQUIRED"
		}
		u.LastLogin = c.Second()
		return u, "SUCCESS"
	case "PASSWORD_EXPIRED":
		return u, "PASSWORD_EXPIRED"
	}
	c.Reason = "the user's status is " + u.Status
	return nil, "INVALID_CREDENTIALS"
}

// needsSecondFactor reports whether an app of the user requires more than a password.
func needsSecondFactor(o *state.Org, u *state.User) bool {
	return o.Apps.Find(func(a *state.App) bool { return asksSecondFactor(o, a) && o.AssignmentOf(a, u) != nil }) != nil
}

// asksSecondFactor reports whether the access policy of the app requires a second factor.
func asksSecondFactor(o *state.Org, a *state.App) bool {
	p := o.Policies.Get(a.Policy)
	return p != nil && p.MFA
}

func authnProfile(u *state.User) map[string]any {
	profile := map[string]any{"login": jsondoc.Text(u.Profile, "login"), "firstName": jsondoc.Text(u.Profile, "firstName"), "lastName": jsondoc.Text(u.Profile, "lastName"),
		"locale": "en", "timeZone": "America/Los_Angeles"}
	for _, name := range []string{"locale", "timeZone"} {
		if value := jsondoc.Text(u.Profile, name); value != "" {
			profile[name] = value
		}
	}
	return profile
}

func authenticationFailed() *web.APIError {
	return &web.APIError{Status: 401, Code: "E0000004", Summary: "Authentication failed"}
}
