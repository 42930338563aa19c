package console_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/console"
)

// over returns a console over a configuration.
func over(t *testing.T, text string) *console.Console {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte("org {\n  owner = \"team/x\"\n}\n"+text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, diags := config.Load(dir, config.Options{Incomplete: true})
	t.Cleanup(func() { _ = c.Close() })
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return &console.Console{Evaluation: c.Evaluate(nil), Numbered: true}
}

// TestLinesOfAnExpression: an expression ends with the line that closes the last bracket.
func TestLinesOfAnExpression(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []string
		// open is how many brackets are open after each line but the last.
		open []int
	}{
		{"one line", []string{"1"}, nil},
		{"a list", []string{"[", "1, {", "a = 2 }", "]"}, []int{1, 2, 1}},
		{"a call", []string{"max(1,", "2)"}, []int{1}},
		{"a template", []string{`"${`, `1`, `}"`}, []int{2, 2}},
		{"a heredoc", []string{"<<EOT", "] ) \\", "EOT"}, []int{1, 1}},
		{"brackets in a string", []string{`"[{("`}, nil},
		{"brackets in a comment", []string{"[ # ]", "]"}, []int{1}},
		{"a backslash", []string{`1 + \`, "1"}, []int{0}},
		{"an open string", []string{`"abc`}, nil},
		{"one bracket too many", []string{"[1]]"}, nil},
		{"another bracket", []string{"[1)", "]"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := over(t, "")
			for i, line := range test.lines {
				_, diags := c.Line(line)
				last := i == len(test.lines)-1
				if !last && len(test.open) > i && (diags.HasErrors() || !c.Begun() || c.Open() != test.open[i]) {
					t.Errorf("after %q: begun %v, %d open, %v; want %d open", line, c.Begun(), c.Open(), diags, test.open[i])
				}
				if last && c.Begun() {
					t.Errorf("after %q the expression is not finished", line)
				}
			}
		})
	}
}

// TestPlaceOfAnError: with Numbered, errors count the lines of the whole input.
func TestPlaceOfAnError(t *testing.T) {
	c := over(t, "")
	var diags hcl.Diagnostics
	for _, line := range []string{"1", "", "# nothing", "[", "1,", "  nothing.x", "]"} {
		_, diags = c.Line(line)
	}
	if len(diags) != 1 || diags[0].Subject.Start.Line != 6 || string(diags[0].Subject.SliceBytes(c.Source().Bytes)) != "nothing.x" {
		t.Errorf("%v", diags)
	}
}

// TestExpressionsHaveALimit: of their size, and of what they cost. One that exceeds a limit does
// not count against the next.
func TestExpressionsHaveALimit(t *testing.T) {
	c := over(t, "locals {\n  r = range(1000)\n}\n")
	long := func(line string, n int) (diags hcl.Diagnostics) {
		c.Line("[")
		for range n {
			if _, diags = c.Line(line); diags.HasErrors() {
				return diags
			}
		}
		_, diags = c.Line("]")
		return diags
	}
	for name, diags := range map[string]hcl.Diagnostics{
		"bytes": long(strings.Repeat("1, ", console.MaxExpression/8), 3),
		"lines": long("", 1_001),
	} {
		if len(diags) != 1 || diags[0].Summary != "Expression too long" {
			t.Errorf("%s: %v", name, diags)
		}
	}
	if _, diags := c.Line("[for a in local.r : [for b in local.r : [for c in local.r : c if c < 0]]]"); !diags.HasErrors() {
		t.Error("three nested loops have no limit")
	}
	for range 4 { // more steps together than one expression may take
		if _, diags := c.Line("length([for a in local.r : [for b in local.r : 1 if a < 90 && b < 90]])"); diags.HasErrors() {
			t.Fatal(diags)
		}
	}
}

// TestErrorsOfWhatAnExpressionDependsOn: an expression fails with the errors in the configuration
// that make its value unknown, also in later lines.
func TestErrorsOfWhatAnExpressionDependsOn(t *testing.T) {
	c := over(t, `
locals {
  bad  = tonumber("x")
  also = [local.bad]
  good = 1
}
group "g" {
  for_each = toset(["a", "b"])
  name     = each.key == "a" ? "A" : tonumber("x")
}
group "free" {
  name = "Free"
}
`)
	for line, fails := range map[string]bool{
		"local.bad": true, "local.also": true, "[local.also, local.good]": true, "local.good": false,
		"group.free.id": false, `group.g["b"].id`: true,
	} {
		for range 2 {
			if _, diags := c.Line(line); diags.HasErrors() != fails {
				t.Errorf("%s: %v", line, diags)
			}
		}
	}
}
