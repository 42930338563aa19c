package config_test

import (
	"testing"

	"github.com/oktaform/oktaform/internal/config"
)

// TestRevealed: a review sees every call of nonsensitive, also one that a file in the JSON syntax
// writes with escapes.
func TestRevealed(t *testing.T) {
	const rest = `
-- other.hcl --
org {
  owner = "team"
}
variable "s" {
  sensitive = true
  default   = "x"
}
`
	for file, want := range map[string]string{
		"-- main.hcl --\noutput \"o\" {\n  value = nonsensitive( var.s )\n}\n":                                             "nonsensitive(var.s)",
		"-- main.hcl --\noutput \"o\" {\n  value = \"a ${nonsensitive(trimspace(var.s))} b\"\n}\n":                         "nonsensitive(trimspace(var.s))",
		"-- main.hcl --\noutput \"o\" {\n  value = \"nonsensitive(var.s)\"\n}\n":                                           "",
		"-- main.hcl.json --\n" + `{"output": {"o": {"value": "${nonsensitive(var.s)}"}}}` + "\n":                          "nonsensitive(var.s)",
		"-- main.hcl.json --\n" + `{"output": {"o": {"value": "\u0024{nonsensitive(var.s)}"}}}` + "\n":                     "nonsensitive(var.s)",
		"-- main.hcl.json --\n" + `{"output": {"o": {"value": "${nonsensitiv\u0065(var.s)}"}}}` + "\n":                     "nonsensitive(var.s)",
		"-- main.hcl.json --\n" + `{"output": {"o": {"value": "%{ if nonsensitive(var.s) == \"x\" }a%{ endif }"}}}` + "\n": "nonsensitive(var.s)",
		"-- main.hcl.json --\n" + `{"output": {"o": {"value": "nonsensitive(var.s)"}}}` + "\n":                             "",
	} {
		c, diags := load(t, file+rest[1:], config.Options{})
		if diags.HasErrors() {
			t.Errorf("%s: %v", file, diags)
			continue
		}
		var text string
		for _, call := range c.Revealed() {
			text += call.Text
			if call.Range.Start.Line < 1 || call.Range.Filename == "" {
				t.Errorf("%s: the call has no position: %v", file, call.Range)
			}
		}
		if text != want {
			t.Errorf("%sreveals %q, want %q", file, text, want)
		}
	}
}
