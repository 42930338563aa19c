package sandbox

import "github.com/oktaform/oktaform/sandbox/internal/state"

// Feature is a capability that an org has or lacks depending on its engine, age or contract, and
// that shows in the fields of its answers. Real orgs differ in these, and a client must work with
// all of them.
type Feature = state.Feature

// The features differ between recorded orgs.
const (
	IdentityEngine   = state.IdentityEngine   // there are access policies, and apps link to theirs
	UniversalLogout  = state.UniversalLogout  // universalLogout of apps
	SingleLogout     = state.SingleLogout     // participate_slo of OIDC apps
	EmailOptIn       = state.EmailOptIn       // settings.emOptInStatus of apps
	UserConsent      = state.UserConsent      // consent_method of OIDC apps
	GroupOwners      = state.GroupOwners      // groups link to their owners
	Realms           = state.Realms           // realmId of users
	ResetFactors     = state.ResetFactors     // users link to the reset of their factors
	PersonalApps     = state.PersonalApps     // settings.op4wEnabled of the org
	RoleCloning      = state.RoleCloning      // isCloneable of custom roles
	AttributeSources = state.AttributeSources // master of the attributes of users
	EscapedLabels    = state.EscapedLabels    // labels of apps are HTML-escaped in answers
)

// DefaultFeatures returns the features of an org whose settings name none: those that most of the
// recorded orgs had.
func DefaultFeatures() []Feature { return state.DefaultFeatures() }
