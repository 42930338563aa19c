package files

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/skip"
)

// TestReadPrivate: a file is read if nobody else can have written it.
func TestReadPrivate(t *testing.T) {
	for _, row := range []struct {
		name string
		make func(file string) error
		want string // "": it is read
	}{
		{"its owner's alone", func(file string) error { return os.Chmod(file, 0o600) }, ""},
		{"read-only", func(file string) error { return os.Chmod(file, 0o400) }, ""},
		{"readable for the group", func(file string) error { return os.Chmod(file, 0o640) }, "(mode 0640)"},
		{"writable for all", func(file string) error { return os.Chmod(file, 0o602) }, "(mode 0602)"},
		{"somebody else's", func(file string) error { return os.Chown(file, 54321, -1) }, "belongs to another user"},
		{"a link", func(file string) error { return os.Symlink(file+".other", file) }, "is not a regular file"},
		{"a folder", func(file string) error { return os.Mkdir(file, 0o700) }, "is not a regular file"},
	} {
		t.Run(row.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "read.json")
			for _, path := range []string{file, file + ".other"} {
				if err := os.WriteFile(path, []byte("kept"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if strings.HasPrefix(row.want, "is not") {
				_ = os.Remove(file)
			}
			if err := row.make(file); err != nil {
				skip.Test(t, skip.NotRoot)
			}
			if runtime.GOOS == "windows" && strings.HasPrefix(row.want, "(mode") {
				row.want = "" // there are no modes: the folder's permissions protect the file
			}
			data, err := ReadPrivate(file)
			switch {
			case row.want == "" && (err != nil || string(data) != "kept"):
				t.Errorf("%q %v", data, err)
			case row.want != "" && (err == nil || !strings.HasSuffix(err.Error(), row.want) || data != nil):
				t.Errorf("%q %v, want %s", data, err, row.want)
			}
		})
	}
}
