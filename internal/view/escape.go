package view

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode"
)

// MarkdownText is Plain for running Markdown text: nothing in it becomes markup, HTML, a link or a
// mention. Forges look for mentions, references and links in the rendered text too, so a zero-width
// space follows the characters that begin one. Punctuation that can begin nothing where it stands
// stays as it is, so that the source is readable, too.
func MarkdownText(text string) string {
	var b strings.Builder
	all := []rune(Plain(strings.TrimSpace(text)))
	for i, r := range all {
		next, last := ' ', ' '
		if i+1 < len(all) {
			next = all[i+1]
		}
		if i > 0 {
			last = all[i-1]
		}
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("@#!~%$^", r):
			b.WriteString("\\" + string(r) + "\u200b")
		case r >= unicode.MaxASCII || !unicode.IsPunct(r) && !unicode.IsSymbol(r) || !marksUp(r, last, next, leads(all[:i])):
			b.WriteRune(r)
		default:
			b.WriteString("\\" + string(r))
		}
	}
	return b.String()
}

// leads reports whether what follows is at the beginning of a line, or after the number of a list.
func leads(before []rune) bool {
	return !slices.ContainsFunc(before, func(r rune) bool { return !unicode.IsDigit(r) })
}

// marksUp reports whether a character may begin or end markup between these two.
func marksUp(r, last, next rune, leading bool) bool {
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	switch r {
	case ',', ';', '\'', '"', '?':
		return false
	case '_':
		return !word(last) || !word(next)
	case ':': // links and emoji
		return leading || next != ' '
	case '.': // addresses that begin with www
		return leading || word(next) && (last == 'w' || last == 'W')
	case '{', '+', '-', '=', '(', ')', '/', '}':
		return leading || r == '{' && next != ' ' || r == '+' || r == '=' && next == r || r == '-' && next == r
	}
	return true
}

// summaryText is Plain inside an HTML element in Markdown, where Markdown's escapes have no effect.
func summaryText(text string) string {
	return html.EscapeString(strings.NewReplacer("@", "@\u200b", "#", "#\u200b", "!", "!\u200b").Replace(Plain(text)))
}

// MarkdownCode is Plain as a code span.
func MarkdownCode(text string) string {
	text = Plain(text)
	if text == "" {
		return ""
	}
	fence := strings.Repeat("`", backticks(text)+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || strings.TrimSpace(text) == "" {
		text = " " + text + " "
	}
	return fence + text + fence
}

// backticks returns the length of the longest sequence of backticks.
func backticks(text string) (longest int) {
	run := 0
	for _, r := range text {
		if r == '`' {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}

// mermaidText is Plain as a label of a Mermaid graph, between quotes.
func mermaidText(text string) string {
	var b strings.Builder
	for _, r := range Plain(text) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" ._-/,", r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
