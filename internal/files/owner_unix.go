//go:build unix

package files

import (
	"os"
	"syscall"
)

// ownedByUs reports whether a file belongs to the current user.
func ownedByUs(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
