package view

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// MarkdownLimit is GitHub's limit for a comment, in characters. Here it limits the bytes: a text
// has at least as many bytes as characters.
const MarkdownLimit = 65_536

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

// Fenced returns a code block with a fence that is longer than any inside.
func Fenced(language, text string) string {
	fence := strings.Repeat("`", max(2, backticks(text))+1)
	return fence + language + "\n" + strings.TrimSuffix(text, "\n") + "\n" + fence + "\n"
}

// Comment is a text in Markdown of limited length: a part for which no room is left is omitted, and
// counted.
type Comment struct {
	b     strings.Builder
	limit int
	cut   int
}

// NewComment returns an empty text of at most limit bytes.
func NewComment(limit int) *Comment { return &Comment{limit: limit} }

// Text returns what was added. If parts were omitted, a format says how many.
func (c *Comment) Text(part, omitted string) string {
	if c.cut > 0 {
		fmt.Fprintf(&c.b, omitted, Count(c.cut, part))
	}
	return c.b.String()
}

// Add appends a text if there is room, and reports whether there was.
func (c *Comment) Add(text string) bool {
	if c.b.Len()+len(text) > c.limit {
		c.cut++
		return false
	}
	c.b.WriteString(text)
	return true
}

// Section appends items under a heading, as long as there is room.
func (c *Comment) Section(title string, items []string) {
	if len(items) == 0 {
		return
	}
	if !c.Add("\n### " + title + "\n\n") {
		c.cut += len(items) - 1
		return
	}
	for _, item := range items {
		c.Add(item)
	}
}

// Fold appends a section that is collapsed at first.
func (c *Comment) Fold(title string, items []string) {
	const end = "\n</details>\n"
	if len(items) == 0 {
		return
	}
	c.limit -= len(end)
	open := c.Add(fmt.Sprintf("\n<details>\n<summary>%s (%d)</summary>\n\n", title, len(items)))
	if !open {
		c.cut += len(items) - 1
	}
	for i := 0; open && i < len(items); i++ {
		c.Add(items[i])
	}
	c.limit += len(end)
	if open {
		c.Add(end)
	}
}
