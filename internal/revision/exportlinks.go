package revision

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// A version holds what its links lead to, wherever in it that lies: values of variables
// and modules may be links, and the configuration's folder as well. Without them the
// version would have other values than it had when it was applied.

// Limits of links.
const (
	longestLink  = 4096
	mostLinks    = 100_000
	mostFollowed = 10_000
)

// place is an object of a version, and its path.
type place struct {
	r  *Repository
	id ID
	at string
}

// linkAt is a link that was written.
type linkAt struct{ at, target string }

// link reads a link and notes it to be written, wherever it leads: who reads the version
// has to find that it is there. What a wanted one leads to is written as well.
func (e *export) link(p place, wanted bool) (target string, err error) {
	kind, content, err := p.r.object(p.id)
	if err != nil {
		return "", p.r.missing(err, p.at)
	}
	target = string(content)
	if kind != plumbing.BlobObject || len(target) > longestLink || target == "" || strings.Contains(target, "\x00") {
		return "", fmt.Errorf("%s of the version to compare with is a link that leads to no possible path", p.at)
	}
	followed, known := e.linked[p.at]
	if !known {
		e.links = append(e.links, linkAt{p.at, target})
	}
	if wanted && !followed {
		e.following = append(e.following, linkAt{p.at, target})
	}
	e.linked[p.at] = followed || wanted
	if len(e.following) > mostFollowed || len(e.links) > mostLinks {
		return "", fmt.Errorf("the version to compare with has more than %d links, or more than %d in folders of configurations", mostLinks, mostFollowed)
	}
	return target, nil
}

// followAll writes the links, and what they lead to. A link whose name a folder has, too,
// is left out; git makes no such version.
func (e *export) followAll(top place) error {
	for i := 0; i < len(e.following); i++ {
		l := e.following[i]
		if isAbsolute(l.target) {
			continue
		}
		if _, _, err := e.follow([]place{top}, path.Dir(l.at)+"/"+l.target); err != nil {
			return err
		}
	}
	for _, l := range e.links {
		folder, err := e.folder(path.Dir(l.at))
		if err != nil {
			return err
		}
		if err := folder.Symlink(l.target, path.Base(l.at)); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

func isAbsolute(target string) bool { return path.IsAbs(target) || filepath.IsAbs(target) }

// follow writes what a path leads to, from the last of these folders on, which lie in
// each other, and reports whether that is a folder. A path that leads nowhere, or out of
// the version, writes nothing: who reads it finds the same. Then lost names the link or
// submodule on the way because of which it isn't known whether anything was there.
func (e *export) follow(folders []place, path string) (isFolder bool, lost string, err error) {
	const most = 40 // as the kernel follows
	rest := strings.Split(path, "/")
	for links := 0; len(rest) > 0; {
		if err := e.count(1); err != nil {
			return false, "", err
		}
		name := rest[0]
		rest = rest[1:]
		in := folders[len(folders)-1]
		switch name {
		case "", ".":
			continue
		case "..":
			if len(folders) == 1 {
				return false, lost, nil
			}
			folders = folders[:len(folders)-1]
			continue
		}
		found, mode, err := e.child(in, name)
		if err != nil {
			return false, "", err
		}
		switch mode {
		case modeFolder:
			folders = append(folders, found)
		case modeFile:
			if len(rest) > 0 {
				return false, lost, nil
			}
			return false, lost, e.file(found.r, found.id, found.at)
		case modeLink:
			target, err := e.link(found, true)
			if err != nil {
				return false, "", err
			}
			lost = "the link " + found.at + ", to " + target
			if links++; links > most || isAbsolute(target) {
				return false, lost, nil
			}
			rest = append(strings.Split(target, "/"), rest...)
		case modeSubmodule:
			return false, "the submodule " + found.at, nil
		default:
			return false, lost, nil
		}
	}
	at := folders[len(folders)-1]
	return true, "", e.tree(at.r, at.id, at.at, true)
}

// child finds what has a name in a folder: an object, and its mode. A submodule is the
// folder that it stands for, if its commit is here.
func (e *export) child(in place, name string) (place, mode, error) {
	names, known := e.byName[in.id]
	if !known {
		entries, err := e.list(in.r, in.id, in.at)
		if err != nil {
			return place{}, 0, err
		}
		names = map[string]entry{}
		for _, entry := range slices.Backward(entries) { // the first of a name counts
			names[entry.name] = entry
		}
		e.byName[in.id] = names
	}
	entry := names[name]
	found := place{in.r, entry.id, path.Join(in.at, name)}
	if entry.mode != modeSubmodule {
		return found, entry.mode, nil
	}
	module, err := in.r.module(entry.id)
	if err != nil || module == nil {
		return found, entry.mode, err
	}
	c, err := module.commit(entry.id)
	return place{module, c.tree, found.at}, modeFolder, err
}
