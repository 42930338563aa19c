package files

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
)

// ErrShared is the error for a file that others can read or write.
var ErrShared = errors.New("others can access")

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
		return nil, fmt.Errorf("%w %s (mode %#o)", ErrShared, file, opened.Mode().Perm())
	case !ownedByUs(opened):
		return nil, fmt.Errorf("%s belongs to another user", file)
	}
	return io.ReadAll(f)
}
