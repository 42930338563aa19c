package view

import (
	"strings"

	"github.com/oktaform/oktaform/internal/terminal"
)

// Style says how a stream shows text: with the escape sequences of colors or without, and how wide.
type Style struct {
	Color bool
	Width int // of the terminal; 0: lines are not wrapped
}

// fill wraps a line of prose to the width; hang begins the further lines.
func (s Style) fill(line, hang string) string { return terminal.Wrap(line, s.Width, hang) }

// Prose wraps the lines of a text to the width, but for indented ones, such as commands.
func (s Style) Prose(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, " ") {
			lines[i] = s.fill(line, "")
		}
	}
	return strings.Join(lines, "\n")
}

func (s Style) wrap(code, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// Bold, and the functions below, return a text in a style.
func (s Style) Bold(text string) string   { return s.wrap("1", text) }
func (s Style) Red(text string) string    { return s.wrap("31", text) }
func (s Style) Green(text string) string  { return s.wrap("32", text) }
func (s Style) Yellow(text string) string { return s.wrap("33", text) }
func (s Style) Dim(text string) string    { return s.wrap("90", text) }

// symbol colors a symbol of a diff.
func (s Style) symbol(symbol string) string {
	switch symbol {
	case "+":
		return s.Green(symbol)
	case "-":
		return s.Red(symbol)
	case "~":
		return s.Yellow(symbol)
	case "+/-", "-/+":
		return s.Green("+") + "/" + s.Red("-")
	}
	return symbol
}

// Plain escapes text from the org and from files for a terminal.
func Plain(text string) string { return terminal.Plain(text) }

// Source is Plain for the source of a file, in which every byte keeps its position.
func Source(text []byte) []byte { return terminal.Source(text) }

// Lines is Plain for text of several lines.
func Lines(text string) string { return terminal.Lines(text) }

// Success highlights the word for success.
func (s Style) Success(text string) string { return s.Bold(s.Green(text)) }
