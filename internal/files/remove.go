package files

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// Remove deletes a file below the folder. A link is deleted itself, and never followed.
func (r *Root) Remove(name string) error {
	folder, base, err := r.writable(name, 0o700)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Remove(base)
}

// Remove deletes a file; see Root.Remove.
func (t Trees) Remove(path string) error {
	if root, name, inside := t.Find(path); inside {
		return inTree(root, path, name, root.Remove(name))
	}
	return own(path, 0, (*Root).Remove)
}

// RemoveTemporary removes the temporary files of a file that runs left which were killed while they
// wrote it.
func (t Trees) RemoveTemporary(path string) error {
	root, name, inside := t.Find(path)
	if !inside {
		return own(path, 0, (*Root).removeTemporary)
	}
	return inTree(root, path, name, root.removeTemporary(name))
}

func (r *Root) removeTemporary(name string) error {
	entries, err := r.List(filepath.Dir(name))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !isTemporary(entry.Name(), filepath.Base(name)) {
			continue
		}
		if err := r.Remove(filepath.Join(filepath.Dir(name), entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
