package functions

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/oktaform/oktaform/internal/files"
)

func fileset(o Options) function.Function {
	return define(cty.Set(cty.String), func(args []cty.Value) (cty.Value, error) {
		root, dir, err := o.Folders.below(args[0].AsString())
		if isRefused(err) {
			return cty.NilVal, err
		}
		if err != nil {
			return cty.NilVal, function.NewArgError(0, err)
		}
		g := glob{tree: root, dir: filepath.ToSlash(dir), found: map[string]bool{}, visited: map[string]bool{}, listed: map[string][]fs.DirEntry{}}
		patterns, ok := alternatives(args[1].AsString())
		if !ok {
			return cty.NilVal, function.NewArgErrorf(1, "the braces of the pattern stand for more than %d patterns", maxPatterns)
		}
		for _, pattern := range patterns {
			pattern = path.Clean(pattern)
			if !fs.ValidPath(pattern) {
				return cty.NilVal, function.NewArgErrorf(1, "the pattern %s leads out of the folder; give the folder as the first argument", pattern)
			}
			segments := slices.CompactFunc(strings.Split(pattern, "/"), func(a, b string) bool { return a == "**" && b == "**" })
			if len(segments) > maxSegments {
				return cty.NilVal, function.NewArgErrorf(1, "the pattern names more than %d folders within each other", maxSegments)
			}
			if err := g.match(".", segments); err != nil {
				return cty.NilVal, function.NewArgErrorf(1, "failed to glob pattern %s: %s", pattern, err)
			}
		}
		if o.Elsewhere && (len(g.found) == 0 || slices.ContainsFunc(patterns, matchesKeys)) {
			return cty.UnknownVal(cty.Set(cty.String)), nil
		}
		if len(g.found) == 0 {
			return cty.SetValEmpty(cty.String), nil
		}
		var names []cty.Value
		for name := range g.found {
			names = append(names, cty.StringVal(name))
		}
		return cty.SetVal(names), nil
	}, param("path", cty.String), param("pattern", cty.String))
}

// matchesKeys reports whether a pattern may match what is made on the machine that applies
// and git doesn't have: keys, plans, journals. It can't where the names that it matches
// end in an extension that these never have.
func matchesKeys(pattern string) bool {
	extension := path.Ext(path.Base(pattern))
	return !slices.Contains(written, strings.ToLower(extension))
}

// written are the extensions of files that people write.
var written = []string{".cfg", ".conf", ".csv", ".hcl", ".htm", ".html", ".ini", ".json", ".md", ".tftpl", ".tmpl", ".toml", ".tpl", ".tsv", ".txt", ".xml", ".yaml", ".yml"}

// glob looks for files, segment by segment of a pattern, so that it visits only
// the folders that the pattern can lead to.
type glob struct {
	tree  *files.Root // refuses to follow links out of the configuration's folder
	dir   string
	found map[string]bool // paths from dir on
	// visited are the folders with what is left of the pattern there: several ** lead to
	// one of them in many ways.
	visited map[string]bool
	listed  map[string][]fs.DirEntry
	looked  int // names in the folders visited
}

// list lists a folder once.
func (g *glob) list(at string) ([]fs.DirEntry, error) {
	entries, known := g.listed[at]
	if !known {
		var err error
		if entries, err = g.tree.List(filepath.FromSlash(path.Join(g.dir, at))); err != nil {
			return nil, err
		}
		g.listed[at] = entries
	}
	return entries, nil
}

const (
	maxPatterns = 1_000     // that one with braces may stand for
	maxSegments = 400       // of a pattern: no folder lies as deep
	maxLooked   = 1_000_000 // names that a call looks at
)

func (g *glob) match(at string, segments []string) error {
	if segments[0] == "**" && len(segments) == 1 {
		segments = []string{"**", "*"}
	}
	key := at + "\x00" + strings.Join(segments, "/")
	if g.visited[key] {
		return nil
	}
	g.visited[key] = true
	entries, err := g.list(at)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	if g.looked += len(entries) + 1; g.looked > maxLooked {
		return fmt.Errorf("the pattern leads to more than %d files and folders; name a folder farther down, or use fewer **", maxLooked)
	}
	if segments[0] == "**" { // no folder at all, or one more
		if err := g.match(at, segments[1:]); err != nil {
			return err
		}
	}
	for _, entry := range entries {
		if privacy(entry.Name()) != "" {
			continue
		}
		if err := g.step(path.Join(at, entry.Name()), entry, segments); err != nil {
			return err
		}
	}
	return nil
}

// step goes on with one entry of a folder.
func (g *glob) step(name string, entry fs.DirEntry, segments []string) error {
	if segments[0] == "**" {
		if entry.IsDir() { // links to folders could lead in circles
			return g.match(name, segments)
		}
		return nil
	}
	// Terraform negates a class with ! as well as ^.
	ok, err := path.Match(strings.ReplaceAll(segments[0], "[!", "[^"), entry.Name())
	if err != nil || !ok {
		return err
	}
	info, err := g.tree.Stat(filepath.FromSlash(path.Join(g.dir, name)))
	switch {
	case errors.Is(err, files.ErrControl):
		return err
	case err != nil:
		return nil // a broken link, or one that leads out: no file to be read
	case len(segments) > 1 && info.IsDir():
		return g.match(name, segments[1:])
	case len(segments) == 1 && info.Mode().IsRegular():
		g.found[name] = true
	}
	return nil
}

// alternatives gives the patterns that one with {a,b} stands for; ok is false where there
// are too many.
func alternatives(pattern string) (list []string, ok bool) {
	open := strings.Index(pattern, "{")
	if open < 0 {
		return []string{pattern}, true
	}
	var parts []string
	depth, from := 0, open+1
	for i := open; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '{':
			depth++
		case c == ',' && depth == 1:
			parts, from = append(parts, pattern[from:i]), i+1
		case c == '}':
			depth--
		}
		if depth > 0 {
			continue
		}
		var all []string
		for _, part := range append(parts, pattern[from:i]) {
			more, ok := alternatives(pattern[:open] + part + pattern[i+1:])
			if all = append(all, more...); !ok || len(all) > maxPatterns {
				return nil, false
			}
		}
		slices.Sort(all)
		return slices.Compact(all), true
	}
	return []string{pattern}, true // never closed: path.Match takes it literally
}
