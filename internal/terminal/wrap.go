package terminal

import (
	"strings"
	"unicode/utf8"
)

// Wrap breaks a line at spaces into lines of at most width columns; hang begins the further lines.
// Words are never broken, so that addresses, paths and URLs stay whole. Escape sequences of colors
// take no columns. Width 0 leaves the line as it is.
func Wrap(line string, width int, hang string) string {
	if width <= 0 || Columns(line) <= width {
		return line
	}
	var b strings.Builder
	rest := strings.TrimLeft(line, " ")
	indent := line[:len(line)-len(rest)]
	b.WriteString(indent)
	column, first := len(indent), true
	for word := range strings.SplitSeq(rest, " ") {
		n := Columns(word)
		switch {
		case first:
		case column+1+n > width:
			b.WriteString("\n" + hang)
			column = Columns(hang)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column, first = column+n, false
	}
	return b.String()
}

// Columns returns how many columns of a terminal a text takes, without its colors.
func Columns(text string) int {
	n := utf8.RuneCountInString(text)
	for {
		i := strings.IndexByte(text, '\x1b')
		if i < 0 {
			return n
		}
		text = text[i:]
		if m := color.FindString(text); m != "" {
			n -= len(m)
		}
		text = text[1:]
	}
}
