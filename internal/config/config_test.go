package config_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/oktaform/oktaform/internal/config"
)

// load writes the files of a txtar archive to a folder and loads it.
func load(t *testing.T, archive string, opts config.Options) (*config.Config, hcl.Diagnostics) {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, diags := config.Load(dir, opts)
	t.Cleanup(func() { _ = c.Close() })
	return c, diags
}

// render writes diagnostics as people see them, with the folder's name left
// out.
func render(t testing.TB, c *config.Config, diags hcl.Diagnostics) string {
	t.Helper()
	var b bytes.Buffer
	if err := hcl.NewDiagnosticTextWriter(&b, c.Files(), 0, false).WriteDiagnostics(diags); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), c.Dir+string(filepath.Separator), "")
}

// TestDiagnostics reads each archive in testdata: a configuration, and in
// the file "want" what validate says of it.
func TestDiagnostics(t *testing.T) {
	files, err := filepath.Glob("testdata/diagnostics/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no archives", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want string
			for _, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
				}
			}
			c, diags := load(t, string(txtar.Format(archive)), config.Options{Incomplete: true})
			diags = append(diags, c.Validate()...)
			got := trim(strings.ReplaceAll(render(t, c, diags), c.Dir, "DIR"))
			if os.Getenv("UPDATE") != "" {
				for i := range archive.Files {
					if archive.Files[i].Name == "want" {
						archive.Files[i].Data = []byte(got)
					}
				}
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// The order of diagnostics is the same in every run.
func TestDiagnosticsInOrder(t *testing.T) {
	archive, err := os.ReadFile("testdata/diagnostics/references.txtar")
	if err != nil {
		t.Fatal(err)
	}
	first := ""
	for range 30 {
		c, diags := load(t, string(archive), config.Options{Incomplete: true})
		got := strings.ReplaceAll(render(t, c, append(diags, c.Validate()...)), c.Dir, "DIR")
		if first == "" {
			first = got
		}
		if got != first {
			t.Fatalf("first:\n%s\nthen:\n%s", first, got)
		}
	}
}

var spaces = regexp.MustCompile(`(?m)[ \t]+$`)

func trim(s string) string {
	return strings.TrimSpace(spaces.ReplaceAllString(s, "")) + "\n"
}
