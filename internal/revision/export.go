package revision

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Limits of what a version may unpack to.
const (
	largestBlob  = 16 << 20 // larger files are left out, and refused where they are a part of a configuration
	largestTotal = 1 << 30
	mostEntries  = 1 << 21
	deepestTree  = 200
)

// Modes of the entries of trees.
const (
	modeFolder     = "40000"
	modeFile       = "100644"
	modeExecutable = "100755"
	modeGroupWrite = "100664" // in repositories of the first years
	modeLink       = "120000"
	modeSubmodule  = "160000"
)

// entry is one of a tree.
type entry struct {
	mode, name string
	id         ID
}

// Export writes files of a commit below a folder, and nothing else: those below
// prefix, and those of folders elsewhere that hold configurations (isSource tells
// their files), which it may call. Links are links there too, with what they lead to
// in the version; those to absolute paths are left out. Exported says whether the
// commit has prefix; absent are the submodules whose commit is not here.
func (r *Repository) Export(id ID, prefix string, isSource func(name string) bool, folder string) (exported bool, absent []string, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return false, nil, err
	}
	defer func() { _ = root.Close() }()
	e := &export{root: root, prefix: prefix, isSource: isSource, trees: map[ID][]entry{}, written: map[string]bool{}, linked: map[string]bool{}}
	c, err := r.commit(id)
	if err != nil {
		return false, nil, err
	}
	top := place{r, c.tree, "."}
	if err = e.tree(r, c.tree, ".", false); err != nil {
		return e.found, e.absent, err
	}
	if !e.found { // it may be a link, or lie below one
		if e.found, err = e.follow([]place{top}, prefix); err != nil {
			return e.found, e.absent, err
		}
	}
	return e.found, e.absent, e.followAll(top)
}

type export struct {
	root     *os.Root
	prefix   string
	isSource func(string) bool
	found    bool
	absent   []string
	trees    map[ID][]entry  // read before: a few can stand for millions of folders
	written  map[string]bool // files, and folders with all that is in them
	linked   map[string]bool // the paths of links
	links    []linkAt
	entries  int
	total    int64
}

// tree writes what is wanted of a folder: all of it if an outer one is.
func (e *export) tree(r *Repository, id ID, at string, whole bool) error {
	entries, err := e.list(r, id, at)
	if err != nil {
		return err
	}
	if e.entries += len(entries); e.entries > mostEntries || strings.Count(at, "/") > deepestTree {
		return fmt.Errorf("the version to compare with has more than %d files, or folders nested more than %d deep", mostEntries, deepestTree)
	}
	if at == e.prefix {
		e.found, whole = true, true
	}
	for _, entry := range entries {
		if entry.mode != modeFolder && entry.mode != modeSubmodule && e.isSource(entry.name) {
			whole = true
		}
	}
	if e.written[at] {
		return nil
	}
	e.written[at] = whole
	for _, entry := range entries {
		name := path.Join(at, entry.name)
		switch entry.mode {
		case modeFolder:
			err = e.tree(r, entry.id, name, whole)
		case modeFile, modeExecutable, modeGroupWrite:
			if whole {
				err = e.file(r, entry.id, name)
			}
		case modeLink:
			if whole {
				_, err = e.link(place{r, entry.id, name})
			}
		case modeSubmodule:
			err = e.submodule(r, entry.id, name, whole)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// list reads a folder, once.
func (e *export) list(r *Repository, id ID, at string) ([]entry, error) {
	entries, known := e.trees[id]
	if !known {
		var err error
		if entries, err = r.tree(id, at); err != nil {
			return nil, err
		}
		e.trees[id] = entries
	}
	return entries, nil
}

// submodule writes what is wanted of one, from the superproject's own copy of it.
func (e *export) submodule(r *Repository, id ID, at string, whole bool) error {
	module, err := r.module(id)
	if err != nil {
		return fmt.Errorf("submodule %s: %w", at, err)
	}
	if module == nil {
		e.absent = append(e.absent, at)
		return nil
	}
	c, err := module.commit(id)
	if err != nil {
		return fmt.Errorf("submodule %s: %w", at, err)
	}
	return e.tree(module, c.tree, at, whole)
}

func (e *export) file(r *Repository, id ID, name string) error {
	if e.written[name] {
		return nil
	}
	encoded, err := r.find(id)
	if err != nil {
		return r.missing(err, name)
	}
	size := encoded.Size()
	if encoded.Type() != plumbing.BlobObject {
		return nil
	}
	if base := path.Base(name); size > largestBlob && (e.isSource(base) || strings.Contains(base, ".tfvars")) {
		return fmt.Errorf("%s of the version to compare with has %d bytes, more than the %d that are compared", name, size, largestBlob)
	}
	if size > largestBlob {
		return nil
	}
	if e.total += size; e.total > largestTotal {
		return fmt.Errorf("the files of the version to compare with have more than %d bytes", largestTotal)
	}
	reader, err := encoded.Reader()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer func() { _ = reader.Close() }()
	if err := e.root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return err
	}
	file, err := e.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	e.written[name] = true
	_, err = io.Copy(file, io.LimitReader(reader, largestBlob))
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// tree reads a folder.
func (r *Repository) tree(id ID, at string) (list []entry, err error) {
	kind, content, err := r.object(id)
	if err != nil {
		return nil, r.missing(err, at)
	}
	if kind != plumbing.TreeObject {
		return nil, fmt.Errorf("%s: git object %s is a %s, and no tree", at, id, kind)
	}
	for len(content) > 0 {
		about, rest, ok := bytes.Cut(content, []byte{0})
		mode, name, found := strings.Cut(string(about), " ")
		var child ID
		if !ok || !found || len(rest) < len(child) {
			return nil, fmt.Errorf("%s: git object %s is not a valid tree", at, id)
		}
		content = rest[copy(child[:], rest):]
		if isFileName(name) {
			list = append(list, entry{strings.TrimLeft(mode, "0"), name, child})
		}
	}
	return list, nil
}

// isFileName reports whether a name is that of one file in its folder. Git checks out
// no others.
func isFileName(name string) bool {
	return name != "" && filepath.IsLocal(name) && filepath.Base(name) == name && name != "." && !strings.Contains(name, "/") && !strings.EqualFold(name, ".git")
}

// missing says how an object comes that was left out of a partial clone.
func (r *Repository) missing(err error, name string) error {
	if errors.Is(err, errMissing) {
		return fmt.Errorf("%s: %w (%s), and oktaform fetches nothing. In a partial clone, fetch all of it: git fetch --refetch --no-filter origin, or no filter for actions/checkout", name, err, r.name)
	}
	return fmt.Errorf("%s: %w", name, err)
}
