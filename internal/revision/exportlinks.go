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

// A version contains what its links lead to, anywhere in it: values of variables, modules, and the
// configuration's folder may be links. Without their targets the version would have other values
// than when it was applied.

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

// link reads a link and records it to be written, wherever it leads, because readers of the version
// must see that it exists. The target of a wanted link is written as well.
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

// followAll writes the links and their targets. A link with the same name as a folder is omitted;
// git creates no such version.
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

// follow writes what a path leads to, starting in the last of these nested folders, and reports
// whether that is a folder. A path that leads nowhere, or out of the version, writes nothing;
// readers find the same. lost then names the link or submodule that makes it unknown whether
// anything was there.
func (e *export) follow(folders []place, path string) (isFolder bool, lost string, err error) {
	const most = 40 // the kernel's limit
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

// child returns the object with a name in a folder, and its mode. A submodule is returned as its
// folder, if its commit is available.
func (e *export) child(in place, name string) (place, mode, error) {
	names, known := e.byName[in.id]
	if !known {
		entries, err := e.list(in.r, in.id, in.at)
		if err != nil {
			return place{}, 0, err
		}
		names = map[string]entry{}
		for _, entry := range slices.Backward(entries) { // the first entry with a name counts
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
