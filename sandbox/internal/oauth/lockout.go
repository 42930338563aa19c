package oauth

import (
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// countFailure counts a wrong password, and locks the account at the last one that the policy
// allows.
func countFailure(c *web.Call, u *state.User, lockout state.Lockout) (*state.User, string) {
	if lockout.MaxAttempts == 0 || u.Status != "ACTIVE" && u.Status != "PASSWORD_EXPIRED" {
		return nil, "INVALID_CREDENTIALS"
	}
	u.FailedSignIns++
	c.Org.Users.Put(u.ID, u)
	if u.FailedSignIns < lockout.MaxAttempts {
		return nil, "INVALID_CREDENTIALS"
	}
	u.Status, u.StatusChanged, u.LastUpdated = "LOCKED_OUT", c.Second(), c.Second()
	syslog.EmitOutcome(c, eventAccountLock, state.Outcome{Result: "FAILURE", Reason: "LOCKED_OUT"}, syslog.UserEntity(u))
	return lockedOut(u, lockout)
}

// lockedOut returns the step of a locked account: the policy says whether it may be told.
func lockedOut(u *state.User, lockout state.Lockout) (*state.User, string) {
	if lockout.ShowFailures {
		return u, "LOCKED_OUT"
	}
	return nil, "LOCKED_OUT"
}

// unlockInTime unlocks an account that was locked for as long as the policy says.
func unlockInTime(c *web.Call, u *state.User, lockout state.Lockout) {
	if u.Status != "LOCKED_OUT" || lockout.AutoUnlock == 0 || c.Now.Before(u.StatusChanged.Add(lockout.AutoUnlock)) {
		return
	}
	u.Status, u.StatusChanged, u.LastUpdated, u.FailedSignIns = "ACTIVE", c.Second(), c.Second(), 0
	c.Org.Users.Put(u.ID, u)
	syslog.Emit(c, eventAccountUnlock, syslog.UserEntity(u))
}

// takeOverPassword forgets wrong passwords, and makes an imported password, once it was right, the
// org's own.
func takeOverPassword(c *web.Call, u *state.User, password string) {
	u.FailedSignIns = 0
	if u.Password.Imported != nil {
		if own, err := state.NewPasswordHash(password); err == nil {
			u.Password = own
		}
	}
	c.Org.Users.Put(u.ID, u)
}
