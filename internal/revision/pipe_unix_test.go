//go:build unix

package revision

import "syscall"

// pipe makes a named pipe, which nobody writes to.
func pipe(name string) error { return syscall.Mkfifo(name, 0o600) }
