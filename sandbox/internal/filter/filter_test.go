package filter

import (
	"encoding/json"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func anyAttribute(string) bool { return true }

func TestFilterExpressions(t *testing.T) {
	subject := map[string]any{"status": "ACTIVE", "n": 3.0, "yes": true, "none": nil, "created": "2026-02-01T00:00:00.000Z",
		"profile": map[string]any{"name": "Ada \"A\" Smith"}, "user": []any{map[string]any{"id": "u1"}, map[string]any{"id": "u2"}}}
	for text, want := range map[string]bool{
		`status eq "active"`:                             true,
		`status ne "ACTIVE"`:                             false,
		`absent ne "x"`:                                  true,
		`profile.name sw "ada"`:                          true,
		`profile.name ew "smith" and n gt 2`:             true,
		`profile.name co "\"A\""`:                        true,
		`profile.name co ")("`:                           false,
		`none pr`:                                        false,
		`profile.name pr`:                                true,
		`user.id eq "u2"`:                                true,
		`user.id eq "u3"`:                                false,
		`yes eq true`:                                    true,
		`created gt "2026-01-31T23:59:59Z"`:              true,
		`created le "2026-01-31T23:59:59+00:00"`:         false,
		`status eq "x" or status eq "ACTIVE" and n eq 4`: false,
		`(status eq "x" or status eq "ACTIVE") and not (n eq 4)`: true,
		`STATUS eq "ACTIVE"`: false,
	} {
		matches, err := Parse(text, anyAttribute)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := matches(subject); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	for _, text := range []string{``, ` `, `a`, `a eq`, `a eq b`, `a is "b"`, `(a eq "b"`, `a eq "b")`, `a eq "b" and`, `not a eq "b"`, `"a`, `a eq "b" c eq "d"`} {
		if _, err := Parse(text, anyAttribute); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
	if _, err := Parse(`b eq "x"`, func(a string) bool { return a == "a" }); err == nil {
		t.Error("an unknown attribute is accepted")
	}
}

// TestFilterEqualsAnyText: whatever a value holds, a quoted one finds it.
func TestFilterEqualsAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")
		quoted, _ := json.Marshal(value)
		matches, err := Parse(fmt.Sprintf("name eq %s", quoted), anyAttribute)
		if err != nil {
			t.Fatalf("%s: %v", quoted, err)
		}
		if !matches(map[string]any{"name": value}) || matches(map[string]any{"name": value + "x"}) {
			t.Fatalf("%s", quoted)
		}
	})
}
