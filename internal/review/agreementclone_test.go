package review_test

import (
	"fmt"
	"os"

	"github.com/oktaform/oktaform/sandbox"
)

// compact makes the file that clones are made from: each has to be read anew, and most lines of the
// org's own file are outdated.
func (w *trial) compact() {
	w.Helper()
	w.compacted = w.copyOf(w.data)
	server, err := sandbox.New(sandbox.Options{DataFile: w.compacted}) // compacts it
	if err != nil {
		w.Fatal(err)
	}
	_ = server.Close()
}

// copyOf copies a file to another one beside it.
func (w *trial) copyOf(file string) string {
	w.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		w.Fatal(err)
	}
	w.copies++
	name := fmt.Sprintf("%s.%d", w.data, w.copies)
	if err := os.WriteFile(name, data, 0o600); err != nil {
		w.Fatal(err)
	}
	return name
}

// clone is an org as this one before the calls that are compared, until a call changes something
// in it.
func (w *trial) clone() *sandbox.Server {
	w.Helper()
	if w.copy != nil {
		return w.copy
	}
	server, err := sandbox.New(sandbox.Options{DataFile: w.copyOf(w.compacted)})
	if err != nil {
		w.Fatal(err)
	}
	w.copy = server
	return server
}

func (w *trial) drop() {
	if w.copy != nil {
		_ = w.copy.Close()
		w.copy = nil
	}
}
