package functions

import (
	"os"
	"testing"
)

// TestReference holds docs/functions.md against the table that it is made from.
// UPDATE=1 writes it.
func TestReference(t *testing.T) {
	const file = "../../docs/functions.md"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(Reference()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != Reference() {
		t.Error("docs/functions.md is not what the table says: run UPDATE=1 go test ./internal/functions -run TestReference")
	}
	for _, f := range List(nil) {
		if f.Doc == "" {
			t.Errorf("%s has no documentation", f.Name)
		}
	}
}
