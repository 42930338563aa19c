package help

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// ManPages returns a man page for each command, by the name of its file.
func ManPages(root *cobra.Command, version string) map[string]string {
	pages := map[string]string{}
	each(root, func(cmd *cobra.Command) {
		pages[pageName(cmd)+".1"] = manPage(cmd, version)
	})
	return pages
}

// each calls f for a command and all visible ones below it, in the order of help.
func each(cmd *cobra.Command, f func(*cobra.Command)) {
	f(cmd)
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			each(sub, f)
		}
	}
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manWidth is the width of lines that man doesn't fill: tables and lists.
const manWidth = 70

func manPage(cmd *cobra.Command, version string) string {
	var b strings.Builder
	name := pageName(cmd)
	fmt.Fprintf(&b, ".TH %s 1 \"\" %s \"Manual\"\n", quoted(strings.ToUpper(name)), quoted(cmd.Root().Name()+" "+version))
	section(&b, "NAME")
	b.WriteString(roff(name) + " \\- " + roff(cmd.Short) + "\n")
	if !IsTopic(cmd) {
		section(&b, "SYNOPSIS")
		for i, line := range usage(cmd) {
			if i > 0 {
				b.WriteString(".br\n")
			}
			b.WriteString(roff(line) + "\n")
		}
	}
	section(&b, "DESCRIPTION")
	prose(&b, Paragraphs(description(cmd), manWidth))
	for _, g := range commandGroups(cmd) {
		section(&b, strings.ToUpper(strings.TrimSuffix(g.title, ":")))
		terms(&b, g.rows)
	}
	if !IsTopic(cmd) {
		section(&b, "OPTIONS")
		terms(&b, append(flagTable(cmd.LocalFlags()), flagTable(cmd.InheritedFlags())...))
	}
	if cmd.HasExample() {
		section(&b, "EXAMPLES")
		prose(&b, cmd.Example)
	}
	section(&b, "SEE ALSO")
	see := []string{pageName(cmd.Root())}
	for _, sub := range cmd.Root().Commands() {
		if IsTopic(sub) && !sub.Hidden {
			see = append(see, pageName(sub))
		}
	}
	if cmd.HasParent() && cmd.Parent().HasParent() {
		see = append(see, pageName(cmd.Parent()))
	}
	var refs []string
	for _, other := range see {
		if other != name {
			refs = append(refs, "\\fB"+roff(other)+"\\fR(1)")
		}
	}
	b.WriteString(strings.Join(refs, ", ") + "\n")
	return b.String()
}

func section(b *strings.Builder, title string) { fmt.Fprintf(b, ".SH %s\n", quoted(title)) }

func terms(b *strings.Builder, list []row) {
	for _, r := range list {
		fmt.Fprintf(b, ".TP\n\\fB%s\\fR\n%s\n", roff(r.name), roff(r.text))
	}
}

// prose writes paragraphs; lines that begin with a space or a tab keep their breaks.
func prose(b *strings.Builder, text string) {
	kept := false
	for line := range strings.SplitSeq(text, "\n") {
		indented := line != "" && (line[0] == ' ' || line[0] == '\t')
		switch {
		case indented && !kept:
			b.WriteString(".nf\n")
		case !indented && kept:
			b.WriteString(".fi\n")
		}
		kept = indented
		if line == "" {
			b.WriteString(".PP\n")
			continue
		}
		b.WriteString(roff(line) + "\n")
	}
	if kept {
		b.WriteString(".fi\n")
	}
}

// roff escapes a line of text.
func roff(line string) string {
	line = strings.NewReplacer(`\`, `\e`, `-`, `\-`, "\t", "    ").Replace(line)
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	return line
}

func quoted(text string) string { return `"` + strings.ReplaceAll(roff(text), `"`, `\(dq`) + `"` }
