package cli

import (
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/oktaform/oktaform/internal/files"
)

// journalLines receives complete JSON lines concurrently and writes them to standard output
// (--json) and to the journal (--journal).
type journalLines struct {
	mu      sync.Mutex
	out     io.Writer // nil without --json
	journal *os.File  // nil without --journal
	Err     error     // the first failed write to the journal
}

// Write writes one line.
func (l *journalLines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.journal != nil {
		if _, err := l.journal.Write(line); err != nil && l.Err == nil {
			l.Err = fmt.Errorf("journal: %w", err)
		}
	}
	if l.out == nil {
		return len(line), nil
	}
	return l.out.Write(line)
}

// Close closes the journal.
func (l *journalLines) Close() {
	if l.journal != nil {
		_ = l.journal.Close()
	}
}

// Open opens the journal with mode 0600.
func (l *journalLines) Open(trees files.Trees, file string) error {
	if file == "" {
		return nil
	}
	journal, err := trees.Append(file, 0o600)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	l.journal = journal
	return nil
}
