package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// writing is an error for a file that must not be written.
type writing string

func (kind writing) Error() string {
	if kind == "a symbolic link" {
		return "it is a symbolic link, and nothing is written through one"
	}
	return "it is " + string(kind) + ", and only regular files are written"
}

// Create creates a file with the given mode, completely or not at all, and the folders above it. If
// it exists, the error is fs.ErrExist.
func (r *Root) Create(name string, data []byte, perm fs.FileMode) error {
	return r.write(name, data, perm, func(folder *os.Root, tmp, base string) error {
		err := folder.Link(tmp, base)
		_ = folder.Remove(tmp)
		return err
	})
}

// Replace writes a file with the given mode, completely or not at all, whether it exists or not.
// Mode 0 keeps the mode of an existing file.
func (r *Root) Replace(name string, data []byte, perm fs.FileMode) error {
	return r.write(name, data, perm, func(folder *os.Root, tmp, base string) error { return folder.Rename(tmp, base) })
}

func (r *Root) write(name string, data []byte, perm fs.FileMode, place func(folder *os.Root, tmp, base string) error) (err error) {
	folder, base, err := r.writable(name, folderMode(perm))
	if err != nil {
		return err
	}
	defer folder.Close()
	info, err := r.replaceable(folder, name)
	switch {
	case err != nil:
		return err
	case info != nil && perm == 0:
		perm = info.Mode().Perm()
	case perm == 0:
		perm = 0o600
	}
	tmp := temporary(base)
	file, err := folder.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return r.failed(name, err)
	}
	_, err = file.Write(data)
	if err == nil && perm != 0o600 {
		err = file.Chmod(perm)
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = place(folder, tmp, base)
	}
	if err != nil {
		_ = folder.Remove(tmp)
		return r.failed(name, err)
	}
	return nil
}

// replaceable refuses a file that must not be replaced, and describes it if it exists.
func (r *Root) replaceable(folder *os.Root, name string) (fs.FileInfo, error) {
	info, err := folder.Lstat(filepath.Base(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, r.failed(name, err)
	case !info.Mode().IsRegular() && !r.own:
		return nil, r.failed(name, writing(kindOf(info.Mode())))
	}
	return info, nil
}

// Replaceable returns why a file must not be replaced, before anything is written.
func (r *Root) Replaceable(name string) error {
	folder, _, err := r.writable(name, 0o700)
	if err != nil {
		return err
	}
	defer folder.Close()
	_, err = r.replaceable(folder, name)
	return err
}

// Append opens a file for appending, and creates it if necessary.
func (r *Root) Append(name string, perm fs.FileMode) (*os.File, error) {
	return r.open(name, os.O_APPEND, perm)
}

// Overwrite opens a file for writing from its beginning, and creates it if necessary.
func (r *Root) Overwrite(name string, perm fs.FileMode) (*os.File, error) {
	file, err := r.open(name, 0, perm)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(file.Truncate(0), file.Chmod(perm)); err != nil {
		return nil, errors.Join(r.failed(name, err), file.Close())
	}
	return file, nil
}

func (r *Root) open(name string, how int, perm fs.FileMode) (*os.File, error) {
	folder, base, err := r.writable(name, folderMode(perm))
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	named, err := folder.Lstat(base)
	switch {
	case err == nil && !named.Mode().IsRegular():
		return nil, r.failed(name, writing(kindOf(named.Mode())))
	case errors.Is(err, fs.ErrNotExist):
		how |= os.O_EXCL
	case err != nil:
		return nil, r.failed(name, err)
	}
	file, err := folder.OpenFile(base, os.O_WRONLY|os.O_CREATE|dontWait|how, perm)
	if err != nil {
		return nil, r.failed(name, err)
	}
	if opened, err := file.Stat(); err != nil || named != nil && !os.SameFile(named, opened) {
		return nil, errors.Join(r.failed(name, errors.New("it was replaced while it was opened")), file.Close())
	}
	return file, nil
}

// MakeFolder creates a folder, and those above it, with the given mode, and opens it as a separate
// Root.
func (r *Root) MakeFolder(name string, perm fs.FileMode) (*Root, error) {
	folder, _, err := r.writable(filepath.Join(name, "file"), perm)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(r.real, name)
	return &Root{root: folder, shown: filepath.Join(r.shown, name), given: path, real: path}, nil
}

// OSRoot returns the folder as an os.Root.
func (r *Root) OSRoot() *os.Root { return r.root }

// folderMode returns the mode of the folders that are created for a file: only who may read the
// file may enter them. The umask limits it further.
func folderMode(file fs.FileMode) fs.FileMode {
	if file&0o077 == 0 {
		return 0o700
	}
	return 0o755
}

// writable opens the folder of a file, and creates it and those above it with the given mode. It
// goes step by step and follows no links.
func (r *Root) writable(name string, perm fs.FileMode) (folder *os.Root, base string, err error) {
	if err := checkName(name); err != nil {
		return nil, "", r.failed(name, err)
	}
	name = filepath.Clean(name)
	if !filepath.IsLocal(name) {
		return nil, "", r.failed(name, ErrOutside)
	}
	steps := strings.Split(name, string(filepath.Separator))
	if slices.ContainsFunc(steps, IsGit) {
		return nil, "", r.failed(name, errInGit)
	}
	folder, err = r.root.OpenRoot(".")
	for i, step := range steps[:len(steps)-1] {
		if err != nil {
			break
		}
		next, more := stepInto(folder, step, perm)
		if more != nil {
			more = r.failed(filepath.Join(slices.Clone(steps[:i+1])...), more)
		}
		if err = errors.Join(more, folder.Close()); err != nil && next != nil {
			_ = next.Close()
		}
		folder = next
	}
	if err != nil {
		return nil, "", err
	}
	return folder, steps[len(steps)-1], nil
}

var errInGit = errors.New("it lies in git's own folder, where nothing is written: name another place")

// IsGit reports whether a name can be that of git's own folder. Some file systems ignore case, and
// Windows ignores dots and spaces at the end and gives each folder a second, short name. As git
// does, it refuses these names on all systems.
func IsGit(name string) bool {
	name = strings.TrimRight(name, ". ")
	return strings.EqualFold(name, ".git") || strings.EqualFold(name, "git~1")
}

// stepInto opens a folder inside another one, and creates it if necessary.
func stepInto(folder *os.Root, name string, perm fs.FileMode) (*os.Root, error) {
	if err := folder.Mkdir(name, perm); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	named, err := folder.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case named.Mode()&fs.ModeSymlink != 0:
		return nil, writing("a symbolic link")
	case !named.IsDir():
		return nil, errors.New("it is no folder")
	}
	next, err := folder.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	if opened, err := next.Stat("."); err != nil || !os.SameFile(named, opened) {
		return nil, errors.Join(errors.New("it was replaced while it was opened"), next.Close())
	}
	return next, nil
}
