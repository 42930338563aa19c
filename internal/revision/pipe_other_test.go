//go:build !unix

package revision

import "os"

// pipe makes a folder on systems whose folders hold no pipes.
func pipe(name string) error { return os.Mkdir(name, 0o700) }
