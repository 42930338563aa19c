package lsp

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/oktaform/oktaform/internal/files"
)

func (s *Server) didOpen(p didOpenParams) {
	d := newDocument(p.TextDocument.URI, p.TextDocument.Version, []byte(p.TextDocument.Text))
	s.open[d.URI] = d
	s.touched(d)
}

func (s *Server) didChange(p didChangeParams) {
	d := s.open[p.TextDocument.URI]
	if d == nil {
		s.log(fmt.Sprintf("%s was changed without being open.", p.TextDocument.URI))
		return
	}
	d = d.changed(p.TextDocument.Version, p.ContentChanges)
	s.open[d.URI] = d
	s.touched(d)
}

func (s *Server) didClose(p DocumentParams) {
	d := s.open[p.TextDocument.URI]
	if d == nil {
		return
	}
	delete(s.open, d.URI)
	s.closed(d)
}

// didSave does nothing new for the saved document, but keys and other files may have been made
// since the last change.
func (s *Server) didSave(p DocumentParams) {
	if d := s.open[p.TextDocument.URI]; d != nil {
		s.touched(d)
	}
}

// didChangeWatchedFiles loads the configurations of all open documents again: files that they read
// may be among the changed ones.
func (s *Server) didChangeWatchedFiles(any) {
	s.outline.forget()
	for _, d := range s.open {
		s.touched(d)
	}
}

func (s *Server) didChangeWorkspaceFolders(p didChangeFoldersParams) {
	for _, f := range p.Event.Removed {
		s.workspace = slices.DeleteFunc(s.workspace, func(path string) bool { return path == pathOf(f.URI) })
	}
	s.addFolders(p.Event.Added)
	s.didChangeWatchedFiles(nil)
}

func (s *Server) addFolders(folders []workspaceFolder) {
	for _, f := range folders {
		if path := pathOf(f.URI); path != "" && !slices.Contains(s.workspace, path) {
			s.workspace = append(s.workspace, path)
		}
	}
}

// document returns the editor's buffer, or the file on the disk.
func (s *Server) document(uri DocumentURI) (*Document, error) {
	if d := s.open[uri]; d != nil {
		return d, nil
	}
	path := pathOf(uri)
	if path == "" {
		return nil, fmt.Errorf("%s is not open, and not the address of a file on this machine", uri)
	}
	return s.documentAt(path)
}

// documentAt returns the editor's buffer of a file, or the file on the disk. It reads only regular
// files of a configuration, within the limits.
func (s *Server) documentAt(path string) (*Document, error) {
	if d := s.buffer(path); d != nil {
		return d, nil
	}
	if d := s.read[path]; d != nil {
		return d, nil
	}
	name := filepath.Base(path)
	d := &Document{URI: uriOf(path), Path: path}
	if !d.isSource() && !d.isTest() && !d.isVariables() {
		return nil, fmt.Errorf("%s is no file of a configuration", files.Quoted(path))
	}
	root, below, err := s.rootOf(filepath.Dir(path))
	if err != nil {
		return nil, unreadable(files.Quoted(path), files.Cause(err))
	}
	defer root.Close()
	if d.Text, err = root.Read(filepath.Join(below, name), files.SourceLimit); err != nil {
		return nil, unreadable(files.Quoted(path), files.Cause(err))
	}
	s.read[path] = d
	return d, nil
}

// buffer returns the editor's buffer of a file; nil if it is not open.
func (s *Server) buffer(path string) *Document {
	if d := s.open[uriOf(path)]; d != nil {
		return d
	}
	for _, d := range s.open {
		if d.Path == path {
			return d
		}
	}
	return nil
}
