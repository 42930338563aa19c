//go:build !windows

package terminal

import "os"

// ShowsColor reports whether a terminal interprets escape sequences.
func ShowsColor(*os.File) bool { return true }
