package lsp

import (
	"context"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
)

// definition returns where what is under the cursor is declared.
func (s *Server) definition(_ context.Context, p PositionParams) ([]Location, error) {
	d, err := s.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	offset := d.Offset(p.Position)
	if source := sourceAt(d, offset); source != "" {
		return s.firstOf(source), nil
	}
	if place, ok := s.attributeAt(d, offset); ok {
		return s.locations([]hcl.Range{place}), nil
	}
	found, ok := s.symbolAt(d, offset)
	if !ok {
		return nil, nil
	}
	var places []hcl.Range
	for _, decl := range s.folder(found.dir).Declarations() {
		if decl.Key == found.key {
			places = append(places, decl.NameRange)
		}
	}
	return s.locations(places), nil
}

// sourceAt returns the folder that a module block calls, if its source is at the offset.
func sourceAt(d *Document, offset int) string {
	for _, decl := range d.File().Declarations {
		if decl.Type != "module" || decl.Block == nil {
			continue
		}
		if a := decl.Block.attr("source"); a != nil && contains(a.Value, offset) {
			return decl.Source
		}
	}
	return ""
}

// firstOf returns the beginning of a folder's main.hcl, or of its first file.
func (s *Server) firstOf(dir string) []Location {
	files := s.folder(dir).Files
	if len(files) == 0 {
		return nil
	}
	first := files[0].Path
	for _, f := range files {
		if filepath.Base(f.Path) == "main.hcl" {
			first = f.Path
		}
	}
	return s.locations([]hcl.Range{{Filename: first}})
}

// attributeAt returns where the attribute of an object is given, if a reference to it is at the
// offset: client_id in service_app.reporter.client_id. An attribute that is not given leads to the
// object.
func (s *Server) attributeAt(d *Document, offset int) (hcl.Range, bool) {
	_, ref := d.File().At(offset)
	if ref == nil || ref.Attr == "" || contains(ref.Range, offset) {
		return hcl.Range{}, false
	}
	decl := s.folderOf(d).Declaration(ref.Key)
	if decl == nil || decl.Type == "module" {
		return hcl.Range{}, false
	}
	if decl.Block != nil {
		if a := decl.Block.attr(ref.Attr); a != nil {
			return a.NameRange, true
		}
		for _, b := range decl.Block.Blocks {
			if b.Type == ref.Attr {
				return b.TypeRange, true
			}
		}
	}
	return decl.NameRange, true
}

// locations converts places to those of the protocol. A file that has gone is left out.
func (s *Server) locations(places []hcl.Range) []Location {
	list := []Location{}
	for _, place := range places {
		if d, err := s.documentAt(place.Filename); err == nil {
			list = append(list, Location{URI: d.URI, Range: d.Range(d.unquoted(place))})
		}
	}
	return list
}
