package files

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// maxIgnore is the maximum size in bytes of a .gitignore that is extended.
const maxIgnore = 1 << 20

// Ignore lists a file in the .gitignore beside it, and its temporary files, which a run leaves that
// is killed while it writes the file. An existing .gitignore keeps its lines.
func (r *Root) Ignore(name string) error {
	list := filepath.Join(filepath.Dir(name), ".gitignore")
	base := filepath.Base(name)
	missing := []string{"/" + escapePattern(base), "/." + escapePattern(strings.TrimPrefix(base, ".")) + ".*.tmp"}
	folder, _, err := r.writable(name, 0o700) // the folder first, so that an error names it
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
	missing = slices.DeleteFunc(missing, func(line string) bool { return slices.Contains(lines, line) })
	if len(missing) == 0 || slices.Contains(lines, "*") {
		return nil
	}
	if len(text) > 0 && !strings.HasSuffix(string(text), "\n") {
		text = append(text, '\n')
	}
	return r.Replace(list, append(text, strings.Join(missing, "\n")+"\n"...), perm)
}

// escapePattern returns a pattern of gitignore(5) that matches only the name.
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
