package catalog

import (
	"slices"
	"strings"
)

// Scopes lists the scopes that the org authorization server knows, sorted:
// those of OpenID Connect and those of Okta's APIs (okta.*, ssf.*). The caller
// doesn't change it.
func Scopes() []string { return scopeNames }

// KnownScope reports whether the scope was known when the list was made. A new
// release of Okta may have more.
func KnownScope(name string) bool {
	_, found := slices.BinarySearch(scopeNames, name)
	return found
}

// OwnAccount reports whether the scope is about the account of the user who signs in
// and no other: okta.users.read.self, okta.myAccount.email.manage. No admin role is
// needed to use it, and an app can't ask for it in its own name.
func OwnAccount(scope string) bool {
	return strings.HasPrefix(scope, "okta.") && strings.HasSuffix(scope, ".self") || strings.HasPrefix(scope, "okta.myAccount.")
}
