package terminal

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		line  string
		width int
		hang  string
		want  string
	}{
		{"a b c", 0, "", "a b c"},
		{"a b c", 5, "", "a b c"},
		{"aa bb cc", 5, "", "aa bb\ncc"},
		{"  # aa bb cc", 8, "  # ", "  # aa\n  # bb\n  # cc"},
		{"see https://example.okta.com/oauth2/v1/token now", 12, "  ", "see\n  https://example.okta.com/oauth2/v1/token\n  now"},
		{"\x1b[1mbold\x1b[0m and more", 8, "", "\x1b[1mbold\x1b[0m and\nmore"},
		{"Ünï cödé", 8, "", "Ünï cödé"},
		{"two  spaces kept", 12, "", "two  spaces\nkept"},
	} {
		if got := Wrap(c.line, c.width, c.hang); got != c.want {
			t.Errorf("%q in %d columns: %q, want %q", c.line, c.width, got, c.want)
		}
	}
}

// FuzzWrap: wrapping loses nothing, and no line with more than a word is too wide.
func FuzzWrap(f *testing.F) {
	f.Add("a bb ccc dddd", 5)
	f.Fuzz(func(t *testing.T, line string, width int) {
		if width = 1 + width&63; strings.ContainsAny(line, "\n\x1b") {
			return
		}
		wrapped := Wrap(line, width, "")
		if strings.ReplaceAll(strings.ReplaceAll(wrapped, "\n", ""), " ", "") != strings.ReplaceAll(line, " ", "") {
			t.Errorf("%q becomes %q", line, wrapped)
		}
		for part := range strings.SplitSeq(wrapped, "\n") {
			if Columns(part) > width && strings.Contains(strings.TrimSpace(part), " ") {
				t.Errorf("%d columns in %q of %q", width, part, line)
			}
		}
	})
}
