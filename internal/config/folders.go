package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/internal/functions"
)

// Which files may a configuration make the program read?
//
// Whoever may propose a change to a configuration, and has it planned by a
// machine with a credential, could otherwise have any file of that machine read
// and shown. So functions and keys read in the configuration's folder only, and
// functions also in the folders of modules that it calls. A module may lie
// outside the configuration's folder (../modules/team is what people are used
// to), but not outside the repository around it, where there is one: the nearest
// folder above that holds .git. Sources themselves are read within the repository
// too. No symbolic link leads out of any of these.
type folders struct {
	readable functions.Folders // the configuration's folder first
	repo     *os.Root          // nil where there is no repository
	inRepo   string            // the configuration's folder, from the repository's on
	opened   map[string]bool   // modules among readable
	dir      string            // the configuration's folder, absolute and without symbolic links
	// below are folders in the configuration's own from which files were read: thousands
	// of keys lie in one, which would be opened for each of them.
	below map[string]*os.Root
	mu    sync.Mutex // of below: several evaluations may read
}

func openFolders(dir string) (*folders, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := &folders{readable: functions.Folders{root}, opened: map[string]bool{}, below: map[string]*os.Root{}}
	if f.dir, err = filepath.Abs(dir); err == nil {
		f.dir, err = filepath.EvalSymlinks(f.dir)
	}
	if err != nil {
		return f, err
	}
	for top := f.dir; ; top = filepath.Dir(top) {
		if _, err := os.Lstat(filepath.Join(top, ".git")); err == nil {
			f.inRepo, _ = filepath.Rel(top, f.dir)
			f.repo, err = os.OpenRoot(top)
			return f, err
		}
		if top == filepath.Dir(top) {
			return f, nil
		}
	}
}

func (f *folders) close() error {
	var err error
	for _, root := range f.readable {
		err = errors.Join(err, root.Close())
	}
	for _, root := range f.below {
		err = errors.Join(err, root.Close())
	}
	if f.repo != nil {
		err = errors.Join(err, f.repo.Close())
	}
	return err
}

// read reads a file in the configuration's folder.
func (f *folders) read(name string) ([]byte, error) {
	dir, base := filepath.Split(name)
	if below, err := f.openBelow(cmp.Or(dir, ".")); err == nil {
		if data, err := below.ReadFile(base); err == nil {
			return data, nil
		}
	}
	return f.readable[0].ReadFile(name) // a link may lead elsewhere in it, and it says best what is wrong
}

func (f *folders) openBelow(dir string) (*os.Root, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if below := f.below[dir]; below != nil {
		return below, nil
	}
	below, err := f.readable[0].OpenRoot(dir)
	if err == nil {
		f.below[dir] = below
	}
	return below, err
}

// inRepository is the path, from the repository's folder on, of one that starts
// at the configuration's.
func (f *folders) inRepository(name string) string {
	return filepath.Join(f.inRepo, filepath.FromSlash(name))
}

// addModule makes the folder of a module readable, or says why it isn't.
func (f *folders) addModule(dir string) error {
	if !strings.HasPrefix(dir, "..") || f.opened[dir] {
		return nil
	}
	if f.repo != nil {
		inRepo := f.inRepository(dir)
		if !filepath.IsLocal(inRepo) {
			return fmt.Errorf("%s lies outside the repository in %s, and only what is in it may be read", dir, f.repo.Name())
		}
		// Opened through the repository, so that no link leads out of it.
		if probe, err := f.repo.OpenRoot(inRepo); err == nil {
			_ = probe.Close()
		} else {
			return fileError(err)
		}
	}
	root, err := os.OpenRoot(filepath.Join(f.dir, filepath.FromSlash(dir)))
	if err != nil {
		return fileError(err)
	}
	f.opened[dir] = true
	f.readable = append(f.readable, root)
	return nil
}

// source reads a file of the configuration or of a module in dir.
func (f *folders) source(dir, name string) ([]byte, error) {
	if f.repo == nil {
		return os.ReadFile(filepath.Join(f.readable[0].Name(), filepath.FromSlash(dir), name))
	}
	data, err := f.repo.ReadFile(f.inRepository(path.Join(dir, name)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		err = fileError(err)
	}
	return data, err
}
