package sandbox

import "github.com/oktaform/oktaform/sandbox/internal/state"

// Feature is something that an org has or lacks by its engine, its age or its
// contract, and that shows in the fields of its answers. Real orgs differ in
// them; a client must work with each.
type Feature = state.Feature

// The features. Their fields are those that recorded orgs differ in.
const (
	IdentityEngine  = state.IdentityEngine  // apps link to their policies
	UniversalLogout = state.UniversalLogout // universalLogout of apps
	SingleLogout    = state.SingleLogout    // participate_slo of OIDC apps
	EmailOptIn      = state.EmailOptIn      // settings.emOptInStatus of apps
	UserConsent     = state.UserConsent     // consent_method of OIDC apps
	GroupOwners     = state.GroupOwners     // groups link to their owners
	Realms          = state.Realms          // realmId of users
	ResetFactors    = state.ResetFactors    // users link to the reset of their factors
	EscapedLabels   = state.EscapedLabels   // labels of apps are answered HTML-escaped
)

// DefaultFeatures are those of an org whose settings name none: what most of
// the recorded orgs had.
func DefaultFeatures() []Feature { return state.DefaultFeatures() }
