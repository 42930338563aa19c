// Package revision reads versions of files from a git repository. It starts no program, fetches
// nothing and ignores the repository's settings: objects are read as stored, without attributes,
// filters, grafts and replacements. Open and Resolve are the entry points.
package revision

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/format/config"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// ID identifies an object by its content.
type ID = plumbing.Hash

// Repository is a read-only git repository. It is not safe for concurrent use.
type Repository struct {
	name    string  // the folder with the objects, for messages
	head    *folder // of this checkout: HEAD and similar files
	common  *folder // of all checkouts: branches, tags
	refs    *dotgit.DotGit
	objects []*filesystem.ObjectStorage // the repository's own first, then alternates
	folders []*folder
	shallow map[ID]bool // commits whose parents were not fetched
	modules []*Repository
	cache   cache.Object
}

// Open opens the repository that a checkout's folders name.
func Open(gitDir, commonDir string) (*Repository, error) {
	r := &Repository{name: commonDir, cache: cache.NewObjectLRUDefault()}
	err := r.open(gitDir, commonDir)
	if err != nil {
		_ = r.Close()
		return nil, fmt.Errorf("the git repository %s can't be read: %w", commonDir, err)
	}
	return r, nil
}

func (r *Repository) open(gitDir, commonDir string) error {
	var err error
	if r.head, err = r.folder(gitDir); err != nil {
		return err
	}
	if r.common, err = r.folder(commonDir); err != nil {
		return err
	}
	if err := r.checkFormat(); err != nil {
		return err
	}
	r.refs = dotgit.New(r.common)
	if err := r.addObjects(commonDir, 0); err != nil {
		return err
	}
	r.shallow = map[ID]bool{}
	text, err := r.common.read("shallow")
	for line := range strings.Lines(string(text)) {
		r.shallow[plumbing.NewHash(strings.TrimSpace(line))] = true
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (r *Repository) folder(name string) (*folder, error) {
	f, err := openFolder(name)
	if err == nil {
		r.folders = append(r.folders, f)
	}
	return f, err
}

// Close closes all files.
func (r *Repository) Close() error {
	var err error
	for _, o := range r.objects {
		err = errors.Join(err, o.Close())
	}
	for _, f := range r.folders {
		err = errors.Join(err, f.close())
	}
	for _, m := range r.modules {
		err = errors.Join(err, m.Close())
	}
	return err
}

// checkFormat refuses repositories in an unsupported storage format. A settings file that cannot be
// parsed is ignored.
func (r *Repository) checkFormat() error {
	text, err := r.common.read("config")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	settings := config.New()
	_ = config.NewDecoder(bytes.NewReader(text)).Decode(settings)
	for _, o := range settings.Section("extensions").Options {
		if key := strings.ToLower(o.Key); key == "objectformat" && o.Value != "sha1" || key == "refstorage" && o.Value != "files" {
			return fmt.Errorf("it has %s = %s, which oktaform does not read. Unpack the version to compare with (git worktree add), and name its folder with --base-dir", o.Key, o.Value)
		}
	}
	return nil
}

// addObjects adds the objects of a git folder and of its alternates (git clone --reference).
func (r *Repository) addObjects(dir string, depth int) error {
	f, err := r.folder(dir)
	if err != nil {
		return err
	}
	r.objects = append(r.objects, filesystem.NewObjectStorageWithOptions(dotgit.New(f), r.cache,
		filesystem.Options{KeepDescriptors: true, LargeObjectThreshold: largestObject}))
	text, err := f.read(alternates)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	const deepest = 5 // git's own limit
	if depth == deepest {
		return fmt.Errorf("%s: repositories borrow objects from one another without end", filepath.Join(dir, alternates))
	}
	for line := range strings.Lines(string(text)) {
		other := strings.TrimRight(line, "\r\n")
		if other == "" || strings.HasPrefix(other, "#") {
			continue
		}
		if !filepath.IsAbs(other) {
			other = filepath.Join(dir, "objects", other)
		}
		if filepath.Base(other) != "objects" {
			return fmt.Errorf("%s names %s, which is not the folder objects of a repository", filepath.Join(dir, alternates), other)
		}
		if err := r.addObjects(filepath.Dir(other), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// largestObject is the maximum size of an object that is read completely.
const largestObject = 64 << 20

// errMissing means that an object is not in the repository.
var errMissing = errors.New("not in this repository")

// object returns an object's kind and content.
func (r *Repository) object(id ID) (kind plumbing.ObjectType, content []byte, err error) {
	encoded, err := r.find(id)
	if err != nil {
		return 0, nil, err
	}
	if encoded.Size() > largestObject {
		return 0, nil, fmt.Errorf("git object %s has %d bytes, more than the %d that are read", id, encoded.Size(), largestObject)
	}
	reader, err := encoded.Reader()
	if err != nil {
		return 0, nil, fmt.Errorf("git object %s: %w", id, err)
	}
	defer func() { _ = reader.Close() }()
	if content, err = io.ReadAll(io.LimitReader(reader, largestObject+1)); err != nil {
		return 0, nil, fmt.Errorf("git object %s: %w", id, err)
	}
	return encoded.Type(), content, nil
}

// find finds an object without reading it.
func (r *Repository) find(id ID) (plumbing.EncodedObject, error) {
	for _, o := range r.objects {
		encoded, err := o.EncodedObject(plumbing.AnyObject, id)
		if err == nil {
			return encoded, nil
		}
		if !errors.Is(err, plumbing.ErrObjectNotFound) {
			return nil, fmt.Errorf("git object %s: %w", id, err)
		}
	}
	return nil, fmt.Errorf("git object %s is %w", id, errMissing)
}

// ParseID parses an id. For an invalid one it returns the id of no object.
func ParseID(text string) ID { return plumbing.NewHash(text) }
