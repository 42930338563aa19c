package view

import (
	"fmt"
	"html"
	"strings"
	"unicode"
)

// MarkdownText is Plain for running Markdown text: nothing in it becomes markup, HTML, a link or a
// mention. Forges look for mentions, references and links in the rendered text too, so a zero-width
// space follows the characters that begin one.
func MarkdownText(text string) string {
	var b strings.Builder
	for _, r := range Plain(strings.TrimSpace(text)) {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("@#!~%$^", r):
			b.WriteString("\\" + string(r) + "\u200b")
		case r < unicode.MaxASCII && (unicode.IsPunct(r) || unicode.IsSymbol(r)) && !strings.ContainsRune(`,;'"`, r):
			b.WriteString("\\" + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
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
