package view

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Style writes the escape sequences of colours, or nothing.
type Style struct{ Color bool }

func (s Style) wrap(code, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s Style) bold(text string) string   { return s.wrap("1", text) }
func (s Style) red(text string) string    { return s.wrap("31", text) }
func (s Style) green(text string) string  { return s.wrap("32", text) }
func (s Style) yellow(text string) string { return s.wrap("33", text) }
func (s Style) dim(text string) string    { return s.wrap("90", text) }

// symbol colours one of the symbols of a diff.
func (s Style) symbol(symbol string) string {
	switch symbol {
	case "+":
		return s.green(symbol)
	case "-":
		return s.red(symbol)
	case "~":
		return s.yellow(symbol)
	case "+/-", "-/+":
		return s.green("+") + "/" + s.red("-")
	}
	return symbol
}

// Plain makes text from the org fit for a terminal: control characters and
// those that turn the direction of writing are escaped, line breaks too.
func Plain(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return !printable(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if printable(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	return b.String()
}

// Source is Plain for the source of a file, in which every byte keeps its
// place: what must not reach a terminal becomes question marks.
func Source(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for rest := text; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case strings.ContainsRune("\n\r\t", r) || printable(r) && (r != utf8.RuneError || size > 1):
			out = append(out, rest[:size]...)
		default:
			out = append(out, strings.Repeat("?", size)...)
		}
		rest = rest[size:]
	}
	return out
}

func printable(r rune) bool { return unicode.IsPrint(r) && !unicode.Is(unicode.Bidi_Control, r) }

// Lines is Plain for text of several lines.
func Lines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = Plain(line)
	}
	return strings.Join(lines, "\n")
}

// Success marks the word that says that all is well.
func (s Style) Success(text string) string { return s.bold(s.green(text)) }
