// Package terminal escapes text from others (names of files, labels, answers of an org) for
// terminals and for the logs of CI jobs, so that nothing in it ends a line, controls a terminal,
// changes the direction of writing, or is a command to a CI system.
package terminal

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Plain escapes unprintable characters, including line breaks, with JSON's escapes.
func Plain(text string) string {
	if utf8.ValidString(text) && strings.IndexFunc(text, func(r rune) bool { return !Printable(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		writeRune(&b, r, text[i])
	}
	return b.String()
}

// writeRune writes a character, or its escape. first is its first byte.
func writeRune(b *strings.Builder, r rune, first byte) {
	switch {
	case r == utf8.RuneError && first != "\uFFFD"[0]:
		fmt.Fprintf(b, "\\x%02x", first) // invalid UTF-8: C1 controls for terminals with 8-bit encodings
	case Printable(r):
		b.WriteRune(r)
	case r > 0xffff:
		high, low := utf16.EncodeRune(r)
		fmt.Fprintf(b, "\\u%04x\\u%04x", high, low)
	default:
		fmt.Fprintf(b, "\\u%04x", r)
	}
}

// Lines is Plain for text of several lines.
func Lines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = Plain(line)
	}
	return strings.Join(lines, "\n")
}

// Source is Plain for the source of a file, in which every byte keeps its position: unprintable
// bytes become question marks.
func Source(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for rest := text; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == '\n' || r == '\t' || r == '\r' && size < len(rest) && rest[size] == '\n',
			Printable(r) && (r != utf8.RuneError || size > 1):
			out = append(out, rest[:size]...)
		default:
			out = append(out, strings.Repeat("?", size)...)
		}
		rest = rest[size:]
	}
	return out
}

// Printable reports whether a character can be printed unescaped.
func Printable(r rune) bool { return unicode.IsPrint(r) && !unicode.Is(unicode.Bidi_Control, r) }
