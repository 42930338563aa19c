package revision

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-git/go-billy/v5"
)

// folder is a git folder for go-git: only regular files in it, of plausible size, without following
// links out of it. It is read-only.
type folder struct{ root *os.Root }

const (
	// alternates names other folders with objects; Repository opens these itself.
	alternates = "objects/info/alternates"
	// largestFile is the maximum size of files other than packs: lists of branches are read
	// completely.
	largestFile = 256 << 20
)

func openFolder(name string) (*folder, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return &folder{root}, nil
}

func (f *folder) close() error { return f.root.Close() }

// file is an open file with the name that it was opened by.
type file struct {
	*os.File
	name string
}

func (f file) Name() string { return f.name }
func (file) Lock() error    { return nil }
func (file) Unlock() error  { return nil }

// Open opens a file for go-git, hiding alternates.
func (f *folder) Open(name string) (billy.File, error) {
	if filepath.ToSlash(name) == alternates {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return f.open(name)
}

// open opens a regular file.
func (f *folder) open(name string) (billy.File, error) {
	name = filepath.FromSlash(name)
	opened, err := f.root.OpenFile(name, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	info, err := opened.Stat()
	if err == nil && (!info.Mode().IsRegular() || info.Size() > largestFile && filepath.Ext(name) != ".pack" && filepath.Ext(name) != ".idx") {
		err = &fs.PathError{Op: "open", Path: name, Err: errors.New("not a regular file, or too large")}
	}
	if err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return file{opened, name}, nil
}

// read reads a complete file.
func (f *folder) read(name string) ([]byte, error) {
	opened, err := f.open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = opened.Close() }()
	return io.ReadAll(opened)
}

func (f *folder) OpenFile(name string, flag int, _ os.FileMode) (billy.File, error) {
	if flag != os.O_RDONLY {
		return nil, billy.ErrReadOnly
	}
	return f.Open(name)
}

func (f *folder) Stat(name string) (os.FileInfo, error)  { return f.root.Stat(name) }
func (f *folder) Lstat(name string) (os.FileInfo, error) { return f.root.Lstat(name) }
func (f *folder) Readlink(name string) (string, error)   { return f.root.Readlink(name) }
func (f *folder) Join(elem ...string) string             { return filepath.Join(elem...) }
func (f *folder) Root() string                           { return f.root.Name() }

func (f *folder) ReadDir(name string) ([]os.FileInfo, error) {
	entries, err := fs.ReadDir(f.root.FS(), filepath.ToSlash(name))
	if err != nil {
		return nil, err
	}
	var list []os.FileInfo
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			list = append(list, info)
		}
	}
	return list, nil
}

func (*folder) Create(string) (billy.File, error)           { return nil, billy.ErrReadOnly }
func (*folder) TempFile(string, string) (billy.File, error) { return nil, billy.ErrReadOnly }
func (*folder) Rename(string, string) error                 { return billy.ErrReadOnly }
func (*folder) Remove(string) error                         { return billy.ErrReadOnly }
func (*folder) MkdirAll(string, os.FileMode) error          { return billy.ErrReadOnly }
func (*folder) Symlink(string, string) error                { return billy.ErrReadOnly }
func (*folder) Chroot(string) (billy.Filesystem, error)     { return nil, billy.ErrNotSupported }
