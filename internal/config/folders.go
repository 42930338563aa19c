package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/functions"
)

// folders are the folders that a configuration may make the program read.
//
// Without them, anybody who can propose a change to a configuration, and has it planned by a
// machine with a credential, could have any file on that machine read and shown. Therefore
// functions and keys are read only in the configuration's folder, and functions also in the folders
// of modules that it calls. Sources, modules and values of variables are read in the repository
// around the configuration's folder, or in that folder if there is no repository. A module may be
// beside the configuration in the repository, such as ../modules/team. No symbolic link may lead
// out of any of these folders, and only regular files of a limited size are read.
type folders struct {
	dir      *files.Root       // the configuration's folder
	readable functions.Folders // by functions: dir first, then modules outside it
	root     *files.Root       // the repository, or the configuration's folder
	inRoot   string            // the path of dir in root
	isRepo   bool              // whether root is a repository's, or was given
	opened   map[string]bool   // modules in readable
	read     int64             // bytes of sources read so far
}

// maxSources is the maximum size in bytes of all sources of a configuration together.
const maxSources = 1 << 30

func openFolders(dir string, o checkout.Options) (*folders, error) {
	own, err := files.Open(dir)
	if err != nil {
		return nil, err
	}
	f := &folders{dir: own, readable: functions.Folders{own}, opened: map[string]bool{}}
	found, err := checkout.Find(dir, o)
	if err != nil {
		return f, err
	}
	f.inRoot, f.isRepo = filepath.FromSlash(found.Prefix), found.Root != found.Dir || found.GitDir != "" || o.Root != ""
	f.root, err = files.Open(found.Root)
	return f, err
}

func (f *folders) close() error {
	err := f.readable.Close()
	if f.root != nil {
		err = errors.Join(err, f.root.Close())
	}
	return err
}

// inRepository returns the path in root of a path that is relative to the configuration's folder.
func (f *folders) inRepository(name string) string {
	return filepath.Join(f.inRoot, filepath.FromSlash(name))
}

// addModule makes the folder of a module readable, or returns why it cannot be read.
func (f *folders) addModule(dir string) error {
	if f.opened[dir] {
		return nil
	}
	inRoot := f.inRepository(dir)
	if !filepath.IsLocal(inRoot) && !f.isRepo {
		return fmt.Errorf("%s lies outside the configuration's folder, and oktaform reads other files only within the same repository, which doesn't exist. Run git init in the folder that contains both, or name that folder with --root", dir)
	}
	if !filepath.IsLocal(inRoot) {
		return fmt.Errorf("%s lies outside the repository in %s, and oktaform reads only files in it", dir, f.root.Path())
	}
	// Opened through the root, so that no link leads out of it.
	module, err := f.root.Folder(inRoot)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !strings.HasPrefix(dir, ".."):
		return nil // reading it will report the error
	case err != nil:
		return fileError(err)
	}
	f.opened[dir] = true
	if !strings.HasPrefix(dir, "..") {
		return module.Close()
	}
	f.readable = append(f.readable, module)
	return nil
}

// list returns the names in a folder.
func (f *folders) list(dir string) ([]fs.DirEntry, error) {
	return f.root.List(f.inRepository(dir))
}

// source reads a file of the configuration or of a module in dir.
func (f *folders) source(dir, name string) ([]byte, error) {
	data, err := f.root.Read(f.inRepository(path.Join(dir, name)), files.SourceLimit)
	f.read += int64(len(data))
	if f.read > maxSources {
		return nil, fmt.Errorf("the files of the configuration are longer than %d MiB together", maxSources>>20)
	}
	return data, err
}
