package lsp

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema/kinds"
)

// RenameParams are the parameters of textDocument/rename.
type RenameParams struct {
	PositionParams
	NewName string `json:"newName"`
}

// RenameTarget is a name that can be changed.
type RenameTarget struct {
	Range       Range  `json:"range"`
	Placeholder string `json:"placeholder"`
}

// prepareRename returns the name under the cursor, if it can be changed.
func (s *Server) prepareRename(_ context.Context, p PositionParams) (*RenameTarget, error) {
	d, err := s.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	found, err := s.renamable(d, d.Offset(p.Position))
	if err != nil {
		return nil, err
	}
	return &RenameTarget{d.Range(found.place), found.name()}, nil
}

// renamable returns the symbol at an offset, which must be declared.
func (s *Server) renamable(d *Document, offset int) (occurrence, error) {
	found, ok := s.symbolAt(d, offset)
	if !ok {
		return found, errors.New("nothing here has a name that can be changed: place the cursor on the name of a block, a local value or a reference")
	}
	if s.folder(found.dir).Declaration(found.key) == nil {
		return found, fmt.Errorf("%s is not declared in %s, so it cannot be renamed", found.key, found.dir)
	}
	return found, nil
}

// rename returns the edits that give a symbol another name. The editor makes them.
func (s *Server) rename(_ context.Context, p RenameParams) (*WorkspaceEdit, error) {
	d, err := s.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	found, err := s.renamable(d, d.Offset(p.Position))
	if err != nil {
		return nil, err
	}
	was, is := found.symbol, symbol{found.dir, found.kind() + "." + p.NewName}
	if err := s.canBecome(was, is); err != nil || was == is {
		return &WorkspaceEdit{Changes: map[DocumentURI][]TextEdit{}}, err
	}
	e := &edits{server: s}
	for _, o := range s.occurrences(was) {
		doc, err := s.documentAt(o.place.Filename)
		if err != nil {
			return nil, err
		}
		if move := moveAround(doc, o.place); move == nil {
			e.replace(doc, o.place.Start.Byte, o.place.End.Byte, doc.quotable(p.NewName))
		}
	}
	if mustMove(was) {
		if err := s.addMove(e, was, is); err != nil {
			return nil, err
		}
	}
	return e.workspaceEdit(), nil
}

// canBecome reports why a symbol cannot have another name.
func (s *Server) canBecome(was, is symbol) error {
	switch other := s.folder(is.dir).Declaration(is.key); {
	case was.kind() == "smoke_test" && strings.TrimSpace(is.name()) == "":
		return errors.New("a smoke test needs a name that says what it shows")
	case was.kind() != "smoke_test" && !hclsyntax.ValidIdentifier(is.name()):
		return fmt.Errorf("%q is not a valid name: a name starts with a letter and contains only letters, digits, underscores and dashes", is.name())
	case other != nil && was != is:
		return fmt.Errorf("%s is already declared at %s: choose another name", is.key, s.placeText(other.Range))
	}
	for _, c := range s.changesOf(is.dir) {
		if c.from == is.key && c.to != was.key {
			return fmt.Errorf("the %s block at %s says that %s is declared no longer: choose another name, or remove that block", c.block.Type, s.placeText(c.block.Range), is.key)
		}
	}
	return nil
}

// placeText names the file and line of a place.
func (s *Server) placeText(r hcl.Range) string {
	d, err := s.documentAt(r.Filename)
	if err != nil {
		return filepath.Base(r.Filename)
	}
	return fmt.Sprintf("%s:%d", filepath.Base(d.Path), d.Position(r.Start.Byte).Line+1)
}

// mustMove reports whether a moved block must say that what was renamed stays the same: objects in
// Okta have a mark with their address, and the objects of a module have it in their addresses.
func mustMove(y symbol) bool {
	k := kinds.Named(y.kind())
	return y.kind() == "module" || k != nil && (k.Owned() || k.OnExisting)
}

// moveAround returns the moved or removed block that contains a place. Its addresses are names of
// the past, which stay.
func moveAround(d *Document, place hcl.Range) *Block {
	for _, decl := range d.File().Declarations {
		if (decl.Type == "moved" || decl.Type == "removed") && decl.Block != nil && contains(decl.Range, place.Start.Byte) {
			return decl.Block
		}
	}
	return nil
}

// addMove adds the moved block of a rename: after the renamed block, or, if it is declared in JSON,
// as a member of the file. If a moved block leads back from the new name, it is turned around.
func (s *Server) addMove(e *edits, was, is symbol) error {
	decl := s.folder(was.dir).Declaration(was.key)
	d, err := s.documentAt(decl.Range.Filename)
	if err != nil {
		return err
	}
	for _, c := range s.changesOf(was.dir) {
		if c.from != is.key || c.to != was.key {
			continue
		}
		for name, key := range map[string]string{"from": was.key, "to": is.key} {
			value := c.document.unquoted(c.block.attr(name).Value)
			e.replace(c.document, value.Start.Byte, value.End.Byte, key)
		}
		return nil
	}
	if !d.JSON() {
		end := lineAfter(d.Text, decl.Range.End.Byte)
		text := fmt.Sprintf("\nmoved {\n  from = %s\n  to   = %s\n}\n", was.key, is.key)
		if end == len(d.Text) && !bytes.HasSuffix(d.Text, []byte("\n")) {
			text = "\n" + text
		}
		e.replace(d, end, end, d.lineEnds(text))
		return nil
	}
	return addJSONMove(e, d, was.key, is.key)
}

// addressChange is a moved or removed block.
type addressChange struct {
	document *Document
	block    *Block
	from, to string // to is "" if the block is removed
}

// changesOf returns the moved and removed blocks in a folder.
func (s *Server) changesOf(dir string) (list []addressChange) {
	for _, decl := range s.folder(dir).Declarations() {
		if decl.Block == nil || decl.Type != "moved" && decl.Type != "removed" {
			continue
		}
		d, err := s.documentAt(decl.Range.Filename)
		if err != nil {
			continue
		}
		value := func(name string) string {
			a := decl.Block.attr(name)
			if a == nil {
				return ""
			}
			r := d.unquoted(a.Value)
			return string(bytes.TrimSpace(d.Text[r.Start.Byte:r.End.Byte]))
		}
		list = append(list, addressChange{d, decl.Block, value("from"), value("to")})
	}
	return list
}

// addJSONMove adds a moved block to a file in the JSON syntax.
func addJSONMove(e *edits, d *Document, from, to string) error {
	var root map[string]json.RawMessage
	if err := json.Unmarshal(d.Text, &root); err != nil {
		return fmt.Errorf("%s is not valid JSON (%w): correct that first", filepath.Base(d.Path), err)
	}
	block := fmt.Sprintf(`{"from": %q, "to": %q}`, from, to)
	there, has := root["moved"]
	switch at := bytes.LastIndexByte(d.Text, '}'); {
	case !has:
		body := bytes.TrimRight(d.Text[:at], " \t\r\n")
		e.replace(d, len(body), len(body), d.lineEnds(",\n  \"moved\": "+block))
	case bytes.HasPrefix(there, []byte("[")):
		start := bytes.Index(d.Text, there)
		body := bytes.TrimRight(there[:len(there)-1], " \t\r\n")
		e.replace(d, start+len(body), start+len(body), ", "+block)
	default:
		start := bytes.Index(d.Text, there)
		e.replace(d, start, start, "[")
		e.replace(d, start+len(there), start+len(there), ", "+block+"]")
	}
	return nil
}

// quotable returns a name as it stands in the document's strings; identifiers stay as they are.
func (d *Document) quotable(name string) string {
	if d.JSON() {
		quoted, _ := json.Marshal(name)
		return string(quoted[1 : len(quoted)-1])
	}
	quoted := hclwrite.TokensForValue(cty.StringVal(name)).Bytes()
	return string(quoted[1 : len(quoted)-1])
}

// lineAfter returns the offset after the line break that follows an offset.
func lineAfter(text []byte, at int) int {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// lineEnds returns a text with the line breaks of the document.
func (d *Document) lineEnds(text string) string {
	if bytes.Contains(d.Text, []byte("\r\n")) {
		return strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

// edits collects the changes of several documents.
type edits struct {
	server  *Server
	changes map[DocumentURI][]documentEdit
}

type documentEdit struct {
	document   *Document
	start, end int
	text       string
}

// replace replaces the bytes between two offsets.
func (e *edits) replace(d *Document, start, end int, text string) {
	if e.changes == nil {
		e.changes = map[DocumentURI][]documentEdit{}
	}
	e.changes[d.URI] = append(e.changes[d.URI], documentEdit{d, start, end, text})
}

// workspaceEdit returns the changes in the order of each document.
func (e *edits) workspaceEdit() *WorkspaceEdit {
	out := &WorkspaceEdit{Changes: map[DocumentURI][]TextEdit{}}
	for uri, list := range e.changes {
		slices.SortStableFunc(list, func(a, b documentEdit) int { return cmp.Compare(a.start, b.start) })
		for _, c := range list {
			out.Changes[uri] = append(out.Changes[uri], TextEdit{c.document.between(c.start, c.end), c.text})
		}
	}
	return out
}
