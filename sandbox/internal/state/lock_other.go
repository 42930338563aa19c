//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package state

import "os"

// lockFile does nothing where the standard library has no advisory locks: two
// processes must not be given the same data file there.
func lockFile(*os.File) error { return nil }
