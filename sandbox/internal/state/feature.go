package state

// Feature is a capability that an org has or lacks depending on its engine, age or contract, and
// that shows in the fields of its answers. Real orgs differ in these, and a client must work with
// all of them.
type Feature string

// The features differ between recorded orgs.
const (
	IdentityEngine   Feature = "identity-engine"   // there are access policies, and apps link to theirs
	UniversalLogout  Feature = "universal-logout"  // universalLogout of apps
	SingleLogout     Feature = "single-logout"     // participate_slo of OIDC apps
	EmailOptIn       Feature = "email-opt-in"      // settings.emOptInStatus of apps
	UserConsent      Feature = "user-consent"      // consent_method of OIDC apps
	GroupOwners      Feature = "group-owners"      // groups link to their owners
	Realms           Feature = "realms"            // realmId of users
	ResetFactors     Feature = "reset-factors"     // users link to resetting their factors
	PersonalApps     Feature = "personal-apps"     // settings.op4wEnabled of the org
	RoleCloning      Feature = "role-cloning"      // isCloneable of custom roles
	AttributeSources Feature = "attribute-sources" // master of the attributes of users
	EscapedLabels    Feature = "escaped-labels"    // labels of apps are HTML-escaped in answers
)

// Features returns all features.
func Features() []Feature {
	return []Feature{IdentityEngine, UniversalLogout, SingleLogout, EmailOptIn, UserConsent, GroupOwners, Realms, ResetFactors, PersonalApps,
		RoleCloning, AttributeSources, EscapedLabels}
}

// DefaultFeatures returns the features of an org whose settings name none: those that most of the
// recorded orgs had.
func DefaultFeatures() []Feature {
	return []Feature{IdentityEngine, UniversalLogout, SingleLogout, EmailOptIn, UserConsent}
}
