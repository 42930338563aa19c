package sandbox

import (
	"net/http"
	"strings"
)

// postAuthn is POST /api/v1/authn, primary authentication with a password.
func postAuthn(c *call) error {
	var request struct {
		Username string `json:"username"`
		Password string `json:"password"`
	}
	if err := c.decode(&request); err != nil {
		return err
	}
	if request.Username == "" {
		return errInvalid("authRequest", "The 'username' and 'password' attributes are required in this context.")
	}
	u, step := c.signInStep(request.Username, request.Password)
	c.signInHappened(u, step)
	if u == nil {
		return errAuthentication()
	}
	noStore(c)
	answer := map[string]any{
		"expiresAt": timestamp(c.now.Add(sessionTokenLife)),
		"status":    step,
		"_embedded": map[string]any{"user": map[string]any{"id": u.ID, "passwordChanged": timestampOrNull(u.PasswordChanged), "profile": authnProfile(u)}},
	}
	if step == "SUCCESS" {
		answer["sessionToken"] = c.newSessionToken(u)
	} else { // the org has no further steps to go on with
		answer["stateToken"] = "00" + randomText(40)
	}
	return c.json(http.StatusOK, answer)
}

// signInStep checks the password and says what comes next: SUCCESS,
// PASSWORD_EXPIRED, MFA_REQUIRED or LOCKED_OUT. Unknown users, wrong passwords
// and users who can't sign in all give nil, so that nobody learns who exists.
func (c *call) signInStep(login, password string) (*user, string) {
	u := c.org.userByLogin(login)
	if u == nil || !u.Password.matches(password) {
		return nil, ""
	}
	switch u.Status {
	case "ACTIVE":
		if c.org.needsSecondFactor(u) {
			return u, "MFA_REQUIRED"
		}
		return u, "SUCCESS"
	case "PASSWORD_EXPIRED":
		return u, "PASSWORD_EXPIRED"
	case "LOCKED_OUT":
		return u, "LOCKED_OUT"
	}
	return nil, ""
}

// needsSecondFactor reports whether an app that the user has asks for more
// than a password.
func (o *org) needsSecondFactor(u *user) bool {
	return o.apps.find(func(a *app) bool { return o.asksSecondFactor(a) && o.assignmentOf(a, u) != nil }) != nil
}

// asksSecondFactor reports the access policy of the app.
func (o *org) asksSecondFactor(a *app) bool {
	p := o.policies.get(a.Policy)
	return p != nil && p.MFA
}

func authnProfile(u *user) map[string]any {
	profile := map[string]any{"login": text(u.Profile, "login"), "firstName": text(u.Profile, "firstName"), "lastName": text(u.Profile, "lastName"),
		"locale": "en", "timeZone": "America/Los_Angeles"}
	for _, name := range []string{"locale", "timeZone"} {
		if value := text(u.Profile, name); value != "" {
			profile[name] = value
		}
	}
	return profile
}

func (u *user) displayName() string {
	return strings.TrimSpace(text(u.Profile, "firstName") + " " + text(u.Profile, "lastName"))
}
