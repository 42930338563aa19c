package revision

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Edited reports whether files differ from those of a commit. contents are all files, for which
// isSource is true, of some folders, by their paths in the repository; nil is a file that git
// converts, which isn't compared. Where links or submodules lead is not examined, and lines may end
// as Windows ends them.
func (r *Repository) Edited(id ID, contents map[string][]byte, isSource func(name string) bool) (bool, error) {
	c, err := r.commit(id)
	if err != nil {
		return false, err
	}
	seen := map[string]bool{}
	for name := range contents {
		dir := path.Dir(name)
		if seen[dir] {
			continue
		}
		seen[dir] = true
		entries, known, err := r.list(c.tree, dir)
		if err != nil {
			return false, err
		}
		for _, e := range entries {
			if _, is := contents[path.Join(dir, e.name)]; known && !is && isSource(e.name) && e.mode == modeFile {
				return true, nil // deleted
			}
		}
		for name, text := range contents {
			if known && path.Dir(name) == dir && isEdited(entries, path.Base(name), text) {
				return true, nil
			}
		}
	}
	return false, nil
}

// list lists a folder of a tree. known is false if a link or submodule is on the way to it.
func (r *Repository) list(tree ID, dir string) (entries []entry, known bool, err error) {
	if entries, err = r.tree(tree, "."); dir == "." || err != nil {
		return entries, true, err
	}
	for _, step := range strings.Split(dir, "/") {
		i := slices.IndexFunc(entries, func(e entry) bool { return e.name == step })
		switch {
		case i < 0:
			return nil, true, nil
		case entries[i].mode != modeFolder:
			return nil, false, nil
		}
		if entries, err = r.tree(entries[i].id, dir); err != nil {
			return nil, false, err
		}
	}
	return entries, true, nil
}

// isEdited reports whether a file is not the one in the list.
func isEdited(entries []entry, name string, text []byte) bool {
	i := slices.IndexFunc(entries, func(e entry) bool { return e.name == name })
	if i < 0 || entries[i].mode != modeFile || text == nil {
		return i < 0
	}
	unix := bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	return plumbing.ComputeHash(plumbing.BlobObject, text) != entries[i].id && plumbing.ComputeHash(plumbing.BlobObject, unix) != entries[i].id
}
