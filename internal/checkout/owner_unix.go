//go:build unix

package checkout

import (
	"os"
	"syscall"
)

// ours reports whether a .git belongs to the user of this process or to the owner of dir: on a
// machine with many users, anybody can create one in a folder such as /tmp.
func ours(info os.FileInfo, dir string) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(stat.Uid) == os.Geteuid() {
		return ok
	}
	about, err := os.Stat(dir)
	if err != nil {
		return false
	}
	owner, ok := about.Sys().(*syscall.Stat_t)
	return ok && owner.Uid == stat.Uid
}
