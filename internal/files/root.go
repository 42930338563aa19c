// Package files reads and writes files below one folder.
//
// The author of a checkout chooses the names in it and what they are: a link to a credential, an
// endless device, a pipe without a writer. A Root reads only regular files of a limited size. It
// follows links that stay inside when reading, and none when writing.
package files

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Maximum sizes of files that are read, in bytes.
const (
	KeyLimit    = 1 << 20
	TextLimit   = 64 << 20  // values of variables, and what functions read
	SourceLimit = 256 << 20 // of the configuration; an app takes about 500 bytes
	PlanLimit   = 256 << 20 // a saved plan
	DataLimit   = 1 << 30   // what oktaform itself wrote
)

// maxEntries is the maximum number of names in a folder, and maxDepth that of nested folders, when
// listing: reaching a folder takes as many steps as it is deep.
const (
	maxEntries = 200_000
	maxDepth   = 200
)

// ErrOutside is the error of a path that leads out of a Root.
var ErrOutside = errors.New("it lies outside, or is a link that leads outside, and only files below the folder are read or written")

// Root is a folder, and everything below it.
type Root struct {
	root    *os.Root
	shown   string // for messages
	own     bool   // a person's own folder, in which a link is replaced
	given   string // absolute, as given
	real    string // absolute, without links
	mu      sync.Mutex
	folders map[string]*os.Root // opened folders: thousands of keys may be in one
}

// Open opens a folder.
func Open(dir string) (*Root, error) {
	given, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := checkName(dir); err != nil {
		return nil, &Error{dir, err}
	}
	real, err := filepath.EvalSymlinks(given)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(real)
	if err != nil {
		return nil, err
	}
	return &Root{root: root, shown: dir, given: given, real: real}, nil
}

// Close closes the folder.
func (r *Root) Close() error {
	err := r.root.Close()
	for _, folder := range r.folders {
		err = errors.Join(err, folder.Close())
	}
	return err
}

// Name returns the folder's absolute path as given.
func (r *Root) Name() string { return r.given }

// Path returns the folder's absolute path without links.
func (r *Root) Path() string { return r.real }

// Rel returns the path, relative to the root, of a file given by any path; false if the file is
// outside.
func (r *Root) Rel(path string) (string, bool) {
	full, err := filepath.Abs(path)
	if err != nil {
		return "", false
	}
	for _, base := range []string{r.given, r.real} {
		if name, err := filepath.Rel(base, full); err == nil && filepath.IsLocal(name) {
			return name, true
		}
	}
	return "", false
}

// Folder opens a folder below the root as a separate Root.
func (r *Root) Folder(name string) (*Root, error) {
	if err := checkName(name); err != nil {
		return nil, r.failed(name, err)
	}
	root, err := r.root.OpenRoot(name)
	if err != nil {
		return nil, r.failed(name, err)
	}
	path := filepath.Join(r.real, name)
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, errors.Join(r.failed(name, err), root.Close())
	}
	return &Root{root: root, shown: filepath.Join(r.shown, name), given: path, real: real}, nil
}

// Stat describes a file or folder.
func (r *Root) Stat(name string) (fs.FileInfo, error) {
	if err := checkName(name); err != nil {
		return nil, r.failed(name, err)
	}
	info, err := r.root.Stat(name)
	return info, r.failed(name, err)
}

// Read returns the contents of a regular file of at most limit bytes.
func (r *Root) Read(name string, limit int64) ([]byte, error) {
	if err := checkName(name); err != nil {
		return nil, r.failed(name, err)
	}
	dir, base := filepath.Split(name)
	if folder, err := r.folder(filepath.Clean(dir)); err == nil && base != "" {
		if data, err := readBelow(folder, base, limit); err == nil {
			return data, nil
		}
	}
	// A link may lead to another folder of the root; this also gives the best error.
	data, err := readBelow(r.root, name, limit)
	return data, r.failed(name, err)
}

// folder opens a folder, each only once.
func (r *Root) folder(dir string) (*os.Root, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if folder := r.folders[dir]; folder != nil {
		return folder, nil
	}
	folder, err := r.root.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	if r.folders == nil {
		r.folders = map[string]*os.Root{}
	}
	r.folders[dir] = folder
	return folder, nil
}

func readBelow(root *os.Root, name string, limit int64) ([]byte, error) {
	// Opening a device can have effects, so devices are not opened.
	if info, err := root.Stat(name); err != nil {
		return nil, err
	} else if err := checkFile(info, limit); err != nil {
		return nil, err
	}
	file, err := root.OpenFile(name, os.O_RDONLY|dontWait, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readAll(file, limit)
}

// readAll reads an open file. It checks the opened file, which may have replaced the one that was
// checked before.
func readAll(file *os.File, limit int64) ([]byte, error) {
	info, err := file.Stat()
	if err == nil {
		err = checkFile(info, limit)
	}
	if err != nil {
		return nil, err
	}
	return readLimited(file, info.Size(), limit)
}

// readLimited reads up to limit bytes: a file may grow while being read.
func readLimited(from io.Reader, size, limit int64) ([]byte, error) {
	data := make([]byte, 0, size+1)
	for {
		n, err := from.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > limit:
			return nil, tooLong(limit)
		case errors.Is(err, io.EOF):
			return data, nil
		case err != nil:
			return nil, err
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
	}
}

// Check returns an error for an existing file that cannot be read or written here: a link, another
// file that is not regular, or one longer than limit bytes.
func (r *Root) Check(name string, limit int64) error {
	info, err := r.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		err = writing(kindOf(info.Mode()))
	case err == nil:
		err = checkFile(info, limit)
	}
	return r.failed(name, err)
}

// List returns the entries of a folder, sorted by name.
func (r *Root) List(name string) ([]fs.DirEntry, error) {
	if err := checkName(name); err != nil {
		return nil, r.failed(name, err)
	}
	if strings.Count(filepath.ToSlash(name), "/") > maxDepth {
		return nil, r.failed(name, fmt.Errorf("folders lie more than %d deep within each other here: move the folder, or what is in it, up", maxDepth))
	}
	if info, err := r.root.Stat(name); err != nil {
		return nil, r.failed(name, err)
	} else if !info.IsDir() {
		return nil, r.failed(name, errors.New("it is no folder"))
	}
	folder, err := r.root.Open(name)
	if err != nil {
		return nil, r.failed(name, err)
	}
	defer folder.Close()
	entries, err := folder.ReadDir(maxEntries + 1)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, r.failed(name, err)
	case len(entries) > maxEntries:
		return nil, r.failed(name, fmt.Errorf("it holds more than %d names", maxEntries))
	}
	sortByName(entries)
	return entries, nil
}

// checkFile returns an error unless the file is regular and has at most limit bytes.
func checkFile(info fs.FileInfo, limit int64) error {
	if kind := kindOf(info.Mode()); kind != "" {
		return notRegular(kind)
	}
	if info.Size() > limit {
		return tooLong(limit)
	}
	return nil
}

// notRegular is the error for a file that is not regular; it says what it is.
type notRegular string

// ErrNotRegular matches (errors.Is) the errors for files that are not regular.
var ErrNotRegular = errors.New("no regular file")

func (kind notRegular) Is(target error) bool { return target == ErrNotRegular }

func (kind notRegular) Error() string {
	return "it is " + string(kind) + ", and only regular files are read"
}

// kindOf returns the kind of file; "" for a regular one.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}

func tooLong(limit int64) error { return fmt.Errorf("it is longer than %d MiB", limit>>20) }

// ErrControl is the error for a name with control characters.
var ErrControl = errors.New("the name holds the control character")

// checkName refuses names that could break a line or control a terminal when a message quotes them.
func checkName(name string) error {
	for _, r := range name {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return fmt.Errorf("%w %U: rename it", ErrControl, r)
		}
	}
	return nil
}

// Quoted returns a name for messages: unchanged, unless it has unprintable characters.
func Quoted(name string) string {
	if checkName(name) == nil && utf8.ValidString(name) {
		return name
	}
	return fmt.Sprintf("%q", name)
}

// Error is an error with the path of a file for messages.
type Error struct {
	Path string
	Err  error
}

func (e *Error) Error() string { return Quoted(e.Path) + ": " + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// failed adds the file's name to an error.
func (r *Root) failed(name string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{filepath.Join(r.shown, name), Cause(err)}
}

// Cause returns the cause of a file's error, without operation and path, and says plainly that a
// path leads outside.
func Cause(err error) error {
	var named *Error
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &named):
		err = named.Err
	case errors.As(err, &at):
		err = at.Err
	case errors.As(err, &link):
		err = link.Err
	}
	if err.Error() == "path escapes from parent" {
		return ErrOutside
	}
	return err
}

// temporary returns a new name in the same folder.
func temporary(name string) string {
	return "." + strings.TrimPrefix(name, ".") + "." + rand.Text()[:8] + ".tmp"
}

// isTemporary reports whether a name is one that temporary returns for a file.
func isTemporary(name, of string) bool {
	random, ok := strings.CutPrefix(name, "."+strings.TrimPrefix(of, ".")+".")
	random, end := strings.CutSuffix(random, ".tmp")
	return ok && end && len(random) == 8 && strings.Trim(random, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}
