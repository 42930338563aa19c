package revision

import (
	"bytes"
	"path"
	"runtime"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/files"
)

// Converted returns the files of a checkout whose contents differ from what git stores although
// nobody has edited them: attributes such as eol, ident and working-tree-encoding, and filters,
// make git change a file when it is checked out. It examines the files below the configuration's
// folder, and those for which isSource is true. Names are relative to the checkout's folder. If the
// index cannot be read, it returns none.
func Converted(c checkout.Checkout, isSource func(name string) bool) []string {
	entries := indexOf(c)
	if len(entries) == 0 {
		return nil
	}
	root, err := files.Open(c.Root)
	if err != nil {
		return nil
	}
	defer root.Close()
	var converted []string
	for _, e := range entries {
		below := c.Prefix == "" || c.Prefix == "." || strings.HasPrefix(e.Name, c.Prefix+"/")
		if !below && !isSource(path.Base(e.Name)) || e.Mode != filemode.Regular && e.Mode != filemode.Executable {
			continue
		}
		info, err := root.Stat(e.Name)
		if err != nil || !info.ModTime().Equal(e.ModifiedAt) { // somebody has edited it
			continue
		}
		text, err := root.Read(e.Name, files.TextLimit)
		if err != nil || plumbing.ComputeHash(plumbing.BlobObject, text) == e.Hash {
			continue
		}
		// Git for Windows ends lines as Windows does, unless told otherwise.
		if runtime.GOOS == "windows" && plumbing.ComputeHash(plumbing.BlobObject, bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))) == e.Hash {
			continue
		}
		converted = append(converted, e.Name)
	}
	return converted
}

// indexOf reads the index of a checkout; nil where that fails.
func indexOf(c checkout.Checkout) []*index.Entry {
	if c.GitDir == "" {
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
	return entries.Entries
}
