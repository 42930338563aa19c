package lsp

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/oktaform/oktaform/internal/config"
)

// cursor marks a position in the files of a test.
const cursor = "‸"

// workspace is a server over files, with a cursor in one of them.
type workspace struct {
	*Server
	t      testing.TB
	dir    string
	files  map[string]string
	cursor PositionParams
}

// newWorkspace writes the files of a txtar archive to a new folder.
func newWorkspace(t testing.TB, archive string) *workspace {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &workspace{t: t, dir: dir, files: map[string]string{}, Server: New(Options{Now: time.Now,
		Redact: func(diags hcl.Diagnostics, _ []string) hcl.Diagnostics { return diags }})}
	w.outline.forget()
	w.workspace = []string{dir}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		text := strings.ReplaceAll(string(f.Data), `\r`, "\r")
		path := filepath.Join(dir, f.Name)
		if before, after, marked := strings.Cut(text, cursor); marked {
			text = before + after
			d := &Document{URI: uriOf(path), Path: path, Text: []byte(text)}
			w.cursor.TextDocument.URI, w.cursor.Position = d.URI, d.Position(len(before))
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		w.files[f.Name] = text
	}
	return w
}

// analyze loads the configuration, as the server does in the background.
func (w *workspace) analyze() {
	w.t.Helper()
	l := &load{dir: w.dir, opts: config.Options{Incomplete: true, Now: time.Now()}}
	w.out = &strings.Builder{}
	w.load(l)
	defer l.config.Close()
	if w.analyzed(l, l.analysis); !l.analysis.Diagnostics.HasErrors() {
		w.analyzed(l, w.withReview(l.config, l.analysis))
	}
	if w.loads.last[w.dir] == nil {
		w.t.Fatal("nothing was loaded")
	}
}

// after returns the files that an edit changes, as an archive.
func (w *workspace) after(edit *WorkspaceEdit) string {
	w.t.Helper()
	var out []txtar.File
	for uri, list := range edit.Changes {
		d, err := w.document(uri)
		if err != nil {
			w.t.Fatal(err)
		}
		text := string(d.Text)
		for _, e := range slices.Backward(list) {
			text = text[:d.Offset(e.Range.Start)] + e.NewText + text[d.Offset(e.Range.End):]
		}
		name, err := filepath.Rel(w.dir, d.Path)
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, txtar.File{Name: filepath.ToSlash(name), Data: []byte(strings.ReplaceAll(text, "\r", `\r`))})
	}
	slices.SortFunc(out, func(a, b txtar.File) int { return strings.Compare(a.Name, b.Name) })
	return string(txtar.Format(&txtar.Archive{Files: out}))
}

// places writes locations as "file:line: text".
func (w *workspace) places(list []Location) (lines []string) {
	w.t.Helper()
	for _, at := range list {
		d, err := w.document(at.URI)
		if err != nil {
			w.t.Fatal(err)
		}
		name, _ := filepath.Rel(w.dir, d.Path)
		lines = append(lines, fmt.Sprintf("%s:%d: %s", filepath.ToSlash(name), at.Range.Start.Line+1, d.Text[d.Offset(at.Range.Start):d.Offset(at.Range.End)]))
	}
	slices.Sort(lines)
	return lines
}

// checkUnchanged holds the folder against what was written to it.
func (w *workspace) checkUnchanged() {
	w.t.Helper()
	for name, text := range w.files {
		if data, err := os.ReadFile(filepath.Join(w.dir, name)); err != nil || string(data) != text {
			w.t.Errorf("%s was changed: %v\n%s", name, err, data)
		}
	}
}

func (w *workspace) actions(diags ...Diagnostic) []CodeAction {
	w.t.Helper()
	p := CodeActionParams{RangeParams: RangeParams{TextDocument: w.cursor.TextDocument, Range: Range{w.cursor.Position, w.cursor.Position}}}
	p.Context.Diagnostics = diags
	list, err := w.codeAction(context.Background(), p)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := json.Marshal(list); err != nil {
		w.t.Fatal(err)
	}
	return list
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
