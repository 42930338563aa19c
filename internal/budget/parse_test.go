package budget

import (
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"pgregory.net/rapid"
)

// samePartsAndWhole compares a text that is parsed in parts with the same text parsed at once.
func samePartsAndWhole(t interface{ Fatalf(string, ...any) }, text string) {
	src := []byte(text)
	got, gotDiags := ParseConfig(src, "main.hcl")
	if diags := Source(src, "main.hcl"); diags.HasErrors() {
		if got != nil || !reflect.DeepEqual(gotDiags, diags) {
			t.Fatalf("%v instead of %v", gotDiags, diags)
		}
		return
	}
	want, wantDiags := hclsyntax.ParseConfig(src, "main.hcl", hcl.InitialPos)
	if wantDiags = untilMisread(wantDiags); !reflect.DeepEqual(gotDiags, wantDiags) {
		t.Fatalf("diagnostics: %v instead of %v", gotDiags, wantDiags)
	}
	if !reflect.DeepEqual(got.Body, want.Body) || string(got.Bytes) != text {
		t.Fatalf("another tree for\n%s", text)
	}
	type navigation interface{ ContextString(int) string }
	for at := 0; at < len(src); at += 199 {
		if got, want := got.Nav.(navigation).ContextString(at), want.Nav.(navigation).ContextString(at); got != want {
			t.Fatalf("context at %d: %q instead of %q", at, got, want)
		}
	}
}

// long makes a text longer than several parts.
func long(texts ...string) string {
	var b strings.Builder
	for _, text := range texts {
		b.WriteString(text)
		b.WriteString(strings.Repeat("group \"g\" {\n  name = \"G ${1 + 2}\"\n}\n", 2*partSize/36))
	}
	return b.String()
}

func TestParseConfigInParts(t *testing.T) {
	deep := strings.Repeat("[", MaxDepth-1)
	for _, text := range []string{
		"", "# x", "\ufeffx = 1\n", "x = 1\r\ny = 2\r\n",
		"x = 1 /*\n", "*/ y = 2\n",
		"/* \"\n", "x = <<E\n", "x = <<E\ngroup \"b\" {\n  y = 1\n}\nE\n",
		"x = <<-E\n  ${\"\n", "x = \"\n", "x = {\n", "}\n", "x = (\n", "x =\n", "x = 1 +\n", "group \"a\" {\n",
		"x = " + deep + "\n", "x = " + strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1) + "\n",
		"x = 1" + strings.Repeat(" + 1", MaxDepth+1) + "\n", "x = 1e" + strings.Repeat("9", 9) + "\n",
		"x = \"é\u0301\u2028\"\n", "x = \"\xff\"\n", "\x00\n", "x = 1 # /* \"\n", "x = 1", "x", "a.b = 1\n", "\"x\" = 1\n",
	} {
		samePartsAndWhole(t, text)
		samePartsAndWhole(t, long(text))
		samePartsAndWhole(t, long("", text))
		samePartsAndWhole(t, long("", text, text))
		samePartsAndWhole(t, long("y = 1\n", text, ""))
		samePartsAndWhole(t, long("")+text)
	}
}

// TestParseConfigOfMangledTexts cuts and inserts what changes the state of a scanner.
func TestParseConfigOfMangledTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := long("locals {\n  a = [1, 2]\n}\n", "x = <<E\n  text ${a} %{ if b }c%{ endif }\nE\n")
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			at := rapid.IntRange(0, len(text)).Draw(t, "at")
			cut := rapid.IntRange(0, min(12, len(text)-at)).Draw(t, "cut")
			insert := rapid.SampledFrom([]string{"", "\n", "\"", "${", "%{", "}", "{", "/*", "*/", "#", "<<E\n", "\nE\n", "\\", "x = 1\n", "(", "]", "\r", "é"}).Draw(t, "insert")
			text = text[:at] + insert + text[at+cut:]
		}
		samePartsAndWhole(t, text)
	})
}

// One missing quotation mark is one error, wherever it is.
func TestMissingQuotationMark(t *testing.T) {
	lines := "group \"a\" {\n  name = \"A\"\n  description = \"Everybody\"\n}\n# It's \"quoted\".\ngroup \"b\" {\n  name = \"B\"\n}\n"
	for _, line := range []int{2, 3, 7} {
		text := strings.Split(lines, "\n")
		text[line-1] = strings.TrimSuffix(text[line-1], "\"")
		_, diags := ParseConfig([]byte(strings.Join(text, "\n")), "main.hcl")
		if len(diags) != 1 || diags[0].Subject.Start.Line != line || !strings.Contains(diags[0].Detail, "quotation mark is missing") {
			t.Errorf("line %d: %v", line, diags)
		}
	}
}
