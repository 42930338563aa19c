package state

import "time"

// Policy is an ACCESS_POLICY: how users sign in to the apps that have it.
type Policy struct {
	ID          string
	Name        string
	Description string
	Type        string // ACCESS_POLICY
	System      bool   // Okta's own, the default one
	MFA         bool   // requires a second factor
	Created     time.Time
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
