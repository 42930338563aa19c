package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/reference"
)

// TestGenerated: the catalog is what the published facts make it, nobody has edited
// it by hand.
func TestGenerated(t *testing.T) {
	document, err := reference.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	openapi := filepath.Join(t.TempDir(), reference.OpenAPIName)
	if err := os.WriteFile(openapi, document, 0o600); err != nil {
		t.Fatal(err)
	}
	head := regexp.MustCompile(`(?m)^// Source: (.*), read on (.*)\.$`)
	for _, name := range []string{"operations.go", "specified.go"} {
		have, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		m := head.FindSubmatch(have)
		if m == nil {
			t.Fatalf("%s doesn't say where it is from", name)
		}
		read, err := time.Parse(time.DateOnly, string(m[2]))
		if err != nil {
			t.Fatal(err)
		}
		files, err := generate(filepath.Join("..", "..", "reference", "scopes.json"), openapi, string(m[1]), read)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have, files[name]) {
			t.Errorf("%s isn't what gen makes of the facts", name)
		}
	}
}

// TestGenerate: rows are sorted, an operation has all scopes that name it, and
// what isn't an operation of the document is passed over.
func TestGenerate(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	scopes := write("scopes.json", `[{"scope":"b.read","operations":["GET /x","DELETE /a"]},{"scope":"a.read","operations":["GET /x"]}]`)
	openapi := write("openapi.yaml", "paths:\n  /x:\n    parameters: []\n    get:\n      x-okta-iam-permissions: [p]\n      x-okta-iam-admin-roles: [R]\n")
	files, err := generate(scopes, openapi, "Facts 1", time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		"operations.go": {"// Source: Facts 1, read on 2026-01-02.", "\"a.read\",\n\t\"b.read\",", "{\"DELETE\", \"/a\", []string{\"b.read\"}},\n\t{\"GET\", \"/x\", []string{\"a.read\", \"b.read\"}},"},
		"specified.go":  {"{\"R\", []string{\"GET /x\"}, specifiedSource, Documented},\n\t{\"p\", []string{\"GET /x\"}, specifiedSource, Documented},"},
	} {
		for _, part := range want {
			if !strings.Contains(string(files[name]), part) {
				t.Errorf("%s lacks %s:\n%s", name, part, files[name])
			}
		}
	}
	if _, err := generate(write("bad.json", "{}"), openapi, "", time.Time{}); err == nil {
		t.Error("a file of another form is taken")
	}
}
