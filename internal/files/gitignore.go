package files

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// maxIgnore is the greatest size of a .gitignore that is added to, in bytes.
const maxIgnore = 1 << 20

// Ignore keeps a file out of git: the .gitignore beside it names it. One that is there
// keeps its lines.
func (r *Root) Ignore(name string) error {
	list := filepath.Join(filepath.Dir(name), ".gitignore")
	line := "/" + escapePattern(filepath.Base(name))
	folder, _, err := r.writable(name) // the folder first, so that an error of it names it
	if err != nil {
		return err
	}
	if err := folder.Close(); err != nil {
		return err
	}
	text, err := r.Read(list, maxIgnore)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	perm := fs.FileMode(0)
	if err != nil {
		perm = 0o644
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	if slices.Contains(lines, line) || slices.Contains(lines, "*") {
		return nil
	}
	if len(text) > 0 && !strings.HasSuffix(string(text), "\n") {
		text = append(text, '\n')
	}
	return r.Replace(list, append(text, line+"\n"...), perm)
}

// escapePattern makes a pattern of gitignore(5) that matches the name alone.
func escapePattern(name string) string {
	var b strings.Builder
	for _, c := range name {
		if strings.ContainsRune(`\*?[ `, c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}
