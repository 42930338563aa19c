package state

import (
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
)

// Policy is a policy of the org. An ACCESS_POLICY says how users sign in to the apps that have it,
// the PASSWORD policy after how many wrong passwords they are locked out.
type Policy struct {
	ID          string
	Name        string
	Description string
	Type        string // ACCESS_POLICY, PROFILE_ENROLLMENT or PASSWORD
	System      bool   // Okta's own, the default one
	MFA         bool   // requires a second factor
	Created     time.Time
	LastUpdated time.Time      // zero: when it was created
	Settings    map[string]any `json:",omitempty"` // of a PASSWORD policy, as the API shows them
}

// Lockout is when sign-ins with wrong passwords lock an account.
type Lockout struct {
	MaxAttempts  int           // 0: never
	AutoUnlock   time.Duration // 0: an admin must unlock the account
	ShowFailures bool          // tell who signs in that the account is locked
}

// Lockout returns the rules of the org's password policy.
func (o *Org) Lockout() Lockout {
	p := o.Policies.Get(o.PolicyOf("PASSWORD"))
	if p == nil {
		return Lockout{MaxAttempts: 10}
	}
	rules := jsondoc.Object(p.Settings, "password", "lockout")
	attempts, _ := rules["maxAttempts"].(float64)
	minutes, _ := rules["autoUnlockMinutes"].(float64)
	show, _ := rules["showLockoutFailures"].(bool)
	return Lockout{int(attempts), time.Duration(minutes) * time.Minute, show}
}

// PolicyOf returns the id of the org's default policy of a type.
func (o *Org) PolicyOf(kind string) string {
	p := o.Policies.Find(func(p *Policy) bool { return p.Type == kind && p.System })
	if p == nil {
		return ""
	}
	return p.ID
}

// DefaultPolicy returns the id of the access policy of new apps.
func (o *Org) DefaultPolicy() string { return o.PolicyOf("ACCESS_POLICY") }
