package state

import (
	"math"
	"os"

	"golang.org/x/sys/windows"
)

// lockFile takes a lock, which ends with the process or with Close. It fails at once if another
// process holds it. Windows keeps others from reading what is locked, so it locks a byte that no
// file reaches.
func lockFile(file *os.File) error {
	beyond := windows.Overlapped{Offset: math.MaxUint32, OffsetHigh: math.MaxInt32}
	return windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &beyond)
}
