package revision

import (
	"errors"
	"path"
)

// module returns the submodule's repository that has a commit, or nil. It is found by the commit:
// an id always means the same content, while the names and addresses of submodules are chosen by
// the author.
func (r *Repository) module(id ID) (*Repository, error) {
	if r.modules == nil {
		r.modules = []*Repository{}
		for _, f := range []*folder{r.head, r.common} {
			if err := r.addModules(f, "modules", 0); err != nil {
				return nil, err
			}
			if r.head.Root() == r.common.Root() {
				break
			}
		}
	}
	for _, m := range r.modules {
		_, err := m.find(id)
		if err == nil {
			return m, nil
		}
		if !errors.Is(err, errMissing) {
			return nil, err
		}
	}
	return nil, nil
}

// addModules opens the repositories below a folder. Their names may contain slashes.
func (r *Repository) addModules(f *folder, at string, depth int) error {
	const deepest = 20
	entries, err := f.ReadDir(at)
	if err != nil || depth > deepest {
		return nil // none
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		name := path.Join(at, entry.Name())
		if _, err := f.Lstat(path.Join(name, "HEAD")); err != nil {
			if err := r.addModules(f, name, depth+1); err != nil {
				return err
			}
			continue
		}
		dir := f.Join(f.Root(), name)
		m, err := Open(dir, dir)
		if err != nil {
			return err
		}
		r.modules = append(r.modules, m)
	}
	return nil
}
