package lsp

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/files"
)

// Folder is the outlines of the files in a folder: a configuration or a module, with its tests and
// the values of its variables.
type Folder struct {
	Path  string
	Files []*File
}

// outlines are the outlines of files on the disk.
type outlines struct {
	files        map[string]diskFile   // by absolute path
	listed       map[string]diskFolder // by absolute path
	repositories map[string]string     // the repository around a folder, or the folder
	found        map[string][]string   // folders with files of configurations, by the folder that was searched
}

// diskFolder is the outlines of the files in a folder, and when they were compared with the disk.
type diskFolder struct {
	files    []*File
	compared time.Time
}

// maxAge is for how long a folder is not compared with the disk, for editors that do not report
// changes of files.
const maxAge = 2 * time.Second

// diskFile is an outline, and of which version of the file.
type diskFile struct {
	*File
	size    int64
	changed time.Time
}

// forget makes the server compare with the disk again. Outlines of files that did not change stay.
func (o *outlines) forget() {
	o.found, o.listed, o.repositories = map[string][]string{}, map[string]diskFolder{}, map[string]string{}
}

// maxOutlined is the maximum size in bytes of a file that is outlined.
const maxOutlined = 16 << 20

// folder returns the outlines of a folder, with the editor's buffers in place of files.
func (s *Server) folder(dir string) *Folder {
	f := &Folder{Path: dir}
	buffers := map[string]*Document{}
	for _, d := range s.open {
		if d.Path != "" && filepath.Dir(d.Path) == dir && isOutlined(filepath.Base(d.Path)) {
			buffers[d.Path] = d
		}
	}
	now := s.opts.Now()
	disk, known := s.outline.listed[dir]
	if !known || now.Sub(disk.compared) > maxAge {
		disk = diskFolder{s.readFolder(dir), now}
		s.outline.listed[dir] = disk
	}
	for _, file := range disk.files {
		if buffers[file.Path] == nil {
			f.Files = append(f.Files, file)
		}
	}
	for _, d := range buffers {
		f.Files = append(f.Files, d.File())
	}
	slices.SortFunc(f.Files, func(a, b *File) int { return strings.Compare(a.Path, b.Path) })
	return f
}

// readFolder returns the outlines of the files in a folder on the disk.
func (s *Server) readFolder(dir string) (list []*File) {
	root, below, err := s.rootOf(dir)
	if err != nil {
		return nil
	}
	defer root.Close()
	entries, _ := root.List(below)
	for _, entry := range entries {
		if isOutlined(entry.Name()) {
			if file := s.outline.of(root, filepath.Join(below, entry.Name()), filepath.Join(dir, entry.Name())); file != nil {
				list = append(list, file)
			}
		}
	}
	return list
}

// rootOf opens the folder below which a folder may be read: one of the editor's, or the repository
// around a buffer, as for the modules of a configuration. The author of a checkout chooses the
// sources of its modules, and where its links lead.
func (s *Server) rootOf(dir string) (root *files.Root, below string, err error) {
	for _, base := range s.bases() {
		if rel, err := filepath.Rel(base, dir); err == nil && filepath.IsLocal(rel) {
			root, err := files.Open(base)
			return root, rel, err
		}
	}
	return nil, "", fmt.Errorf("%s lies outside the editor's folders, and outside the repositories of open files", files.Quoted(dir))
}

// bases returns the folders below which files may be read.
func (s *Server) bases() []string {
	list := slices.Clone(s.workspace)
	for _, d := range s.open {
		dir := filepath.Dir(d.Path)
		if d.Path == "" {
			continue
		}
		base, known := s.outline.repositories[dir]
		if !known {
			base = dir
			if found, err := checkout.Find(dir, s.opts.Checkout); err == nil {
				base = found.Root
			}
			s.outline.repositories[dir] = base
		}
		for _, base := range []string{base, dir} { // the folder may be named through a link
			if !slices.Contains(list, base) {
				list = append(list, base)
			}
		}
	}
	return list
}

func isOutlined(name string) bool {
	return config.IsSourceFile(name) || config.IsTestFile(name) || isVariablesFile(name) && !strings.HasPrefix(name, ".")
}

// of returns the outline of a file on the disk, named in root and by its absolute path; nil if it
// cannot be read.
func (o *outlines) of(root *files.Root, name, path string) *File {
	info, err := root.Stat(name) // of the file that a link leads to
	if err != nil {
		return nil
	}
	known := o.files[path]
	if known.File != nil && known.size == info.Size() && known.changed.Equal(info.ModTime()) {
		return known.File
	}
	text, err := root.Read(name, maxOutlined)
	if err != nil {
		delete(o.files, path)
		return nil
	}
	d := &Document{URI: uriOf(path), Path: path, Text: text}
	o.files[path] = diskFile{d.File(), info.Size(), info.ModTime()}
	return d.file
}

// Declaration returns the declaration with that key; nil if there is none.
func (f *Folder) Declaration(key string) *Declaration {
	for _, file := range f.Files {
		for i := range file.Declarations {
			if file.Declarations[i].Key == key {
				return &file.Declarations[i]
			}
		}
	}
	return nil
}

// Declarations returns all declarations, by file and place.
func (f *Folder) Declarations() (list []*Declaration) {
	for _, file := range f.Files {
		for i := range file.Declarations {
			list = append(list, &file.Declarations[i])
		}
	}
	return list
}

// References returns the references to a declaration, by file and place.
func (f *Folder) References(key string) (list []Reference) {
	for _, file := range f.Files {
		for _, r := range file.References {
			if r.Key == key {
				list = append(list, r)
			}
		}
	}
	return list
}

// maxFolders is the maximum number of folders that are searched for configurations, and maxNesting
// how deep below the editor's folders.
const (
	maxFolders = 2000
	maxNesting = 8
)

// folders returns the folders with files of configurations: in the editor's folders, and in the
// repositories around buffers, where configurations may be that call them as modules.
func (s *Server) folders() []string {
	var list []string
	for _, base := range s.bases() {
		found, known := s.outline.found[base]
		if root, err := files.Open(base); !known && err == nil {
			if repository := s.outline.repositories[base]; slices.Contains(s.workspace, base) || repository != base {
				searched := 0
				found = searchFolders(root, ".", &searched)
			}
			_ = root.Close()
			s.outline.found[base] = found
		}
		list = append(list, found...)
	}
	for _, d := range s.open {
		if d.Path != "" {
			list = append(list, filepath.Dir(d.Path))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func searchFolders(root *files.Root, dir string, searched *int) (found []string) {
	if *searched++; *searched > maxFolders || strings.Count(filepath.ToSlash(dir), "/") >= maxNesting {
		return nil
	}
	entries, err := root.List(dir)
	if err != nil {
		return nil
	}
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return !e.IsDir() && config.IsSourceFile(e.Name()) }) {
		found = append(found, filepath.Join(root.Name(), dir))
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != "node_modules" {
			found = append(found, searchFolders(root, filepath.Join(dir, e.Name()), searched)...)
		}
	}
	return found
}

// callers returns the module blocks that call a folder.
func (s *Server) callers(dir string) (list []Declaration) {
	for _, folder := range s.folders() {
		for _, d := range s.folder(folder).Declarations() {
			if d.Source == dir {
				list = append(list, *d)
			}
		}
	}
	return list
}

// roots returns the configurations that a folder is part of: itself if it has an org block, else
// those that call it as a module, else itself.
func (s *Server) roots(dir string) []string {
	var roots []string
	seen := map[string]bool{}
	var visit func(string)
	visit = func(dir string) {
		if seen[dir] {
			return
		}
		seen[dir] = true
		if s.folder(dir).Declaration("org") != nil {
			roots = append(roots, dir)
			return
		}
		for _, call := range s.callers(dir) {
			visit(filepath.Dir(call.Range.Filename))
		}
	}
	if visit(dir); len(roots) == 0 {
		return []string{dir}
	}
	slices.Sort(roots)
	return roots
}
