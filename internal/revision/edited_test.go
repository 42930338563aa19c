package revision

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestEdited: a file differs from the commit if it is changed, added or deleted, staged or not.
func TestEdited(t *testing.T) {
	r := newRepository(t)
	for _, name := range []string{"a/main.hcl", "a/more.hcl", "a/README.md", "b/c/main.hcl"} {
		r.write(name, "org {\n}\n")
	}
	r.commit("one")
	opened, err := Open(filepath.Join(r.dir, ".git"), filepath.Join(r.dir, ".git"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	head, err := opened.Resolve("HEAD")
	if err != nil {
		t.Fatal(err)
	}
	isSource := func(name string) bool { return strings.HasSuffix(name, ".hcl") }
	const text = "org {\n}\n"
	for _, row := range []struct {
		name   string
		files  map[string]string
		edited bool
	}{
		{"as committed", map[string]string{"a/main.hcl": text, "a/more.hcl": text, "b/c/main.hcl": text}, false},
		{"Windows' lines", map[string]string{"b/c/main.hcl": "org {\r\n}\r\n"}, false},
		{"changed", map[string]string{"a/main.hcl": text, "a/more.hcl": "org {}\n"}, true},
		{"deleted", map[string]string{"a/main.hcl": text}, true},
		{"added", map[string]string{"b/c/main.hcl": text, "b/c/more.hcl": text}, true},
		{"converted", map[string]string{"b/c/main.hcl": ""}, false},
		{"a new folder", map[string]string{"b/d/main.hcl": text}, true},
	} {
		contents := map[string][]byte{}
		for name, text := range row.files {
			if contents[name] = []byte(text); text == "" {
				contents[name] = nil
			}
		}
		if edited, err := opened.Edited(head, contents, isSource); err != nil || edited != row.edited {
			t.Errorf("%s: %v, want %v (%v)", row.name, edited, row.edited, err)
		}
	}
}
