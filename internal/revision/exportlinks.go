package revision

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// A version holds what its links lead to, wherever in it that lies: values of variables
// and modules may be links, and the configuration's folder as well. Without them the
// version would have other values than it had when it was applied.

// Limits of links.
const (
	longestLink = 4096
	mostLinks   = 10_000
)

// place is an object of a version, and its path.
type place struct {
	r  *Repository
	id ID
	at string
}

// linkAt is a link that was written.
type linkAt struct{ at, target string }

// link reads a link and writes it. Its target is "" if it is left out.
func (e *export) link(p place) (target string, err error) {
	kind, content, err := p.r.object(p.id)
	if err != nil {
		return "", p.r.missing(err, p.at)
	}
	target = string(content)
	if kind != plumbing.BlobObject || len(target) > longestLink || target == "" || strings.Contains(target, "\x00") || path.IsAbs(target) || filepath.IsAbs(target) {
		return "", nil
	}
	if e.linked[p.at] {
		return target, nil
	}
	e.linked[p.at] = true
	if e.links = append(e.links, linkAt{p.at, target}); len(e.links) > mostLinks {
		return "", fmt.Errorf("the version to compare with has more than %d links", mostLinks)
	}
	return target, nil
}

// followAll writes the links, and what they lead to. A link whose name a folder has, too,
// is left out; git makes no such version.
func (e *export) followAll(top place) error {
	for i := 0; i < len(e.links); i++ {
		l := e.links[i]
		if _, err := e.follow([]place{top}, path.Dir(l.at)+"/"+l.target); err != nil {
			return err
		}
	}
	for _, l := range e.links {
		if err := e.root.MkdirAll(path.Dir(l.at), 0o700); err != nil {
			return err
		}
		if err := e.root.Symlink(l.target, l.at); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// follow writes what a path leads to, from the last of these folders on, which lie in
// each other, and says whether that is a folder. A path that leads nowhere, or out of the
// version, writes nothing: who reads it finds the same.
func (e *export) follow(folders []place, path string) (isFolder bool, err error) {
	const most = 40 // as the kernel follows
	rest := strings.Split(path, "/")
	for links := 0; len(rest) > 0; {
		name := rest[0]
		rest = rest[1:]
		in := folders[len(folders)-1]
		switch name {
		case "", ".":
			continue
		case "..":
			if len(folders) == 1 {
				return false, nil
			}
			folders = folders[:len(folders)-1]
			continue
		}
		found, mode, err := e.child(in, name)
		if err != nil {
			return false, err
		}
		switch mode {
		case modeFolder:
			folders = append(folders, found)
		case modeFile, modeExecutable, modeGroupWrite:
			if len(rest) > 0 {
				return false, nil
			}
			return false, e.file(found.r, found.id, found.at)
		case modeLink:
			target, err := e.link(found)
			if links++; err != nil || target == "" || links > most {
				return false, err
			}
			rest = append(strings.Split(target, "/"), rest...)
		default:
			return false, nil
		}
	}
	at := folders[len(folders)-1]
	return true, e.tree(at.r, at.id, at.at, true)
}

// child finds what has a name in a folder: an object, and its mode. A submodule is the
// folder that it stands for, if its commit is here.
func (e *export) child(in place, name string) (place, string, error) {
	entries, err := e.list(in.r, in.id, in.at)
	if err != nil {
		return place{}, "", err
	}
	for _, entry := range entries {
		if entry.name != name {
			continue
		}
		found := place{in.r, entry.id, path.Join(in.at, name)}
		if entry.mode != modeSubmodule {
			return found, entry.mode, nil
		}
		module, err := in.r.module(entry.id)
		if err != nil || module == nil {
			return place{}, "", err
		}
		c, err := module.commit(entry.id)
		return place{module, c.tree, found.at}, modeFolder, err
	}
	return place{}, "", nil
}
