package config

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"pgregory.net/rapid"
)

// TestPieces: a file that is parsed piece by piece comes out as one that is parsed as
// a whole, whatever it is cut through.
func TestPieces(t *testing.T) {
	lines := []string{"a \"b\" {\n  x = 1\n}\n", "a {\n}\n", "a {\r\n}\r\n", "a {\n  x = <<EOT\n}\nb\nEOT\n}\n", "/*\na {\n}\n*/\n", "x = 1\n", "# ä\n", "a {\n}\n\ufeffb {\n}\n", "a \"b\" {", "}", "}", "}", "}\r", "", "  x = 1", "x = 1", "  x = <<EOT", "EOT", "  x = <<-EOT", "  EOT", "# }", "/*", "*/", "  x = [", "]",
		"  x = \"${", "}\"", "  x = \"ä\u0308\"", "ä {", "\ufeff", "a {}", "%{ if true }", "%{ endif }", "\x00"}
	rapid.Check(t, func(t *rapid.T) {
		text := ""
		for range rapid.IntRange(0, 12).Draw(t, "lines") {
			text += rapid.SampledFrom(lines).Draw(t, "line") + rapid.SampledFrom([]string{"\n", "\n", "\n", "\r\n", ""}).Draw(t, "end")
		}
		got, diags := parseSource([]byte(text), "f.hcl", 1)
		want, wanted := hclsyntax.ParseConfig([]byte(text), "f.hcl", hcl.InitialPos)
		if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(diags, wanted) && len(diags)+len(wanted) > 0 {
			t.Fatalf("%q\n%s\n%v\n%v", text, cmp.Diff(want.Body.(*hclsyntax.Body).SrcRange, got.Body.(*hclsyntax.Body).SrcRange), diags, wanted)
		}
	})
}
