package lsp

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/oktaform/oktaform/internal/config"
)

// TestExamples renames every name of every example, each from its declaration and from a reference:
// the result is valid, and nothing has the old name but moved blocks. Every reference leads to its
// declaration.
func TestExamples(t *testing.T) {
	folders := map[string]bool{}
	err := filepath.WalkDir("../../examples", func(path string, d fs.DirEntry, err error) error {
		if err == nil && config.IsSourceFile(d.Name()) && !strings.Contains(path, "modules") {
			folders[filepath.Dir(path)] = true
		}
		return err
	})
	if err != nil || len(folders) < 10 {
		t.Fatalf("%d examples, %v", len(folders), err)
	}
	renamed := 0
	for dir := range folders {
		files := archiveOf(t, dir)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			w := newWorkspace(t, files)
			for _, folder := range w.folders() {
				for _, file := range w.folder(folder).Files {
					renamed += renameAll(t, w, files, file)
				}
			}
		})
	}
	if renamed < 100 {
		t.Errorf("only %d names were renamed", renamed)
	}
}

func archiveOf(t *testing.T, dir string) string {
	t.Helper()
	var archive txtar.Archive
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !isOutlined(d.Name()) && d.Name() != "seed.json" {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		archive.Files = append(archive.Files, txtar.File{Name: filepath.ToSlash(name), Data: data})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(txtar.Format(&archive))
}

// renameAll renames what a file declares, and what it refers to.
func renameAll(t *testing.T, original *workspace, archive string, file *File) (renamed int) {
	folder := original.folder(filepath.Dir(file.Path))
	name, err := filepath.Rel(original.dir, file.Path)
	if err != nil {
		t.Fatal(err)
	}
	type place struct {
		key    string
		offset int
	}
	var places []place
	for _, d := range file.Declarations {
		if d.Name != "" && d.Type != "run" {
			places = append(places, place{d.Key, d.NameRange.End.Byte - 1})
		}
	}
	for _, r := range file.References {
		if folder.Declaration(r.Key) != nil {
			places = append(places, place{r.Key, r.NameRange.Start.Byte})
		}
	}
	for _, n := range places {
		w := newWorkspace(t, archive)
		path := filepath.Join(w.dir, name)
		d, err := w.documentAt(path)
		if err != nil {
			t.Fatal(err)
		}
		p := PositionParams{TextDocument: TextDocument{URI: d.URI}, Position: d.Position(n.offset)}
		found, err := w.definition(context.Background(), p)
		if err != nil || len(found) != 1 {
			t.Errorf("%s: %d declarations of %s, %v", file.Path, len(found), n.key, err)
		}
		edit, err := w.rename(context.Background(), RenameParams{p, "renamed_by_test"})
		if err != nil {
			t.Errorf("%s: %s: %v", file.Path, n.key, err)
			continue
		}
		for _, f := range txtar.Parse([]byte(w.after(edit))).Files {
			if err := os.WriteFile(filepath.Join(w.dir, f.Name), f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		w.outline.forget()
		clear(w.read)
		after := w.folder(filepath.Dir(path))
		for _, left := range after.References(n.key) {
			if d, err := w.documentAt(left.Range.Filename); err != nil || moveAround(d, left.Range) == nil {
				t.Errorf("%s: a reference to %s is left, %v", left.Range.Filename, n.key, err)
			}
		}
		root := w.roots(filepath.Dir(path))[0]
		c, diags := config.Load(root, config.Options{Incomplete: true, Now: time.Now()})
		diags = append(diags, c.Validate()...)
		_ = c.Close()
		if diags.HasErrors() {
			t.Errorf("%s is not valid after %s was renamed: %v", path, n.key, diags)
		}
		renamed++
	}
	return renamed
}
