package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/sandbox"
)

// An import that adds to a configuration, or that comes from Terraform, may be killed before each
// of the files that it writes: no command takes them for a configuration then, and the same command
// finishes them.
func TestInterruptedImportIsFinished(t *testing.T) {
	t.Parallel()
	seed, err := os.ReadFile("../../examples/from-terraform/seed.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		before map[string]string
		flags  []string
	}{
		"added":              {map[string]string{"main.hcl": "org {\n  owner = \"org\"\n}\n", "groups.hcl": "group \"mine\" {\n  name = \"Mine\"\n}"}, []string{"--add"}},
		"new":                {nil, nil},
		"a state":            {nil, []string{"--from-terraform", "../../examples/from-terraform/terraform.tfstate"}},
		"a state, added":     {map[string]string{"main.hcl": "org {\n  owner = \"org\"\n}\n"}, []string{"--add", "--from-terraform", "../../examples/from-terraform/terraform.tfstate"}},
		"a folder of .tf":    {nil, []string{"--from-terraform", "../../examples/from-terraform"}},
		"one object, folder": {map[string]string{"main.hcl": "org {\n  owner = \"org\"\n}\n"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClicked(t, sandbox.Options{Seed: seed})
			defer c.end()
			command := func(dir string) []string {
				if strings.HasPrefix(name, "one object") {
					return []string{"import", "group.one", "Staff", dir}
				}
				return append([]string{"import", "--out", dir}, row.flags...)
			}
			whole := filepath.Join(c.folder, "whole", "org")
			writeTree(t, whole, row.before)
			if status, out := c.oktaform(command(whole)...); status != 0 {
				t.Fatalf("exit status %d\n%s", status, out)
			}
			after := readTree(t, whole)
			names := slices.Sorted(maps.Keys(after))
			names = slices.DeleteFunc(names, func(n string) bool { return after[n] == row.before[n] })
			if len(names) < 2 {
				t.Fatalf("only %s is written", names)
			}
			for written := range len(names) + 1 {
				dir := filepath.Join(c.folder, "killed", "org")
				writeTree(t, dir, row.before)
				writeTree(t, dir, map[string]string{"." + names[0] + ".ABCDEFGH.tmp": "half"})
				killed(t, dir, row.before, after, names, written)
				if status, out := c.oktaform("plan", dir); status != 1 || !strings.Contains(out, "Interrupted import") || !strings.Contains(out, "oktaform import --out ") {
					t.Errorf("a plan after %d of %s: exit status %d\n%s", written, names, status, out)
				}
				if status, out := c.oktaform(command(dir)...); status != 0 {
					t.Errorf("after %d of %s: exit status %d\n%s", written, names, status, out)
				}
				if left := readTree(t, dir); !maps.Equal(left, after) {
					t.Errorf("after %d of %s, the folder holds\n%v\nand not\n%v", written, names, left, after)
				}
				if err := os.RemoveAll(dir); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// killed leaves what an import leaves that is killed after some of its files.
func killed(t *testing.T, dir string, before, after map[string]string, names []string, written int) {
	t.Helper()
	var list []map[string]string
	for _, name := range names {
		file := map[string]string{"name": name, "text": after[name]}
		if text, there := before[name]; there {
			file["before"] = fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
		}
		list = append(list, file)
	}
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	writeTree(t, dir, map[string]string{config.PendingImport: string(text)})
	for _, name := range names[:written] {
		writeTree(t, dir, map[string]string{name: after[name]})
	}
}

// A file that somebody has changed meanwhile is not overwritten, and a planted list writes nothing
// else.
func TestInterruptedImportOverwritesNothing(t *testing.T) {
	t.Parallel()
	c := newClicked(t, sandbox.Options{})
	defer c.end()
	for name, list := range map[string]string{
		"changed":      `[{"name":"main.hcl","before":"0000","text":"x"}]`,
		"elsewhere":    `[{"name":"../main.hcl","text":"x"}]`,
		"hidden":       `[{"name":".gitignore","text":"x"}]`,
		"in git":       `[{"name":".git/config","text":"x"}]`,
		"not a list":   `{"name":"main.hcl"}`,
		"other fields": `[{"name":"a.hcl","text":"x","mode":493}]`,
	} {
		dir := filepath.Join(c.folder, strings.ReplaceAll(name, " ", "-"), "org")
		before := map[string]string{"main.hcl": "org {\n  owner = \"org\"\n}\n", config.PendingImport: list}
		writeTree(t, dir, before)
		status, out := c.oktaform("import", "--add", "--out", dir)
		if status != 1 || !strings.Contains(out, "remove ") {
			t.Errorf("%s: exit status %d\n%s", name, status, out)
		}
		if left := readTree(t, filepath.Dir(dir)); len(left) != 2 || left["org/main.hcl"] != before["main.hcl"] {
			t.Errorf("%s: the folder holds %v", name, left)
		}
	}
}

func writeTree(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func readTree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
