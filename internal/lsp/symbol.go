package lsp

import (
	"bytes"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/schema/kinds"
)

// symbol is a name that a folder of .hcl files declares.
type symbol struct {
	dir string // the absolute path of the folder
	key string // as Declaration.Key
}

// kind returns what stands before the name in the key: a kind of object, var, local, module,
// data.group, output, smoke_test or rule.
func (y symbol) kind() string {
	root, rest, _ := strings.Cut(y.key, ".")
	if root == "data" {
		source, _, _ := strings.Cut(rest, ".")
		return root + "." + source
	}
	return root
}

func (y symbol) name() string { return strings.TrimPrefix(y.key, y.kind()+".") }

// occurrence is a place where the name of a symbol stands, without quotes.
type occurrence struct {
	symbol
	place    hcl.Range
	declares bool
}

// symbolAt returns the symbol whose name is at an offset. A document that is no file yet declares
// nothing.
func (s *Server) symbolAt(d *Document, offset int) (occurrence, bool) {
	if d.Path == "" {
		return occurrence{}, false
	}
	dir := filepath.Dir(d.Path)
	decl, ref := d.File().At(offset)
	switch {
	case decl != nil && decl.Name != "":
		return occurrence{symbol{dir, decl.Key}, d.unquoted(decl.NameRange), true}, true
	case ref != nil && contains(ref.Range, offset):
		return occurrence{symbol{dir, ref.Key}, ref.NameRange, false}, true
	case ref != nil:
		called := s.called(dir, ref.Key)
		return occurrence{symbol{called, "output." + ref.Attr}, ref.AttrRange, false}, called != ""
	}
	for _, m := range append(s.arguments(d), s.mentions(d)...) {
		if contains(m.place, offset) {
			return m, true
		}
	}
	return occurrence{}, false
}

// called returns the folder that a module block calls; "" if the key is no module's.
func (s *Server) called(dir, key string) string {
	if !strings.HasPrefix(key, "module.") {
		return ""
	}
	if decl := s.folder(dir).Declaration(key); decl != nil {
		return decl.Source
	}
	return ""
}

// arguments returns the names of variables in the module blocks of a document.
func (s *Server) arguments(d *Document) (list []occurrence) {
	for _, decl := range d.File().Declarations {
		if decl.Type != "module" || decl.Source == "" || decl.Block == nil {
			continue
		}
		for _, a := range decl.Block.Attrs {
			if !slices.Contains(moduleArguments, a.Name) {
				list = append(list, occurrence{symbol{decl.Source, "var." + a.Name}, d.unquoted(a.NameRange), false})
			}
		}
	}
	return list
}

// moduleArguments are the attributes of a module block that are no variables.
var moduleArguments = []string{"source", "version", "providers", "for_each", "count", "depends_on"}

// occurrences returns all places where a symbol's name stands, the declaration among them: also in
// the module blocks that call its folder, in the folder's tests and in strings that are addresses.
func (s *Server) occurrences(y symbol) (list []occurrence) {
	seen := map[hcl.Range]bool{}
	add := func(place hcl.Range, declares bool) {
		key := hcl.Range{Filename: place.Filename, Start: hcl.Pos{Byte: place.Start.Byte}}
		if !seen[key] {
			seen[key], list = true, append(list, occurrence{y, place, declares})
		}
	}
	folder := s.folder(y.dir)
	for _, decl := range folder.Declarations() {
		if decl.Key != y.key {
			continue
		}
		if d, err := s.documentAt(decl.NameRange.Filename); err == nil {
			add(d.unquoted(decl.NameRange), true)
		}
	}
	for _, ref := range folder.References(y.key) {
		add(ref.NameRange, false)
	}
	around := s.documentsOf(folder)
	for _, call := range s.callers(y.dir) {
		caller := s.folder(filepath.Dir(call.Range.Filename))
		around = append(around, s.documentsOf(caller)...)
		for _, ref := range caller.References(call.Key) {
			if y.kind() == "output" && ref.Attr == y.name() {
				add(ref.AttrRange, false)
			}
			if place, ok := s.below(ref, y); ok {
				add(place, false)
			}
		}
	}
	for _, d := range around {
		if !bytes.Contains(d.Text, []byte(y.name())) {
			continue
		}
		for _, m := range append(s.arguments(d), s.mentions(d)...) {
			if m.symbol == y {
				add(m.place, false)
			}
		}
	}
	return list
}

// below returns the place of an object's name in the address of an object of a module, such as
// module.team.group.staff, which moved, removed and import blocks have.
func (s *Server) below(ref Reference, y symbol) (hcl.Range, bool) {
	if ref.Attr == "" || ref.Attr != y.kind() || kinds.Named(ref.Attr) == nil {
		return hcl.Range{}, false
	}
	d, err := s.documentAt(ref.AttrRange.Filename)
	if err != nil {
		return hcl.Range{}, false
	}
	at := ref.AttrRange.End.Byte
	m := namePart.FindSubmatchIndex(d.Text[min(at, len(d.Text)):])
	if m == nil || string(d.Text[at+m[2]:at+m[3]]) != y.name() {
		return hcl.Range{}, false
	}
	return d.span(at+m[2], at+m[3]), true
}

const identifier = `[\p{L}_][\p{L}\p{N}_-]*`

var (
	namePart    = regexp.MustCompile(`^\.(` + identifier + `)`)
	addressPart = regexp.MustCompile(`^(` + identifier + `)\.(` + identifier + `)(?:\[[^\]]*\])?(\.|$)`)
	jsonString  = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)
)

// documentsOf returns the documents of a folder that can be read.
func (s *Server) documentsOf(f *Folder) (list []*Document) {
	for _, file := range f.Files {
		if d, err := s.documentAt(file.Path); err == nil {
			list = append(list, d)
		}
	}
	return list
}

// mentions returns the names of symbols that are no references: in strings that are addresses, as a
// waiver has, in files with values of variables, and what only test files refer to.
func (s *Server) mentions(d *Document) (list []occurrence) {
	dir := filepath.Dir(d.Path)
	switch {
	case d.isVariables():
		return variablesIn(d, dir, d.File().Root)
	case d.JSON():
		for _, m := range jsonString.FindAllSubmatchIndex(d.Text, -1) {
			list = append(list, s.addressed(d, m[2], m[3])...)
		}
		return list
	}
	tokens, _ := hclsyntax.LexConfig(d.Text, d.Path, hcl.InitialPos)
	is := func(at int, t hclsyntax.TokenType, text ...string) bool {
		return at >= 0 && at < len(tokens) && tokens[at].Type == t && (len(text) == 0 || slices.Contains(text, string(tokens[at].Bytes)))
	}
	name := func(i int, kind string) {
		list = append(list, occurrence{symbol{dir, kind + "." + string(tokens[i].Bytes)}, tokens[i].Range, false})
	}
	for i := range tokens {
		root := is(i, hclsyntax.TokenIdent) && !is(i-1, hclsyntax.TokenDot)
		switch {
		case is(i, hclsyntax.TokenQuotedLit) && is(i-1, hclsyntax.TokenOQuote) && is(i+1, hclsyntax.TokenCQuote):
			if d.isTest() && is(i-2, hclsyntax.TokenOBrack) && is(i-3, hclsyntax.TokenIdent, "smoke_test", "tests") {
				list = append(list, occurrence{symbol{dir, "smoke_test." + unquoted(tokens[i].Bytes)}, tokens[i].Range, false})
				continue
			}
			list = append(list, s.addressed(d, tokens[i].Range.Start.Byte, tokens[i].Range.End.Byte)...)
		case !d.isTest() || !root || !is(i+1, hclsyntax.TokenDot) || !is(i+2, hclsyntax.TokenIdent):
		case is(i, hclsyntax.TokenIdent, "output"):
			name(i+2, "output")
		case is(i, hclsyntax.TokenIdent, "run") && is(i+3, hclsyntax.TokenDot) && is(i+4, hclsyntax.TokenIdent):
			name(i+4, "output")
		}
	}
	if d.isTest() {
		for _, b := range d.File().Root.Blocks {
			for _, inner := range append([]*Block{b}, b.Blocks...) {
				if inner.Type == "variables" {
					list = append(list, variablesIn(d, dir, inner)...)
				}
			}
		}
	}
	return list
}

// variablesIn returns the names of variables that a block gives values to.
func variablesIn(d *Document, dir string, b *Block) (list []occurrence) {
	for _, a := range b.Attrs {
		list = append(list, occurrence{symbol{dir, "var." + a.Name}, d.unquoted(a.NameRange), false})
	}
	return list
}

// addressed returns the names in a string that is the address of an object or a module.
func (s *Server) addressed(d *Document, start, end int) (list []occurrence) {
	dir, text := filepath.Dir(d.Path), string(d.Text[start:end])
	for dir != "" {
		m := addressPart.FindStringSubmatchIndex(text)
		if m == nil {
			return nil
		}
		kind, last := text[m[2]:m[3]], m[6] == m[7]
		if kind != "module" && (kinds.Named(kind) == nil || !last) {
			return nil
		}
		list = append(list, occurrence{symbol{dir, text[m[2]:m[5]]}, d.span(start+m[4], start+m[5]), false})
		if last {
			break
		}
		dir = s.called(dir, text[m[2]:m[5]])
		text, start = text[m[1]:], start+m[1]
	}
	return list
}

// unquoted returns a range without the quotes at its ends.
func (d *Document) unquoted(r hcl.Range) hcl.Range {
	start, end := r.Start.Byte, r.End.Byte
	if end-start >= 2 && end <= len(d.Text) && d.Text[start] == '"' && d.Text[end-1] == '"' {
		start, end = start+1, end-1
	}
	return d.span(start, end)
}

// span is a range of bytes.
func (d *Document) span(start, end int) hcl.Range {
	return hcl.Range{Filename: d.Path, Start: hcl.Pos{Byte: start}, End: hcl.Pos{Byte: end}}
}
