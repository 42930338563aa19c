package files

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
)

// SharedError is the error for a file that others can read or write.
type SharedError struct {
	File string
	Mode fs.FileMode
}

func (e *SharedError) Error() string {
	return fmt.Sprintf("others can access %s (mode %#o)", e.File, e.Mode)
}

// ReadPrivate reads a person's own file that nobody else can read or write. A link is refused.
func ReadPrivate(file string) ([]byte, error) {
	named, err := os.Lstat(file)
	if err != nil {
		return nil, err
	}
	if !named.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", file)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	opened, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !os.SameFile(named, opened):
		return nil, fmt.Errorf("%s was replaced while it was read", file)
	case runtime.GOOS != "windows" && opened.Mode().Perm()&0o077 != 0:
		return nil, &SharedError{file, opened.Mode().Perm()}
	case !ownedByUs(opened):
		return nil, fmt.Errorf("%s belongs to another user", file)
	}
	return io.ReadAll(f)
}
