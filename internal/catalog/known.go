package catalog

import (
	"slices"
	"strings"
)

// Scopes returns the scopes of the org authorization server, sorted: those of OpenID Connect and
// those of Okta's APIs (okta.*, ssf.*). The result must not be modified.
func Scopes() []string { return scopeNames }

// KnownScope reports whether the scope is in the list. A new release of Okta may have more.
func KnownScope(name string) bool {
	_, found := slices.BinarySearch(scopeNames, name)
	return found
}

// OwnAccount reports whether the scope concerns only the account of the user who signs in:
// okta.users.read.self, okta.myAccount.email.manage. Using it takes no admin role, and an app
// cannot request it for itself.
func OwnAccount(scope string) bool {
	return strings.HasPrefix(scope, "okta.") && strings.HasSuffix(scope, ".self") || strings.HasPrefix(scope, "okta.myAccount.")
}
