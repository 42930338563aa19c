package apps

import "testing"

// TestRegisteredWildcards: a wildcard stands for a part of one label, and the rest of the host is
// plain.
func TestRegisteredWildcards(t *testing.T) {
	for uri, want := range map[string]bool{
		"https://*.example.com/cb": true, "https://app-*.example.com:8443/cb": true,
		"https://%2e*.example.com/cb": false, "https://*.%65xample.com/cb": false, "https://a\t*.example.com/cb": false, "https://*.exa\tmple.com/cb": false,
		"https://*.example.com/\tcb": false, "https://x@*.example.com/cb": false, "https://**.example.com/cb": false, "https://*.*.example.com/cb": false,
	} {
		if got := validRedirect(uri, true); got != want {
			t.Errorf("registered %q: %t", uri, got)
		}
	}
}
