package cli

import (
	"bytes"
	"strings"
	"testing"
)

// TestBarFollowsTheWindow: the line is drawn for the width that the window has now, and what a
// wider one has left is cleared in all the rows that it takes in the narrower one.
func TestBarFollowsTheWindow(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	width := 80
	b := &bar{w: &out, columns: func() int { return width }, line: func(width int) string { return strings.Repeat("=", width-1) }, stop: make(chan struct{})}
	b.around(func() {})
	width = 30
	out.Reset()
	b.around(func() {})
	if got, want := out.String(), "\r\x1b[2A\x1b[J"+strings.Repeat("=", 29); got != want { // 79 columns take three rows
		t.Errorf("%q, want %q", got, want)
	}
	out.Reset()
	b.end()
	if got := out.String(); got != "\r\x1b[K" {
		t.Errorf("%q", got)
	}
}
