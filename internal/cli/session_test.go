package cli

import "testing"

// TestSessionThatDidNotOpen: a command that opens a session again closes it whether or not
// that worked, and then reports why it didn't.
func TestSessionThatDidNotOpen(t *testing.T) {
	var s *Session
	s.Close()
}
