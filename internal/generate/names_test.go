package generate

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

func TestIdentifier(t *testing.T) {
	for _, row := range []struct{ kind, label, want string }{
		{"group", "Support engineers", "support_engineers"},
		{"group", "  --  ", "group"},
		{"group", "", "group"},
		{"group", "1password", "group_1password"},
		{"group", "für alle", "fur_alle"},
		{"group", "Zoe\u0301", "zoe"},
		{"group", "日本語", "日本語"},
		{"group", "👩‍💻", "group"},
		{"group", "Bob's team", "bobs_team"},
		{"group", "null", "group_null"},
		{"group", "data", "group_data"},
		{"group", "each", "group_each"},
		{"group", "for", "group_for"},
		{"group", "A/B: C.D (e)", "a_b_c_d_e"},
		{"user", "Ada.Lovelace@example.com", "ada_lovelace"},
		{"user", "@example.com", "example_com"},
		{"admin", "ada@example.com", "ada"},
		{"web_app", "a@b", "a_b"},
		{"custom_role", "42", "role_42"},
		{"web_app", strings.Repeat("x", 100), strings.Repeat("x", maxName)},
	} {
		if got := identifier(row.label, kinds.Named(row.kind)); got != row.want {
			t.Errorf("%s %q: %q, want %q", row.kind, row.label, got, row.want)
		}
	}
}

// Whatever people call things, the name of a block is an identifier that the language takes, and
// text is written so that it is read as it was.
func TestNamesAndTextsAreRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		label := rapid.String().Draw(t, "label")
		for _, kind := range kinds.All() {
			name := identifier(label, kind)
			if !hclsyntax.ValidIdentifier(name) || reserved(name) || len([]rune(name)) > maxName+len("network_zone_") {
				t.Fatalf("%s %q: %q", kind.Name, label, name)
			}
		}
		expr, diags := hclsyntax.ParseExpression([]byte(quoted(label)), "x", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		v, diags := expr.Value(nil)
		if diags.HasErrors() || v.AsString() != quotedAs(label) {
			t.Fatalf("%q is read as %#v: %v", label, v, diags)
		}
		if line := comment("%s", label); strings.ContainsAny(line, "\n\r\x1b\u202e") {
			t.Fatalf("a comment with %q: %q", label, line)
		}
	})
}

// Blocks whose names would be the same are told apart by a number, and those of the configuration
// keep theirs.
func TestFree(t *testing.T) {
	w := newWriter(&schema.Inventory{}, Options{Addresses: []string{"group.a", "group.a_3"}})
	for _, want := range []string{"group.a_2", "group.a_4", "group.a_5"} {
		if got := w.free(schema.Addr{Kind: "group", Name: "a"}).String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := w.free(schema.Addr{Data: true, Kind: "group", Name: "a"}).String(); got != "data.group.a" {
		t.Error(got)
	}
}

func TestPatterns(t *testing.T) {
	for _, row := range []struct {
		pattern, kind, label string
		want                 bool
	}{
		{"group", "group", "Anything", true},
		{"group", "web_app", "Anything", false},
		{"*", "web_app", "Anything", true},
		{"*_app=*site*", "web_app", "My SITE 1", true},
		{"group.eng_*", "group", "Eng: one", true},
		{"group.eng_*", "group", "Engineers", false},
		{"*=a?c", "group", "a.c", true},
		{"*=a?c", "group", "ac", false},
		{"*=a.c", "group", "abc", false},
		{"*=[x](y)+$", "group", "[x](y)+$", true},
		{"*=a=b", "group", "a=b", true},
		{"*=two*lines", "group", "two\nlines", true},
		{"*=日本?", "group", "日本語", true},
		{`*=back\slash`, "group", `back\slash`, true},
		{"admin=ada*", "user", "ada@example.com", true},
	} {
		p, err := ParsePattern(row.pattern)
		if err != nil || Selected([]Pattern{p}, nil, kinds.Named(row.kind), row.label) != row.want {
			t.Errorf("%s for %s %q: %v, %v", row.pattern, row.kind, row.label, !row.want, err)
		}
	}
	for _, wrong := range []string{"", "saml_app", "=x", "groups", ".x"} {
		if _, err := ParsePattern(wrong); err == nil || !strings.Contains(err.Error(), "matches no kind") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
