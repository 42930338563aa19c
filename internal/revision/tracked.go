package revision

import (
	"path"
	"slices"

	"github.com/oktaform/oktaform/internal/checkout"
)

// maxIndex is the greatest size of an index that is read, in bytes: some hundred thousand
// files.
const maxIndex = 64 << 20

// Tracked lists which files, named from the checkout's folder on and with slashes, git
// tracks. What can't be read tracks nothing.
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
