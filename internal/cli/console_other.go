//go:build !windows

package cli

import "os"

// showsColor reports whether a terminal interprets escape sequences.
func showsColor(*os.File) bool { return true }
