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

// TestTranslate compares the translations of the folders in testdata with the files beside them:
// folder holds each resource type, habits what people write. UPDATE=1 writes the files anew.
func TestTranslate(t *testing.T) {
	for _, name := range []string{"folder", "habits"} {
		t.Run(name, func(t *testing.T) { translatesAs(t, name) })
	}
}

// TestSeveralOrgs: a configuration is about one org, so files for several are refused by name.
func TestSeveralOrgs(t *testing.T) {
	group := func(name, provider string) string {
		return "resource \"okta_group\" \"" + name + "\" {\n  name = \"x\"\n" + provider + "}\n"
	}
	for text, refused := range map[string]bool{
		group("a", "  provider = okta.prod\n") + group("b", "  provider = okta.prod\n"): false,
		group("a", "  provider = okta.prod\n") + group("b", "  provider = okta.dev\n"):  true,
		group("a", "  provider = okta.prod\n") + group("b", ""):                         true,
		group("a", "") + group("b", ""):                                                 false,
	} {
		_, err := translated(t, map[string]string{"main.tf": text})
		if refused != (err != nil && strings.Contains(err.Error(), "several configurations of Okta's provider (okta")) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func translatesAs(t *testing.T, name string) {
	root, err := files.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	got, err := Translate(root)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, file := range slices.Sorted(maps.Keys(got.Files)) {
		fmt.Fprintf(&b, "-- %s --\n%s", file, got.Files[file])
	}
	b.WriteString("-- remarks --\n")
	for _, r := range got.Remarks {
		fmt.Fprintf(&b, "%s:%d: %s\n", r.File, r.Line, r.Text)
	}
	fmt.Fprintf(&b, "-- declared --\n%s\n-- hosts --\n%s\n", strings.Join(got.Declared, "\n"), strings.Join(got.Hosts, "\n"))
	golden := filepath.Join("testdata", name+".txt")
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
