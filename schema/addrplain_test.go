package schema

import (
	"testing"

	"pgregory.net/rapid"
)

// TestPlainSteps: what is read without HCL's parser is read as the parser does.
func TestPlainSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[aZ9_\-.\[\]" é]{0,9}`).Draw(t, "address")
		plain, ok := plainSteps(s)
		if !ok {
			return
		}
		parsed, ok := parsedSteps(s)
		if !ok || len(plain) != len(parsed) {
			t.Fatalf("%q: %v and %v", s, plain, parsed)
		}
		for i := range plain {
			if plain[i] != parsed[i] {
				t.Fatalf("%q: %v and %v", s, plain, parsed)
			}
		}
	})
}
