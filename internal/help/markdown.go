package help

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// Markdown returns the reference of all commands and help topics.
func Markdown(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("# Commands\n\nGenerated from the help of the commands.\n\n")
	b.WriteString(markdownProse(description(root)) + "\n")
	for _, g := range commandGroups(root) {
		fmt.Fprintf(&b, "\n| %s | |\n| --- | --- |\n", strings.TrimSuffix(g.title, ":"))
		for _, r := range g.rows {
			fmt.Fprintf(&b, "| [%s](#%s-%s) | %s |\n", r.name, root.Name(), r.name, cell(r.text))
		}
	}
	b.WriteString("\nAll commands have these flags:\n")
	markdownFlags(&b, flagTable(root.PersistentFlags()))
	each(root, func(cmd *cobra.Command) {
		if cmd.HasParent() {
			markdownCommand(&b, cmd)
		}
	})
	return b.String()
}

func markdownCommand(b *strings.Builder, cmd *cobra.Command) {
	if IsTopic(cmd) {
		fmt.Fprintf(b, "\n## %s help %s\n\n%s\n", cmd.Root().Name(), cmd.Name(), markdownProse(description(cmd)))
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n%s.\n\n```text\n%s\n```\n", cmd.CommandPath(), strings.TrimSuffix(cmd.Short, "."), strings.Join(usage(cmd), "\n"))
	if cmd.Long != "" {
		b.WriteString("\n" + markdownProse(cmd.Long) + "\n")
	}
	if cmd.HasExample() {
		fmt.Fprintf(b, "\n```sh\n%s\n```\n", strings.ReplaceAll(strings.TrimPrefix(cmd.Example, "  "), "\n  ", "\n"))
	}
	var flags []row
	for _, r := range flagTable(cmd.NonInheritedFlags()) {
		if !strings.HasSuffix(r.name, "--help") {
			flags = append(flags, r)
		}
	}
	if len(flags) > 0 {
		markdownFlags(b, flags)
	}
}

func markdownFlags(b *strings.Builder, list []row) {
	b.WriteString("\n| Flag | |\n| --- | --- |\n")
	for _, r := range list {
		fmt.Fprintf(b, "| `%s` | %s |\n", r.name, cell(r.text))
	}
}

// cell escapes a text for a cell of a table.
func cell(text string) string {
	return strings.NewReplacer(`|`, `\|`, `<`, `\<`, `*`, `\*`, `_`, `\_`).Replace(text)
}

// markdownProse writes paragraphs as Markdown: lines that begin with a space as blocks of text.
func markdownProse(text string) string {
	var out []string
	kept := false
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		indented := line != "" && (line[0] == ' ' || line[0] == '\t')
		if indented && !kept {
			if i > 0 && lines[i-1] != "" {
				out = append(out, "")
			}
			out = append(out, "```text")
		}
		if kept && !indented {
			out = append(out, "```")
			if line != "" {
				out = append(out, "")
			}
		}
		kept = indented
		if !indented {
			line = cell(line)
		} else {
			line = strings.TrimPrefix(line, "  ")
		}
		out = append(out, line)
	}
	if kept {
		out = append(out, "```")
	}
	return strings.Join(out, "\n")
}
