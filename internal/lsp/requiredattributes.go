package lsp

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// required adds the attributes that the block at an offset lacks.
func (s *Server) required(d *Document, offset int, diags []Diagnostic) []CodeAction {
	blocks := d.File().blocksAt(offset)
	if d.JSON() || len(blocks) == 0 {
		return nil
	}
	b := blocks[len(blocks)-1]
	names, lines := s.lacking(d, blocks)
	if len(names) == 0 {
		return nil
	}
	title := "Add the required attribute " + names[0]
	if len(names) > 1 {
		title = "Add the required attributes " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
	}
	e := &edits{server: s}
	// The whole block of the file is formatted: a nested one alone has no indentation.
	top := blocks[0].Range
	was, from, to := d.Text[top.Start.Byte:top.End.Byte], b.Range.Start.Byte-top.Start.Byte, b.Range.End.Byte-top.Start.Byte
	inner := withLines(was[from:to], b.Open-b.Range.Start.Byte, indentOf(d.Text, b.Range.Start.Byte), lines)
	is := slices.Concat(was[:from], inner, was[to:])
	if bytes.Equal(hclwrite.Format(was), was) {
		is = hclwrite.Format(is)
	}
	e.difference(d, top.Start.Byte, was, []byte(d.lineEnds(string(is))))
	return []CodeAction{{Title: title, Kind: quickFix, Edit: e.workspaceEdit(), Diagnostics: slices.DeleteFunc(slices.Clone(diags), func(diag Diagnostic) bool {
		return !strings.Contains(diag.Message, "is required, but no definition was found")
	})}}
}

// lacking returns the required attributes that the innermost of nested blocks lacks, and lines that
// give them values to be filled in.
func (s *Server) lacking(d *Document, blocks []*Block) (names, lines []string) {
	b := blocks[len(blocks)-1]
	form, path := d.form().within(blocks)
	if form == nil {
		return nil, nil
	}
	add := func(name, value string) {
		if b.attr(name) == nil {
			names, lines = append(names, name), append(lines, name+" = "+value)
		}
	}
	for i := range form.attrs {
		if a := &form.attrs[i]; a.required || customRole(b, a.name) {
			add(a.name, s.placeholder(d, form, a, b))
		}
	}
	if b.Type != "module" || len(path) != 1 || len(b.Labels) != 1 {
		return names, lines
	}
	if dir := s.called(filepath.Dir(d.Path), "module."+b.Labels[0].Text); dir != "" {
		for _, v := range s.folder(dir).Declarations() {
			if v.Type == "variable" && v.Block != nil && v.Block.attr("default") == nil {
				add(v.Name, s.placeholderOf(v))
			}
		}
	}
	return names, lines
}

// customRole reports whether a block assigns a custom role, which needs the attribute.
func customRole(b *Block, attribute string) bool {
	return b.Type == "admin_role" && len(b.Labels) == 1 && b.Labels[0].Text == "CUSTOM" && (attribute == "role" || attribute == "resource_set")
}

// placeholders are values of the language's own attributes. Others get an empty string.
var placeholders = map[string]string{"condition": "true", "for_each": "[]", "value": "null", "from": "null", "to": "null", "violations": "0"}

// placeholder returns a value for a required attribute.
func (s *Server) placeholder(d *Document, f *form, a *formAttr, b *Block) string {
	switch {
	case a.schema == nil:
		if text, known := placeholders[a.name]; known {
			return text
		}
		return `""`
	case schema.IsRef(a.schema.Type):
		return s.onlyObject(d, a.schema.Refs)
	case len(a.schema.OneOf) > 0:
		return strconv.Quote(a.schema.OneOf[0])
	case f.kind != nil && f.kind.Label == a.name && !f.kind.Person && len(b.Labels) == 1 && a.schema.Type == cty.String:
		return strconv.Quote(b.Labels[0].Text)
	}
	return emptyValue(a.schema.Type)
}

// onlyObject returns the object of these kinds, if exactly one is declared.
func (s *Server) onlyObject(d *Document, kinds []string) string {
	found := ""
	for _, decl := range s.folderOf(d).Declarations() {
		if slices.Contains(kinds, decl.Type) {
			if found != "" {
				return "null"
			}
			found = decl.Key
		}
	}
	if found == "" {
		return "null"
	}
	return found
}

// placeholderOf returns a value of a variable's type.
func (s *Server) placeholderOf(v *Declaration) string {
	d, err := s.documentAt(v.Range.Filename)
	if err != nil {
		return `""`
	}
	a := v.Block.attr("type")
	if a == nil {
		return `""`
	}
	switch root, _, _ := strings.Cut(strings.TrimSpace(string(d.Text[a.Value.Start.Byte:a.Value.End.Byte])), "("); root {
	case "list", "set", "tuple":
		return "[]"
	case "map", "object":
		return "{}"
	case "number":
		return "0"
	case "bool":
		return "false"
	}
	return `""`
}

func emptyValue(t cty.Type) string {
	switch {
	case t == cty.Bool:
		return "false"
	case t == cty.Number:
		return "0"
	case t.IsListType(), t.IsSetType(), t.IsTupleType():
		return "[]"
	case t.IsMapType(), t.IsObjectType():
		return "{}"
	}
	return `""`
}

// withLines inserts lines at the beginning of a block; open is the offset after its brace.
func withLines(block []byte, open int, indent string, lines []string) []byte {
	var text strings.Builder
	for line := range strings.Lines(string(hclwrite.Format([]byte(strings.Join(lines, "\n") + "\n")))) {
		text.WriteString(indent + "  " + line)
	}
	first, rest, several := bytes.Cut(block[open:], []byte("\n"))
	if several && len(bytes.TrimSpace(first)) == 0 {
		return slices.Concat(block[:open], first, []byte("\n"), []byte(text.String()), rest)
	}
	inner := bytes.TrimSpace(bytes.TrimSuffix(block[open:], []byte("}")))
	if len(inner) > 0 && !several { // a block on one line
		fmt.Fprintf(&text, "%s  %s\n", indent, inner)
	} else if several {
		return slices.Concat(block[:open], []byte("\n"), []byte(text.String()), []byte(indent+"  "), bytes.TrimLeft(block[open:], " \t"))
	}
	return slices.Concat(block[:open], []byte("\n"), []byte(text.String()), []byte(indent+"}"))
}

// indentOf returns the white space at the beginning of a line.
func indentOf(text []byte, at int) string {
	line := text[bytes.LastIndexByte(text[:at], '\n')+1 : at]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}
