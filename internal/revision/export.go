package revision

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/oktaform/oktaform/internal/files"
)

// Limits on the size of an exported version.
const (
	largestBlob  = 16 << 20 // larger files are omitted, and refused if they are part of a configuration
	largestTotal = 1 << 30
	mostEntries  = 1 << 21 // of trees that are visited, written or not
	mostFiles    = 1 << 16 // files written
	mostFolders  = 1 << 16 // folders written
	deepestTree  = 200
)

// mode is the type of a tree entry. Its permission bits are ignored, as git ignores them.
type mode uint32

const (
	modeType      mode = 0o170000
	modeFolder    mode = 0o040000
	modeFile      mode = 0o100000
	modeLink      mode = 0o120000
	modeSubmodule mode = 0o160000
)

// entry is an entry of a tree.
type entry struct {
	mode mode
	name string
	id   ID
}

// LostError means that it is unknown whether a version has a folder.
type LostError struct {
	Path string
	Way  string // what on the way leads nowhere
}

func (e *LostError) Error() string {
	return fmt.Sprintf("its folder %s can't be found: %s, leads to no folder of that version", e.Path, e.Way)
}

// Export writes files of a commit below a folder, and nothing else: those below prefix, and those
// of other folders with configurations, which it may call (isSource recognizes their files). Links
// are written as links, together with what they lead to in the version. exported reports whether
// the commit has prefix; absent are the submodules whose commit is not available. The error is a
// LostError if a link or a submodule on the way to prefix leads nowhere.
func (r *Repository) Export(id ID, prefix string, isSource func(name string) bool, folder string) (exported bool, absent []string, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return false, nil, err
	}
	defer func() { _ = root.Close() }()
	e := &export{root: root, prefix: prefix, isSource: isSource, trees: map[ID][]entry{}, byName: map[ID]map[string]entry{}, written: map[string]bool{}, linked: map[string]bool{}, made: map[string]bool{}}
	defer e.close()
	c, err := r.commit(id)
	if err != nil {
		return false, nil, err
	}
	top := place{r, c.tree, "."}
	if err = e.tree(r, c.tree, ".", false); err != nil {
		return e.found, e.absent, err
	}
	if !e.found { // it may be a link, or be below one
		var lost string
		if e.found, lost, err = e.follow([]place{top}, prefix); err != nil {
			return e.found, e.absent, err
		}
		if !e.found && lost != "" {
			return false, e.absent, &LostError{prefix, lost}
		}
	}
	return e.found, e.absent, e.followAll(top)
}

type export struct {
	root                    *os.Root
	prefix                  string
	isSource                func(string) bool
	found                   bool
	absent                  []string
	trees                   map[ID][]entry // read before: a few can stand for millions of folders
	open                    *os.Root       // a folder, called openName
	openName                string
	byName                  map[ID]map[string]entry // of folders that links lead through
	written                 map[string]bool         // files, and folders with all that is in them
	made                    map[string]bool         // folders
	linked                  map[string]bool         // the paths of links, and whether they are followed
	links                   []linkAt
	following               []linkAt
	entries, files, folders int
	total                   int64
}

// tree writes the wanted entries of a folder; all of them if whole is set.
func (e *export) tree(r *Repository, id ID, at string, whole bool) error {
	if e.written[at] {
		return nil
	}
	entries, err := e.list(r, id, at)
	if err != nil {
		return err
	}
	if err := e.count(len(entries)); err != nil {
		return err
	}
	if strings.Count(at, "/") > deepestTree {
		return fmt.Errorf("the version to compare with has folders nested more than %d deep", deepestTree)
	}
	if at == e.prefix {
		e.found, whole = true, true
	}
	for _, entry := range entries {
		if entry.mode != modeFolder && entry.mode != modeSubmodule && e.isSource(entry.name) {
			whole = true
		}
	}
	e.written[at] = whole
	for _, entry := range entries {
		name := path.Join(at, entry.name)
		switch entry.mode {
		case modeFolder:
			err = e.tree(r, entry.id, name, whole)
		case modeFile:
			if whole {
				err = e.file(r, entry.id, name)
			}
		case modeLink:
			_, err = e.link(place{r, entry.id, name}, whole) // a module may lie behind it
		case modeSubmodule:
			err = e.submodule(r, entry.id, name, whole)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// count counts visited entries.
func (e *export) count(n int) error {
	if e.entries += n; e.entries > mostEntries {
		return fmt.Errorf("the version to compare with has more than %d files", mostEntries)
	}
	return nil
}

// list reads a folder once.
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

// submodule writes the wanted entries of a submodule, from the superproject's copy of it.
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
	folder, err := e.folder(path.Dir(name))
	if err != nil {
		return err
	}
	if e.files++; e.files > mostFiles {
		return tooMany()
	}
	file, err := folder.OpenFile(path.Base(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
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

func tooMany() error {
	return fmt.Errorf("the version to compare with has more than %d files, or more than %d folders (each counted with those above it), that may belong to configurations", mostFiles, mostFolders)
}

// folder creates and opens a folder; consecutive files are in the same one.
func (e *export) folder(name string) (*os.Root, error) {
	if e.open != nil && e.openName == name {
		return e.open, nil
	}
	if !e.made[name] {
		e.made[name] = true
		if e.folders += strings.Count(name, "/") + 1; e.folders > mostFolders {
			return nil, tooMany()
		}
		if err := e.root.MkdirAll(name, 0o700); err != nil {
			return nil, err
		}
	}
	e.close()
	var err error
	e.open, err = e.root.OpenRoot(name)
	e.openName = name
	return e.open, err
}

// close closes the open folder.
func (e *export) close() {
	if e.open != nil {
		_ = e.open.Close()
		e.open = nil
	}
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
		digits, name, found := strings.Cut(string(about), " ")
		bits, err := strconv.ParseUint(digits, 8, 32)
		var child ID
		if !ok || !found || err != nil || len(rest) < len(child) {
			return nil, fmt.Errorf("%s: git object %s is not a valid tree", at, id)
		}
		content = rest[copy(child[:], rest):]
		if isFileName(name) {
			list = append(list, entry{mode(bits) & modeType, name, child})
		}
	}
	return list, nil
}

// isFileName reports whether a name names one file in its folder. Git checks out no others.
func isFileName(name string) bool {
	return name != "" && filepath.IsLocal(name) && filepath.Base(name) == name && name != "." && !strings.Contains(name, "/") && !files.IsGit(name)
}

// missing says how to fetch an object that a partial clone lacks.
func (r *Repository) missing(err error, name string) error {
	if errors.Is(err, errMissing) {
		return fmt.Errorf("%s: %w (%s), and oktaform fetches nothing. In a partial clone, fetch all of it: git fetch --refetch --no-filter origin, or no filter for actions/checkout", name, err, r.name)
	}
	return fmt.Errorf("%s: %w", name, err)
}
