package revision

import (
	"bytes"
	"path"
	"slices"

	"github.com/go-git/go-git/v5/plumbing/format/index"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/files"
)

// maxIndex is the greatest size of an index that is read, in bytes: some hundred thousand
// files.
const maxIndex = 64 << 20

// Tracked lists which files, named from the checkout's folder on and with slashes, git
// tracks. What can't be read tracks nothing.
func Tracked(c checkout.Checkout, names []string) []string {
	if c.GitDir == "" || len(names) == 0 {
		return nil
	}
	root, err := files.Open(c.GitDir)
	if err != nil {
		return nil
	}
	defer root.Close()
	data, err := root.Read("index", maxIndex)
	if err != nil {
		return nil
	}
	var entries index.Index
	if err := index.NewDecoder(bytes.NewReader(data)).Decode(&entries); err != nil {
		return nil
	}
	var tracked []string
	for _, e := range entries.Entries {
		for _, name := range names {
			if e.Name == path.Join(c.Prefix, name) && !slices.Contains(tracked, name) {
				tracked = append(tracked, name)
			}
		}
	}
	return tracked
}
