package terminal

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestWriter(t *testing.T) {
	for _, c := range []struct {
		chunks []string
		color  bool
		want   string
	}{
		{[]string{"plain text: 1::2\n"}, false, "plain text: 1::2\n"},
		{[]string{"::warning::x\n"}, false, ":\\u003awarning::x\n"},
		{[]string{"a\n \t ::warning::x\n"}, false, "a\n \t :\\u003awarning::x\n"},
		{[]string{"a\n:", ":add-mask::x"}, false, "a\n:\\u003aadd-mask::x"},
		{[]string{"a\n", ":", "4\n"}, false, "a\n:4\n"},
		{[]string{"\x1b[1m::warning::"}, true, "\x1b[1m:\\u003awarning::"},
		{[]string{"\x1b[1mbold\x1b[0m"}, false, "\\u001b[1mbold\\u001b[0m"},
		{[]string{"\x1b[1mbold\x1b[0m \x1b[2J \x1b]0;title\a"}, true, "\x1b[1mbold\x1b[0m \\u001b[2J \\u001b]0;title\\u0007"},
		{[]string{"x ##[warning]y ##vso[task.x]y #", "#", "teamcity", "[z]"}, false, "x ##\\u005bwarning]y ##vso\\u005btask.x]y ##teamcity\\u005bz]"},
		{[]string{"###[x] # #[y] ## [z]"}, false, "###\\u005bx] # #[y] ## [z]"},
		{[]string{"a\r\nb\rc"}, false, "a\r\nb\\u000dc"},
		{[]string{"\u202eabc\u2066 \u0085\u009b \u2028 \x9b \u200b"}, false, "\\u202eabc\\u2066 \\u0085\\u009b \\u2028 \\x9b \u200b"},
		{[]string{"Ünïcode 日本 🎉\t\n"}, false, "Ünïcode 日本 🎉\t\n"},
	} {
		var out strings.Builder
		w := &Writer{W: &out, Color: c.color}
		for _, chunk := range c.chunks {
			if n, err := w.Write([]byte(chunk)); n != len(chunk) || err != nil {
				t.Errorf("%q: %d, %v", chunk, n, err)
			}
		}
		if out.String() != c.want {
			t.Errorf("%q: %q, want %q", c.chunks, out.String(), c.want)
		}
	}
}

// TestWriterKeepsJSON: what is written says the same, whatever is in its texts.
func TestWriterKeepsJSON(t *testing.T) {
	want := map[string]any{"::a": "\n::warning::\x7f\u0085\u202e ##[x] ##vso[y] \U000e0001 \"\\", "n": []any{"::", 1.0}}
	data, err := json.MarshalIndent(want, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	_, _ = (&Writer{W: &out}).Write(data)
	var got any
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil || !reflect.DeepEqual(got, any(want)) {
		t.Errorf("%v: %s", err, out.String())
	}
	for _, bad := range []string{"##[", "##vso[", "\x7f", "\u0085", "\u202e"} {
		if strings.Contains(out.String(), bad) {
			t.Errorf("%q in %s", bad, out.String())
		}
	}
}

func FuzzWriter(f *testing.F) {
	f.Add("::warning::\x1b[2J\u202e##[x]", 3)
	f.Fuzz(func(t *testing.T, text string, cut int) {
		var out strings.Builder
		w := &Writer{W: &out}
		cut = min(max(cut, 0), len(text))
		_, _ = w.Write([]byte(text[:cut]))
		_, _ = w.Write([]byte(text[cut:]))
		for line := range strings.SplitSeq(out.String(), "\n") {
			if line = strings.TrimSuffix(line, "\r"); strings.HasPrefix(strings.TrimSpace(line), "::") || strings.ContainsAny(line, "\x1b\r\u0085\u202e") || strings.Contains(line, "##[") {
				t.Errorf("%q becomes %q", text, line)
			}
		}
	})
}
