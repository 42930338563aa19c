package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/skip"
)

// folder is a root with a file inside, a file outside, and links to both.
func folder(t *testing.T) (*Root, string) {
	t.Helper()
	top := t.TempDir()
	for name, text := range map[string]string{"root/inside.txt": "inside", "root/sub/deep.txt": "deep", "outside.txt": "outside"} {
		path := filepath.Join(top, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"in": "inside.txt", "out": "../outside.txt", "folder": "sub", "away": ".."} {
		if err := os.Symlink(to, filepath.Join(top, "root", link)); err != nil {
			skip.Test(t, skip.NoLinks)
		}
	}
	root, err := Open(filepath.Join(top, "root"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	return root, top
}

// TestReading: regular files inside, by any spelling of their path; links that stay inside; nothing
// else.
func TestReading(t *testing.T) {
	root, _ := folder(t)
	for name, want := range map[string]string{
		"inside.txt": "inside", "./sub/../inside.txt": "inside", "in": "inside", "folder/deep.txt": "deep",
		"out": "", "../outside.txt": "", "away/outside.txt": "", "sub": "", "missing": "", "": "", "a\x00b": "",
	} {
		text, err := root.Read(name, 100)
		if string(text) != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", name, text, err, want)
		}
	}
	if _, err := root.Read("inside.txt", 3); err == nil || !strings.Contains(err.Error(), "inside.txt") {
		t.Errorf("a file above the limit: %v", err)
	}
	if _, err := root.Read("out", 100); !errors.Is(err, ErrOutside) {
		t.Errorf("a link that leads outside: %v", err)
	}
}

// TestWriting: new folders and files are made, whole or not at all; nothing goes through a link,
// outside, or into git's own folder.
func TestWriting(t *testing.T) {
	root, top := folder(t)
	if err := root.Create("new/key.pem", []byte("key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(top, "root", "new", "key.pem")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a new file: %v, %v", info, err)
	}
	if err := root.Create("new/key.pem", []byte("other"), 0o600); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a file that exists: %v", err)
	}
	for _, name := range []string{"in", "out", "folder/x", "away/x", "../x", ".git/config", ".GIT/hooks/x", "sub/.git/x", ".git./x", ".Git . /x", "git~1/x", "sub/GIT~1/x", "sub"} {
		if err := root.Replace(name, []byte("x"), 0); err == nil {
			t.Errorf("%s was replaced", name)
		}
		if file, err := root.Append(name, 0o600); err == nil {
			t.Errorf("%s was opened to write", name)
			_ = file.Close()
		}
	}
	for path, want := range map[string]string{"root/inside.txt": "inside", "outside.txt": "outside", "root/sub/deep.txt": "deep", "root/new/key.pem": "key"} {
		if text, err := os.ReadFile(filepath.Join(top, path)); err != nil || string(text) != want {
			t.Errorf("%s holds %q, %v", path, text, err)
		}
	}
	left, err := os.ReadDir(filepath.Join(top, "root", "new"))
	if err != nil || len(left) != 1 {
		t.Errorf("temporary files stay: %v, %v", left, err)
	}
}

// TestIgnore names a file once, keeps the lines that are there, and escapes what is a pattern.
func TestIgnore(t *testing.T) {
	root, top := folder(t)
	list := filepath.Join(top, "root", "sub", ".gitignore")
	if err := os.WriteFile(list, []byte("*.tmp"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := root.Ignore("sub/a[1] *.pem"); err != nil {
			t.Fatal(err)
		}
	}
	if text, _ := os.ReadFile(list); string(text) != "*.tmp\n/a\\[1]\\ \\*.pem\n/.a\\[1]\\ \\*.pem.*.tmp\n" {
		t.Errorf("%q", text)
	}
	if err := root.Ignore("folder/key.pem"); err == nil || !strings.Contains(err.Error(), "symbolic link") {
		t.Errorf("below a link: %v", err)
	}
}

// TestFolderMode: only who may read a file may enter the folders that are created for it.
func TestFolderMode(t *testing.T) {
	dir := t.TempDir()
	root, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	modeOf := func(name string) fs.FileMode {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode()
	}
	for name, c := range map[string]struct{ file, folder fs.FileMode }{"private": {0o600, 0o700}, "public": {0o644, 0o755}} {
		if err := errors.Join(os.Mkdir(filepath.Join(dir, "as "+name), c.folder), root.Create(filepath.Join(name, "a", "file"), nil, c.file)); err != nil {
			t.Fatal(err)
		}
		for _, folder := range []string{name, filepath.Join(name, "a")} {
			if got, want := modeOf(folder), modeOf("as "+name); got != want {
				t.Errorf("%s: %v, want %v", folder, got, want)
			}
		}
	}
}
