package review

import "testing"

// A finding about one member does not hide another whose address it contains.
func TestMentions(t *testing.T) {
	for _, test := range []struct {
		text string
		want bool
	}{
		{"user.ann becomes a member", true},
		{"new members: user.ann, user.bob", true},
		{"data.x gives rights to user.ann.", true},
		{"user.anna becomes a member", false},
		{"user.ann-marie becomes a member", false},
		{`user.ann["a"] becomes a member`, false},
		{"module.m.user.ann becomes a member", false},
		{"user.anna and user.ann become members", true},
	} {
		if got := mentions(test.text, "user.ann"); got != test.want {
			t.Errorf("%q: %v", test.text, got)
		}
	}
}
