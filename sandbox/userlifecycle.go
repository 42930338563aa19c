package sandbox

import (
	"net/http"
	"slices"
)

// userLifecycleRoutes are /api/v1/users/{userId}/lifecycle, /credentials and /sessions.
func userLifecycleRoutes() []route {
	const base = "POST /api/v1/users/{userId}"
	step := func(path string, r right, handle func(*call) error) route {
		return route{pattern: base + path, scope: "okta.users", right: r, handle: handle}
	}
	return []route{
		step("/lifecycle/activate", rightUsersLifecycle, activateUser),
		step("/lifecycle/reactivate", rightUsersLifecycle, reactivateUser),
		step("/lifecycle/deactivate", rightUsersLifecycle, deactivateUser),
		step("/lifecycle/suspend", rightUsersLifecycle, userStep(eventUserSuspend, "SUSPENDED", "ACTIVE", "PROVISIONED")),
		step("/lifecycle/unsuspend", rightUsersLifecycle, userStep(eventUserUnsuspend, "ACTIVE", "SUSPENDED")),
		step("/lifecycle/unlock", rightUsersLifecycle, userStep(eventUserUnlock, "ACTIVE", "LOCKED_OUT")),
		step("/lifecycle/expire_password", rightUsersLifecycle, expirePassword),
		step("/lifecycle/reset_password", rightUsersLifecycle, resetPassword),
		step("/lifecycle/reset_factors", rightUsersLifecycle, resetFactors),
		step("/credentials/change_password", rightUsersPassword, changePassword),
		{pattern: "DELETE /api/v1/users/{userId}/sessions", scope: "okta.users", right: rightUsersSessions, handle: clearSessions},
	}
}

// userStep is a transition into a status from one of some others.
func userStep(kind, to string, from ...string) func(*call) error {
	return func(c *call) error {
		u, err := c.user()
		if err != nil {
			return err
		}
		if !slices.Contains(from, u.Status) {
			return errUserStatus()
		}
		c.setUserStatus(u, to)
		if to == "SUSPENDED" {
			c.endSignIns(u)
		}
		c.happened(kind, userParty(u))
		return c.json(http.StatusOK, map[string]any{})
	}
}

func (c *call) setUserStatus(u *user, status string) {
	u.Status, u.StatusChanged, u.LastUpdated = status, c.second(), c.second()
	c.org.users.put(u.ID, u)
}

// activateUser starts a user who is staged or was deactivated.
func activateUser(c *call) error {
	u, err := c.user()
	if err != nil {
		return err
	}
	if u.Status != "STAGED" && u.Status != "DEPROVISIONED" {
		return errAlreadyActive()
	}
	c.startUser(u)
	c.org.users.put(u.ID, u)
	c.happened(eventUserActivate, userParty(u))
	return c.activation()
}

func reactivateUser(c *call) error {
	u, err := c.user()
	if err != nil {
		return err
	}
	if u.Status != "PROVISIONED" && u.Status != "RECOVERY" {
		return errUserStatus()
	}
	c.happened(eventUserReactivate, userParty(u))
	return c.activation()
}

// activation answers with the link that a mail would hold, when the caller
// wants no mail sent.
func (c *call) activation() error {
	if c.query().Get("sendEmail") != "false" {
		return c.json(http.StatusOK, map[string]any{})
	}
	token := randomText(20)
	return c.json(http.StatusOK, map[string]any{"activationUrl": c.url("/welcome/" + token), "activationToken": token})
}

func deactivateUser(c *call) error {
	u, err := c.user()
	if err != nil {
		return err
	}
	if u.Status == "DEPROVISIONED" {
		return errUserStatus()
	}
	c.deprovision(u)
	return c.json(http.StatusOK, map[string]any{})
}

// deprovision takes the user's apps, sign-ins, API tokens and password away.
func (c *call) deprovision(u *user) {
	for _, a := range c.org.apps.all() {
		if a.userAssignment(u.ID) != nil {
			a.Users = slices.DeleteFunc(a.Users, func(d *userAssignment) bool { return d.UserID == u.ID })
			c.org.apps.put(a.ID, a)
		}
	}
	for _, hash := range slices.Clone(c.org.apiTokens.order) {
		if c.org.apiTokens.get(hash).UserID == u.ID {
			c.org.apiTokens.remove(hash)
		}
	}
	c.endSignIns(u)
	u.Password = nil
	c.setUserStatus(u, "DEPROVISIONED")
	c.happened(eventUserDeactivate, userParty(u))
}

// deleteUser deactivates a live user; a second call deletes.
func deleteUser(c *call) error {
	u, err := c.user()
	if err != nil {
		return err
	}
	if u.Status != "DEPROVISIONED" {
		c.deprovision(u)
		return c.noContent(http.StatusNoContent)
	}
	c.happened(eventUserDeleting, userParty(u))
	for _, g := range c.org.groups.all() {
		if slices.Contains(g.Members, u.ID) {
			g.Members, g.LastMembershipUpdated = slices.DeleteFunc(g.Members, func(id string) bool { return id == u.ID }), c.second()
			c.org.groups.put(g.ID, g)
		}
	}
	c.org.users.remove(u.ID)
	c.happened(eventUserDeleted, userParty(u))
	return c.noContent(http.StatusNoContent)
}

func expirePassword(c *call) error {
	u, err := c.user()
	if err != nil {
		return err
	}
	if u.Status != "ACTIVE" || u.Password == nil {
		return errUserStatus()
	}
	c.setUserStatus(u, "PASSWORD_EXPIRED")
	c.happened(eventUserPasswordExpire, userParty(u))
	return c.json(http.StatusOK, c.userView(u))
}

func resetPassword(c *call) error {
	u, err := c.user()
	if err != nil {
		return err
	}
	if u.Status == "STAGED" || u.Status == "DEPROVISIONED" || u.Status == "SUSPENDED" {
		return errUserStatus()
	}
	if u.Status == "ACTIVE" {
		c.setUserStatus(u, "RECOVERY")
	}
	c.happened(eventUserPasswordReset, userParty(u))
	if c.query().Get("sendEmail") != "false" {
		return c.json(http.StatusOK, map[string]any{})
	}
	return c.json(http.StatusOK, map[string]any{"resetPasswordUrl": c.url("/reset_password/" + randomText(20))})
}

// clearSessions ends the user's sessions, and with oauthTokens=true what was issued in
// them: codes, refresh tokens and access tokens.
func clearSessions(c *call) error {
	u, err := c.user()
	if err != nil {
		return err
	}
	c.endSessions(u)
	if c.query().Get("oauthTokens") == "true" {
		c.endTokens(u)
		c.revokeAccessTokens(u)
	}
	c.happened(eventSessionClear, userParty(u))
	return c.noContent(http.StatusNoContent)
}

func resetFactors(c *call) error {
	if _, err := c.user(); err != nil {
		return err
	}
	return c.json(http.StatusOK, map[string]any{})
}

// changePassword needs the old password.
func changePassword(c *call) error {
	u, err := c.user()
	if err != nil {
		return err
	}
	var sent struct {
		Old struct {
			Value string `json:"value"`
		} `json:"oldPassword"`
		New struct {
			Value string `json:"value"`
		} `json:"newPassword"`
	}
	if err := c.decode(&sent); err != nil {
		return err
	}
	if u.Status != "ACTIVE" && u.Status != "PASSWORD_EXPIRED" && u.Status != "RECOVERY" && u.Status != "STAGED" {
		return errUserStatus()
	}
	if !u.Password.matches(sent.Old.Value) {
		return &apiError{status: 403, code: "E0000014", summary: "Update of credentials failed",
			causes: []string{"oldPassword: Old Password is not correct"}}
	}
	var bad violations
	checkPassword(sent.New.Value, u.login(), &bad)
	if err := bad.err(); err != nil {
		return err
	}
	if err := c.setPassword(u, sent.New.Value); err != nil {
		return err
	}
	c.org.users.put(u.ID, u)
	c.happened(eventUserPassword, userParty(u))
	return c.json(http.StatusOK, c.userView(u)["credentials"])
}
