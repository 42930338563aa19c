package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Trees are folders with files from others: a checkout, a configuration. A path given by a person
// is opened through the tree that contains it. A path outside all trees is the person's own and
// used unchanged: it may be a pipe, a device or a link.
type Trees []*Root

// Close closes the folders.
func (t Trees) Close() error {
	var err error
	for _, root := range t {
		err = errors.Join(err, root.Close())
	}
	return err
}

// Find returns the tree that contains a path, and the path relative to it.
func (t Trees) Find(path string) (root *Root, name string, inside bool) {
	for _, root := range t {
		if name, inside := root.Rel(path); inside {
			return root, name, true
		}
	}
	// A person's own link may lead into a tree.
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		for _, root := range t {
			if name, inside := root.Rel(filepath.Join(dir, filepath.Base(path))); inside {
				return root, name, true
			}
		}
	}
	return nil, "", false
}

// Read returns the contents of a file of at most limit bytes.
func (t Trees) Read(path string, limit int64) ([]byte, error) {
	if root, name, inside := t.Find(path); inside {
		data, err := root.Read(name, limit)
		return data, renamed(path, err)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := readLimited(file, 0, limit)
	return data, renamed(path, err)
}

// Create creates a file and the folders above it.
func (t Trees) Create(path string, data []byte, perm fs.FileMode) error {
	if root, name, inside := t.Find(path); inside {
		return inTree(root, path, name, root.Create(name, data, perm))
	}
	return own(path, folderMode(perm), func(root *Root, name string) error { return root.Create(name, data, perm) })
}

// Ignore excludes a file from git; see Root.Ignore.
func (t Trees) Ignore(path string) error {
	if root, name, inside := t.Find(path); inside {
		return inTree(root, path, name, root.Ignore(name))
	}
	return own(path, 0o700, func(root *Root, name string) error { return root.Ignore(name) })
}

// Replace writes a file completely or not at all. Mode 0 keeps its mode.
func (t Trees) Replace(path string, data []byte, perm fs.FileMode) error {
	if root, name, inside := t.Find(path); inside {
		return inTree(root, path, name, root.Replace(name, data, perm))
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return os.WriteFile(path, data, perm)
	}
	return own(path, 0, func(root *Root, name string) error { return root.Replace(name, data, perm) })
}

// Replaceable returns why a file must not be replaced; see Root.Replaceable.
func (t Trees) Replaceable(path string) error {
	if root, name, inside := t.Find(path); inside {
		return inTree(root, path, name, root.Replaceable(name))
	}
	return own(path, 0, (*Root).Replaceable)
}

// Append opens a file for appending, and creates it if necessary.
func (t Trees) Append(path string, perm fs.FileMode) (*os.File, error) {
	if root, name, inside := t.Find(path); inside {
		file, err := root.Append(name, perm)
		return file, inTree(root, path, name, err)
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, perm)
}

// Overwrite opens a file for writing from its beginning, and creates it if necessary.
func (t Trees) Overwrite(path string, perm fs.FileMode) (*os.File, error) {
	if root, name, inside := t.Find(path); inside {
		file, err := root.Overwrite(name, perm)
		return file, inTree(root, path, name, err)
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, perm)
}

// own writes a person's own file, in its folder, which it creates with the given mode unless that
// is zero.
func own(path string, perm fs.FileMode, write func(root *Root, name string) error) error {
	dir, base := filepath.Split(path)
	dir = filepath.Clean(dir)
	if perm != 0 {
		if err := os.MkdirAll(dir, perm); err != nil {
			return err
		}
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return err
	}
	folder, err := os.OpenRoot(real)
	if err != nil {
		return err
	}
	root := &Root{root: folder, shown: real, own: true, given: real, real: real}
	return errors.Join(renamed(path, write(root, base)), root.Close())
}

// renamed names the file in an error by the path that the person gave.
func renamed(path string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{path, Cause(err)}
}

// inTree names a file inside a tree in an error by the path that the person gave.
func inTree(root *Root, path, name string, err error) error {
	at, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	if part, err := filepath.Rel(root.shown, at.Path); err == nil {
		if rest, cut := strings.CutPrefix(name, part+string(filepath.Separator)); cut {
			path = strings.TrimSuffix(strings.TrimSuffix(path, rest), string(filepath.Separator))
		}
	}
	return renamed(path, err)
}

func sortByName(entries []fs.DirEntry) {
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
}

// Copy reads standard input and the like, up to limit bytes.
func Copy(from io.Reader, limit int64) ([]byte, error) { return readLimited(from, 0, limit) }

// MakeFolder creates a folder, and those above it, with the given mode.
func (t Trees) MakeFolder(path string, perm fs.FileMode) error {
	root, name, inside := t.Find(path)
	if !inside {
		return os.MkdirAll(path, perm)
	}
	folder, err := root.MakeFolder(name, perm)
	if err != nil {
		return inTree(root, path, name, err)
	}
	return folder.Close()
}

// Stat describes a file or folder.
func (t Trees) Stat(path string) (fs.FileInfo, error) {
	if root, name, inside := t.Find(path); inside {
		info, err := root.Stat(name)
		return info, renamed(path, err)
	}
	return os.Stat(path)
}

// List returns the entries of a folder, sorted by name.
func (t Trees) List(path string) ([]fs.DirEntry, error) {
	if root, name, inside := t.Find(path); inside {
		entries, err := root.List(name)
		return entries, renamed(path, err)
	}
	return os.ReadDir(path)
}
