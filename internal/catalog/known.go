package catalog

import "slices"

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
