package orgcopy

import (
	"slices"

	"github.com/oktaform/oktaform/internal/okta"
)

// identityEngine is the feature of orgs on Okta Identity Engine.
const identityEngine = "identity-engine"

// shows are the fields by which the answers of an org show a feature, by its name in the
// embedded org.
type shows map[string][]string

var (
	appFeatures = shows{"universal-logout": {"universalLogout"}, "email-opt-in": {"settings", "emOptInStatus"}}
	// Fields of OpenID Connect apps.
	clientFeatures = shows{"single-logout": {"settings", "oauthClient", "participate_slo"}, "user-consent": {"settings", "oauthClient", "consent_method"}}
	groupFeatures  = shows{"group-owners": {"_links", "owners"}}
	userFeatures   = shows{"realms": {"realmId"}, "reset-factors": {"_links", "resetFactors"}}
)

// notice adds the features that a document shows.
func (r *reading) notice(doc map[string]any, features shows) {
	seen, _ := r.copy.Org["features"].([]string)
	for name, path := range features {
		if _, there := okta.Object(doc, path[:len(path)-1]...)[path[len(path)-1]]; there && !slices.Contains(seen, name) {
			seen = append(seen, name)
		}
	}
	if len(seen) > 0 {
		slices.Sort(seen)
		r.copy.Org["features"] = seen
	}
}

// assume adds the features of most orgs that no document of this org can show yet.
func (r *reading) assume(features shows) {
	example := map[string]any{}
	for _, path := range features {
		at := example
		for _, name := range path[:len(path)-1] {
			inner, _ := at[name].(map[string]any)
			if inner == nil {
				inner = map[string]any{}
				at[name] = inner
			}
			at = inner
		}
		at[path[len(path)-1]] = true
	}
	r.notice(example, features)
}
