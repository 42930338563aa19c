package revision

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/index"

	"github.com/oktaform/oktaform/internal/checkout"
)

// maxIndex is the maximum size of an index in bytes: some hundred thousand files.
const maxIndex = 64 << 20

// Tracked returns those of the names, relative to the checkout's folder and with slashes, that git
// tracks. If the index cannot be read, it returns none.
func Tracked(c checkout.Checkout, names []string) []string {
	if len(names) == 0 {
		return nil
	}
	var tracked []string
	for _, e := range indexOf(c) {
		for _, name := range names {
			if e.Name == path.Join(c.Prefix, name) && !slices.Contains(tracked, name) {
				tracked = append(tracked, name)
			}
		}
	}
	return tracked
}

// Untracked returns a function that reports whether git tracks neither a file, named as for
// Tracked, nor a link or submodule on the way to it. Without a readable index no file is untracked.
func Untracked(c checkout.Checkout) func(name string) bool {
	entries := indexOf(c)
	return func(name string) bool {
		if len(entries) == 0 || !filepath.IsLocal(name) {
			return false
		}
		steps := strings.Split(path.Join(c.Prefix, name), "/")
		return !slices.ContainsFunc(entries, func(e *index.Entry) bool {
			for i := range steps {
				if strings.EqualFold(e.Name, strings.Join(steps[:i+1], "/")) { // some file systems ignore case
					return true
				}
			}
			return false
		})
	}
}
