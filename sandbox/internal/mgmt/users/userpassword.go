package users

import (
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// The operations on a user's password and recovery question.

func expirePassword(c *web.Call) error {
	if c.Query().Get("tempPassword") == "true" {
		return expireWithTemporary(c)
	}
	u, err := kind.PathUser(c)
	if err != nil {
		return err
	}
	if u.Status != "ACTIVE" || u.Password == nil {
		return kind.ErrUserStatus()
	}
	setUserStatus(c, u, "PASSWORD_EXPIRED")
	syslog.Emit(c, eventUserPasswordExpire, syslog.UserEntity(u))
	return c.JSON(http.StatusOK, UserView(c, u))
}

// expireWithTemporary replaces the password by a temporary one, which must be changed at the next
// sign-in.
func expireWithTemporary(c *web.Call) error {
	u, err := kind.PathUser(c)
	if err != nil {
		return err
	}
	if u.Password == nil || !slices.Contains([]string{"ACTIVE", "PASSWORD_EXPIRED", "RECOVERY"}, u.Status) {
		return kind.ErrUserStatus()
	}
	temporary := "Aa1" + state.RandomText(9) // any three kinds of characters, then random ones
	if err := setPassword(c, u, temporary); err != nil {
		return err
	}
	setUserStatus(c, u, "PASSWORD_EXPIRED")
	revokeSessions(c, u, c.Query().Get("revokeSessions") == "true")
	syslog.Emit(c, eventUserPasswordExpire, syslog.UserEntity(u))
	return c.JSON(http.StatusOK, map[string]any{"tempPassword": temporary})
}

// resetPassword makes the password useless until the user has chosen a new one.
func resetPassword(c *web.Call) error {
	u, err := kind.PathUser(c)
	if err != nil {
		return err
	}
	switch u.Status {
	case "STAGED", "DEPROVISIONED", "SUSPENDED":
		return kind.ErrUserStatus()
	case "ACTIVE", "PASSWORD_EXPIRED", "LOCKED_OUT":
		u.FailedSignIns = 0
		setUserStatus(c, u, "RECOVERY")
	}
	revokeSessions(c, u, c.Query().Get("revokeSessions") == "true")
	syslog.Emit(c, eventUserPasswordReset, syslog.UserEntity(u))
	return resetLink(c, "/reset_password/")
}

// resetLink answers with the link that an email would contain, if the caller asked for none to be
// sent.
func resetLink(c *web.Call, page string) error {
	if c.Query().Get("sendEmail") != "false" {
		return c.JSON(http.StatusOK, map[string]any{})
	}
	return c.JSON(http.StatusOK, map[string]any{"resetPasswordUrl": c.URL(page + state.RandomText(20))})
}

func revokeSessions(c *web.Call, u *state.User, wanted bool) {
	if wanted {
		oauth.EndSessions(c, u)
	}
}

// changePassword requires the old password.
func changePassword(c *web.Call) error {
	u, err := kind.PathUser(c)
	if err != nil {
		return err
	}
	var sent struct {
		Old            passwordCredential `json:"oldPassword"`
		New            passwordCredential `json:"newPassword"`
		RevokeSessions bool               `json:"revokeSessions"`
	}
	if err := c.Decode(&sent); err != nil {
		return err
	}
	if u.Password == nil || !slices.Contains([]string{"STAGED", "ACTIVE", "PASSWORD_EXPIRED", "RECOVERY"}, u.Status) {
		return errUserForbids("E0000035", "Change password not allowed on specified user.")
	}
	if !u.Password.Matches(sent.Old.Value) {
		return errCredentials("oldPassword: Old Password is not correct")
	}
	if err := replacePassword(c, u, sent.New.Value); err != nil {
		return err
	}
	revokeSessions(c, u, sent.RevokeSessions)
	return c.JSON(http.StatusOK, credentialsView(u))
}

// replacePassword sets a password by which the user replaces their own.
func replacePassword(c *web.Call, u *state.User, password string) error {
	var bad web.Violations
	checkPassword(password, u.Login(), &bad)
	if err := bad.Err(); err != nil {
		return err
	}
	if err := setPassword(c, u, password); err != nil {
		return err
	}
	u.LastUpdated = c.Second()
	c.Org.Users.Put(u.ID, u)
	syslog.Emit(c, eventUserPassword, syslog.UserEntity(u))
	return nil
}

// changeRecoveryQuestion requires the password.
func changeRecoveryQuestion(c *web.Call) error {
	u, err := kind.PathUser(c)
	if err != nil {
		return err
	}
	var sent userCredentials
	if err := c.Decode(&sent); err != nil {
		return err
	}
	if !mayChangeRecovery(u) {
		return errUserForbids("E0000036", "Change recovery question not allowed on specified user.")
	}
	if sent.Password == nil || !u.Password.Matches(sent.Password.Value) {
		return errCredentials("password: Password is not correct") // wording by inference
	}
	var bad web.Violations
	if sent.RecoveryQuestion == nil {
		bad.Add("recovery_question", "The field cannot be left blank")
	} else {
		sent.RecoveryQuestion.check(&state.User{}, &bad)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if err := u.SetRecovery(sent.RecoveryQuestion.Question, sent.RecoveryQuestion.Answer); err != nil {
		return err
	}
	u.LastUpdated = c.Second()
	c.Org.Users.Put(u.ID, u)
	return c.JSON(http.StatusOK, credentialsView(u))
}

// forgotPassword answers with the link with which a user who knows the answer to the recovery
// question chooses a new password. Older clients send answer and new password to this path.
func forgotPassword(c *web.Call) error {
	var sent userCredentials
	if err := c.Decode(&sent); err != nil {
		return err
	}
	if sent.Password != nil || sent.RecoveryQuestion != nil {
		return setForgottenPassword(c)
	}
	u, err := recoverableUser(c)
	if err != nil {
		return err
	}
	syslog.Emit(c, eventUserPasswordReset, syslog.UserEntity(u))
	return resetLink(c, "/signin/reset-password/")
}

// setForgottenPassword sets a new password if the answer to the recovery question is right.
func setForgottenPassword(c *web.Call) error {
	var sent userCredentials
	if err := c.Decode(&sent); err != nil {
		return err
	}
	u, err := recoverableUser(c)
	if err != nil {
		return err
	}
	if sent.RecoveryQuestion == nil || !u.AnswersRecovery(sent.RecoveryQuestion.Answer) {
		return errUserForbids("E0000087", "The recovery question answer did not match our records.")
	}
	password := ""
	if sent.Password != nil {
		password = sent.Password.Value
	}
	if err := replacePassword(c, u, password); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, credentialsView(u))
}

// recoverableUser returns the user in the path if they can recover their password by themselves.
func recoverableUser(c *web.Call) (*state.User, error) {
	u, err := kind.PathUser(c)
	if err == nil && (u.Status != "ACTIVE" || u.RecoveryAnswer == nil) {
		err = errUserForbids("E0000034", "Forgot password not allowed on specified user.")
	}
	return u, err
}

func errCredentials(cause string) *web.APIError {
	return &web.APIError{Status: http.StatusForbidden, Code: "E0000014", Summary: "Update of credentials failed", Causes: []string{cause}}
}
