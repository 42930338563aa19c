package terminal

import (
	"io"
	"regexp"
	"strings"
	"sync"
)

// Writer is the last safeguard before a terminal or a CI job's log: it lets through no control
// characters except line breaks, tabs and the program's own colors, and no commands to a CI system.
// JSON stays equivalent.
type Writer struct {
	// W is the stream; Color lets the program's own colors through.
	W     io.Writer
	Color bool

	mu    sync.Mutex
	begin bool   // whether the line already contains something other than white space
	colon bool   // whether the line begins with a colon
	tail  string // of the line: ## and the letters after it, the beginning of a command
}

// color matches the escape sequences that this program writes.
var color = regexp.MustCompile(`^\x1b\[(0|1|4|1;4|31|32|33|90)m`)

// zeroWidthSpace follows the characters that begin a mention in Markdown.
const zeroWidthSpace = '\u200b'

// Write writes the text.
func (w *Writer) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	b.Grow(len(text))
	w.guard(&b, string(text))
	if _, err := io.WriteString(w.W, b.String()); err != nil {
		return 0, err
	}
	return len(text), nil
}

func (w *Writer) guard(b *strings.Builder, text string) {
	skip := 0
	for i, r := range text {
		switch {
		case i < skip:
		case r == '\x1b' && w.Color && color.MatchString(text[i:]):
			sequence := color.FindString(text[i:])
			b.WriteString(sequence)
			skip = i + len(sequence)
		case r == '\n':
			b.WriteByte('\n')
			w.begin, w.colon, w.tail = false, false, ""
		case r == '\r' && strings.HasPrefix(text[i:], "\r\n"), r == '\t', r == ' ':
			b.WriteRune(r)
			w.colon, w.tail = false, ""
		case w.command(r): // the escape ends the command
			b.WriteString(map[rune]string{':': `\u003a`, '[': `\u005b`}[r])
		case r == zeroWidthSpace:
			b.WriteRune(r)
		default:
			writeRune(b, r, text[i])
		}
	}
}

// command reports whether a character completes a command of a CI system: two colons at the
// beginning of a line (GitHub), or ##[, ##vso[, ##teamcity[ anywhere in it (GitHub, Azure,
// TeamCity).
func (w *Writer) command(r rune) bool {
	switch {
	case r == '#' && len(w.tail) < 2:
		w.tail += "#"
	case len(w.tail) >= 2 && (r >= 'a' && r <= 'z' || r == '#'):
	case len(w.tail) >= 2 && r == '[':
		w.tail, w.begin = "", true
		return true
	default:
		w.tail = ""
	}
	completes := r == ':' && w.colon
	w.colon = r == ':' && !w.begin
	w.begin = true
	return completes
}
