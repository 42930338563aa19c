package lsp

import (
	"bytes"
	"context"

	"github.com/oktaform/oktaform/internal/fileedit"
)

// formatting returns the edit that fmt would make. A file with syntax errors is not formatted.
func (s *Server) formatting(_ context.Context, p DocumentParams) ([]TextEdit, error) {
	d, err := s.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	if d.JSON() {
		return []TextEdit{}, nil
	}
	text, diags := fileedit.Format(d.name(), d.Text)
	if diags.HasErrors() {
		return nil, &Error{codeRequestFailed, "A file with syntax errors can't be formatted: " + diags[0].Summary + "."}
	}
	// Only the lines that change are replaced, so that the cursor stays where it is.
	start, oldEnd, newEnd := changedLines(d.Text, text)
	if start == oldEnd && start == newEnd {
		return []TextEdit{}, nil
	}
	return []TextEdit{{d.between(start, oldEnd), string(text[start:newEnd])}}, nil
}

// changedLines returns where the first difference of two texts begins, and where the last one ends
// in each, at the ends of lines.
func changedLines(old, text []byte) (start, oldEnd, newEnd int) {
	if bytes.Equal(old, text) {
		return 0, 0, 0
	}
	for start < len(old) && start < len(text) && old[start] == text[start] {
		start++
	}
	start = bytes.LastIndexByte(old[:start], '\n') + 1
	oldEnd, newEnd = len(old), len(text)
	for oldEnd > start && newEnd > start && old[oldEnd-1] == text[newEnd-1] {
		oldEnd, newEnd = oldEnd-1, newEnd-1
	}
	for oldEnd < len(old) && old[oldEnd-1] != '\n' {
		oldEnd, newEnd = oldEnd+1, newEnd+1
	}
	return start, oldEnd, newEnd
}
