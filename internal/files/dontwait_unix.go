//go:build unix

package files

import "syscall"

// dontWait opens a named pipe without waiting for a writer.
const dontWait = syscall.O_NONBLOCK | syscall.O_NOCTTY
