package reference

import (
	"bytes"
	"io/fs"
	"os"
	"testing"
)

// TestEverythingIsThere reads what tests ask for, and finds README.md naming each file's source.
func TestEverythingIsThere(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !bytes.Contains(readme, []byte(e.Name())) {
			t.Errorf("README.md doesn't say where %s comes from", e.Name())
		}
	}
	if document, err := OpenAPI(); err != nil || !bytes.Contains(document[:200], []byte("openapi:")) {
		t.Errorf("the OpenAPI document: %v", err)
	}
	recorded, err := fs.Glob(Recordings(), "*/*.yaml")
	if err != nil || len(recorded) < 50 {
		t.Errorf("%d recordings, %v; want 50 at least", len(recorded), err)
	}
}
