package functions

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/oktaform/oktaform/internal/files"
)

// Selection describes the files that a function could read by a partly known path.
type Selection struct {
	// Prefix and Suffix are the known beginning and end of the path.
	Prefix, Suffix string
	// Names means that only the names of the files count, not their contents.
	Names bool
	// Except are paths below the first folder that do not count.
	Except map[string]bool
}

const (
	maxDigested      = 20_000 // files
	maxDigestedBytes = 256 << 20
)

var errTooMuch = errors.New("more files than can be compared")

// Digest returns a digest that is the same for two folders if the selected files are. ok is false
// if there are too many files.
func (f Folders) Digest(s Selection) (sum string, ok bool) {
	d := digest{Selection: s, sum: sha256.New(), visited: map[string]bool{}}
	dir := s.Prefix[:strings.LastIndex(s.Prefix, "/")+1]
	d.base = s.Suffix[strings.LastIndex(s.Suffix, "/")+1:]
	if root, name, err := f.below(dir); dir != "" && err == nil && name != "." {
		err = d.folder(root, filepath.ToSlash(name))
		return d.hex(), err == nil
	}
	for i, root := range f {
		d.first = i == 0
		if err := d.folder(root, "."); err != nil {
			return "", false
		}
	}
	return d.hex(), true
}

type digest struct {
	Selection
	base    string // the known end of the last part of the path
	first   bool   // whether it is in the first of the folders
	sum     hash.Hash
	visited map[string]bool // folders, because links may be circular
	files   int
	bytes   int64
}

func (d *digest) hex() string { return hex.EncodeToString(d.sum.Sum(nil)) }

func (d *digest) folder(root *files.Root, dir string) error {
	real, err := filepath.EvalSymlinks(filepath.Join(root.Path(), filepath.FromSlash(dir)))
	if err != nil || d.visited[real] {
		return nil // there is no such folder, or it was visited
	}
	d.visited[real] = true
	entries, err := root.List(filepath.FromSlash(dir))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		if privacy(entry.Name()) != "" {
			continue
		}
		info, err := root.Stat(filepath.FromSlash(name))
		switch {
		case err != nil:
			continue // a broken link, or one that leads out: not readable
		case info.IsDir():
			err = d.folder(root, name)
		case info.Mode().IsRegular() && d.selects(name):
			err = d.file(root, name, info)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *digest) selects(name string) bool {
	switch last := path.Base(name); {
	case d.Names, d.base == "":
		return !d.first || !d.Except[name]
	case strings.Contains(d.Suffix, "/"):
		return last == d.base
	default:
		return strings.HasSuffix(last, d.base)
	}
}

func (d *digest) file(root *files.Root, name string, info fs.FileInfo) error {
	d.files++
	if !d.Names {
		d.bytes += info.Size()
	}
	if d.files > maxDigested || d.bytes > maxDigestedBytes {
		return errTooMuch
	}
	fmt.Fprintf(d.sum, "%q ", name)
	if d.Names {
		return nil
	}
	data, err := root.Read(filepath.FromSlash(name), files.TextLimit)
	if err != nil {
		return nil // functions cannot read it either
	}
	sum := sha256.Sum256(data)
	_, err = d.sum.Write(sum[:])
	return err
}
