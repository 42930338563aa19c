package state

// Feature is something that an org has or lacks by its engine, its age or its
// contract, and that shows in the fields of its answers. Real orgs differ in
// them; a client must work with each.
type Feature string

// The features. Their fields are those that recorded orgs differ in.
const (
	IdentityEngine  Feature = "identity-engine"  // apps link to their policies
	UniversalLogout Feature = "universal-logout" // universalLogout of apps
	SingleLogout    Feature = "single-logout"    // participate_slo of OIDC apps
	EmailOptIn      Feature = "email-opt-in"     // settings.emOptInStatus of apps
	UserConsent     Feature = "user-consent"     // consent_method of OIDC apps
	GroupOwners     Feature = "group-owners"     // groups link to their owners
	Realms          Feature = "realms"           // realmId of users
	ResetFactors    Feature = "reset-factors"    // users link to the reset of their factors
	EscapedLabels   Feature = "escaped-labels"   // labels of apps are answered HTML-escaped
)

// DefaultFeatures are those of an org whose settings name none: what most of
// the recorded orgs had.
func DefaultFeatures() []Feature {
	return []Feature{IdentityEngine, UniversalLogout, SingleLogout, EmailOptIn, UserConsent}
}
