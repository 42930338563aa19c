package review_test

import (
	"strings"
	"testing"
)

// A new block may be about an administrator who exists: what sets a password, or sends resets
// elsewhere, is high.
func TestTakeOverOfAUser(t *testing.T) {
	user := func(more string) string {
		return "variable \"mail\" {\n  type = string\n}\nuser \"x\" {\n  login = \"cfo@example.com\"\n  first_name = \"C\"\n  last_name = \"F\"\n" + more + "}\n"
	}
	for name, row := range map[string]struct{ after, want string }{
		"password":       {user("password = \"Evil1234!x\"\n  password_version = \"2026-11-20T04:26:00Z\"\n"), "high G43 user.x (password_version)"},
		"e-mail":         {user("email = \"evil@example.net\"\n"), "high G43 user.x (email)"},
		"unknown e-mail": {user("email = var.mail\n"), "high G43 user.x (email)"},
		"nothing":        {user(""), ""},
		"own e-mail":     {user("email = \"CFO@example.com\"\n"), ""},
		"first password": {user("password = \"Good1234!x\"\n"), ""},
	} {
		got := told(assess(t, "", row.after))
		if !strings.Contains(got, row.want) || row.want == "" && strings.Contains(got, "G43") {
			t.Errorf("%s: want %q in\n%s", name, row.want, got)
		}
	}
}
