package terraform

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/oktaform/oktaform/internal/files"
)

// TestTranslate compares the translation of testdata/folder with testdata/folder.txt. UPDATE=1
// writes the file anew.
func TestTranslate(t *testing.T) {
	root, err := files.Open(filepath.Join("testdata", "folder"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	got, err := Translate(root)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(got.Files)) {
		fmt.Fprintf(&b, "-- %s --\n%s", name, got.Files[name])
	}
	b.WriteString("-- remarks --\n")
	for _, r := range got.Remarks {
		fmt.Fprintf(&b, "%s:%d: %s\n", r.File, r.Line, r.Text)
	}
	fmt.Fprintf(&b, "-- declared --\n%s\n-- hosts --\n%s\n", strings.Join(got.Declared, "\n"), strings.Join(got.Hosts, "\n"))
	golden := filepath.Join("testdata", "folder.txt")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
	for _, secret := range []string{"hunter2", "00abcdef"} {
		if strings.Contains(b.String(), secret) {
			t.Errorf("the translation holds the secret %s", secret)
		}
	}
}
