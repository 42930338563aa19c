package help

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/oktaform/oktaform/internal/terminal"
)

// Width is the width of help that is not written to a terminal.
const Width = 80

// MaxWidth limits the width on wide terminals: longer lines are hard to read.
const MaxWidth = 100

// Text returns the help of a command in lines of at most width columns; 0 means Width.
func Text(cmd *cobra.Command, width int) string {
	if width <= 0 {
		width = Width
	}
	width = min(width, MaxWidth)
	var b strings.Builder
	b.WriteString(Paragraphs(description(cmd), width) + "\n")
	if IsTopic(cmd) {
		return b.String()
	}
	b.WriteString("\nUsage:\n")
	for _, line := range usage(cmd) {
		b.WriteString("  " + line + "\n")
	}
	if cmd.HasExample() {
		b.WriteString("\nExamples:\n" + cmd.Example + "\n")
	}
	for _, g := range commandGroups(cmd) {
		b.WriteString("\n" + g.title + "\n")
		rows(&b, g.rows, width)
	}
	flagRows(&b, "Flags:", cmd.LocalFlags(), width)
	flagRows(&b, "Global flags:", cmd.InheritedFlags(), width)
	if topics := topicsOf(cmd); len(topics) > 0 {
		b.WriteString("\nHelp topics:\n")
		rows(&b, topics, width)
	}
	b.WriteString("\n" + terminal.Wrap(footer(cmd), width, "") + "\n")
	return b.String()
}

// IsTopic reports whether a command is only a text for help.
func IsTopic(cmd *cobra.Command) bool {
	return cmd.HasParent() && !cmd.Runnable() && !cmd.HasSubCommands()
}

// description returns what the command does: a sentence, or the long text.
func description(cmd *cobra.Command) string {
	if cmd.Long != "" {
		return cmd.Long
	}
	return cmd.Short + "."
}

func usage(cmd *cobra.Command) (lines []string) {
	if cmd.Runnable() && (cmd.HasParent() || !cmd.HasAvailableSubCommands()) {
		lines = append(lines, cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		lines = append(lines, cmd.CommandPath()+" COMMAND [flags]")
	}
	return lines
}

func footer(cmd *cobra.Command) string {
	statuses := "Exit statuses: " + cmd.Root().Name() + " help exit-codes."
	if cmd.HasAvailableSubCommands() {
		return cmd.CommandPath() + " COMMAND --help shows the help of a command. " + statuses
	}
	return statuses
}

// row is one line of a table: a word and what it means.
type row struct{ name, text string }

type group struct {
	title string
	rows  []row
}

// commandGroups returns the commands below a command, by group.
func commandGroups(cmd *cobra.Command) []group {
	groups := make([]group, 0, len(cmd.Groups())+1)
	for _, g := range cmd.Groups() {
		groups = append(groups, group{title: g.Title})
	}
	more := group{title: "Commands:"}
	if len(groups) > 0 {
		more.title = "More commands:"
	}
	for _, sub := range cmd.Commands() {
		if !sub.IsAvailableCommand() && sub.Name() != "help" {
			continue
		}
		r := row{sub.Name(), sub.Short}
		if i := slices.IndexFunc(cmd.Groups(), func(g *cobra.Group) bool { return g.ID == sub.GroupID }); i >= 0 {
			groups[i].rows = append(groups[i].rows, r)
		} else {
			more.rows = append(more.rows, r)
		}
	}
	return slices.DeleteFunc(append(groups, more), func(g group) bool { return len(g.rows) == 0 })
}

func topicsOf(cmd *cobra.Command) (list []row) {
	for _, sub := range cmd.Commands() {
		if IsTopic(sub) && !sub.Hidden {
			list = append(list, row{cmd.Root().Name() + " help " + sub.Name(), sub.Short})
		}
	}
	return list
}

// rows writes a table. Texts begin in one column; a name that reaches into it stands on a line of
// its own.
func rows(b *strings.Builder, list []row, width int) {
	const widest = 26
	column := 0
	for _, r := range list {
		column = max(column, min(len(r.name)+4, widest))
	}
	for _, r := range list {
		first := "  " + r.name
		if len(first)+2 > column {
			b.WriteString(first + "\n")
			first = ""
		}
		for line := range strings.SplitSeq(terminal.Wrap(r.text, max(width-column, 20), ""), "\n") {
			fmt.Fprintf(b, "%-*s%s\n", column, first, line)
			first = ""
		}
	}
}

func flagRows(b *strings.Builder, title string, flags *pflag.FlagSet, width int) {
	list := flagTable(flags)
	if len(list) == 0 {
		return
	}
	b.WriteString("\n" + title + "\n")
	rows(b, list, width)
}

// flagTable returns the visible flags with their values, and what they mean.
func flagTable(flags *pflag.FlagSet) (list []row) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		if value != "" && value == strings.ToLower(value) { // the name of a type
			words := strings.Split(f.Name, "-")
			value = strings.ToUpper(words[len(words)-1])
		}
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		switch {
		case value == "":
		case f.NoOptDefVal != "" && f.Value.Type() != "bool":
			name += "[=" + value + "]"
		default:
			name += " " + value
		}
		if d := f.DefValue; !slices.Contains([]string{"", "false", "0", "0s", "[]"}, d) && !strings.Contains(usage, "(default") {
			usage += " (default " + d + ")"
		}
		list = append(list, row{name, usage})
	})
	return list
}

// columns matches the beginning of a line of a table: a word, and the space before the second
// column.
var columns = regexp.MustCompile(`^ +\S+  +`)

// hang returns the column at which a line of a list or table goes on when it is wrapped.
func hang(line string) int {
	if begin := columns.FindString(line); begin != "" {
		return len(begin)
	}
	return len(line) - len(strings.TrimLeft(line, " ")) + 2
}

// Paragraphs fills paragraphs to lines of at most width columns. Lines that begin with a space or
// a tab keep their breaks.
func Paragraphs(text string, width int) string {
	var out []string
	var paragraph []string
	end := func() {
		if len(paragraph) > 0 {
			out = append(out, terminal.Wrap(strings.Join(paragraph, " "), width, ""))
		}
		paragraph = nil
	}
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		if line == "" || line[0] == ' ' || line[0] == '\t' {
			end()
			out = append(out, terminal.Wrap(line, width, strings.Repeat(" ", hang(line))))
			continue
		}
		paragraph = append(paragraph, line)
	}
	end()
	return strings.Join(out, "\n")
}
