package oauth

import "testing"

// TestWildcardLabels: a wildcard stands for a part of one label, as a browser reads it.
func TestWildcardLabels(t *testing.T) {
	for uri, want := range map[string]bool{
		"https://app.example.com/cb": true, "https://app-1.example.com/cb": true,
		"https://a.b.example.com/cb": false, "https://a%2eb.example.com/cb": false, "https://a\tb.example.com/cb": false, "https://*.example.com/cb": false,
		"https://.example.com/cb": false, "https://a\u3002b.example.com/cb": false, "https://a@b.example.com/cb": false, "https://a b.example.com/cb": false,
		"https://a;b.example.com/cb": false, "https://a_b.example.com/cb": false, "https://ä.example.com/cb": false, "https://a\\b.example.com/cb": false,
	} {
		if got := MatchesSubdomain("https://*.example.com/cb", uri); got != want {
			t.Errorf("%q: %t", uri, got)
		}
	}
}
