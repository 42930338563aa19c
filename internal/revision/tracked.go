package revision

import (
	"path"
	"slices"

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
