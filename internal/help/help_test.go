package help

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestParagraphs(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"one two\nthree\n\nfour", 40, "one two three\n\nfour"},
		{"one two three", 8, "one two\nthree"},
		{"kinds:\n  a=B    the first of the kinds\n  c      d", 18, "kinds:\n  a=B    the first\n         of the\n         kinds\n  c      d"},
		{"steps\n  1. do this and that", 14, "steps\n  1. do this\n    and that"},
	} {
		if got := Paragraphs(c.text, c.width); got != c.want {
			t.Errorf("%q in %d columns:\n%q, want\n%q", c.text, c.width, got, c.want)
		}
	}
}

// TestForms: the text, the man page and the reference show the same command.
func TestForms(t *testing.T) {
	root := &cobra.Command{Use: "tool", Short: "Do things", Long: ".so is no request here, and\n'neither' is this."}
	sub := &cobra.Command{Use: "run [DIR]", Short: "Run | walk", Example: "  tool run --to x", Run: func(*cobra.Command, []string) {}}
	sub.Flags().String("to", "", "the `FILE` to *write*")
	sub.Flags().String("trust", "", "trust")
	sub.Flags().Lookup("trust").NoOptDefVal = "all"
	sub.Flags().String("mode", "on", "on or off")
	root.AddCommand(sub, &cobra.Command{Use: "numbers", Short: "Numbers", Long: "one\n\n  0  none"})
	text := Text(sub, 0)
	for _, part := range []string{"Run | walk.\n", "  tool run [DIR] [flags]\n", "  --to FILE ", "  --trust[=TRUST]", "  --mode MODE ", "on or off (default on)", "  tool run --to x\n"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
	if text := Text(root, 0); !strings.Contains(text, "  tool help numbers  Numbers\n") {
		t.Error(text)
	}
	pages := ManPages(root, "1.0")
	for name, part := range map[string]string{"tool.1": "\\&.so is no request here, and 'neither' is this.\n", "tool-run.1": "\\fB\\-\\-to FILE\\fR\n", "tool-numbers.1": ".nf\n  0  none\n.fi\n"} {
		if !strings.Contains(pages[name], part) {
			t.Errorf("%s: no %q in\n%s", name, part, pages[name])
		}
	}
	reference := Markdown(root)
	for _, part := range []string{"| [run](#tool-run) | Run \\| walk |", "## tool run\n", "| `--to FILE` | the FILE to \\*write\\* |", "## tool help numbers\n", "```text\n0  none\n```\n"} {
		if !strings.Contains(reference, part) {
			t.Errorf("no %q in\n%s", part, reference)
		}
	}
}
