package lsp

import (
	"bytes"
	"hash/maphash"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/schema/kinds"
)

// File is the outline of a file: its blocks and attributes, what it declares and what it refers to,
// by its tokens alone. It has no diagnostics: what cannot be understood is skipped.
type File struct {
	Path         string
	Root         *Block // the file's body
	Declarations []Declaration
	References   []Reference
}

// Block is a block, or the body of a file.
type Block struct {
	Type      string
	TypeRange hcl.Range
	Labels    []Label
	Range     hcl.Range // from the type to the closing brace
	Open      int       // the offset after the opening brace
	Attrs     []*Attribute
	Blocks    []*Block
}

// Label is a label of a block. Its range includes the quotes.
type Label struct {
	Text  string
	Range hcl.Range
}

// Attribute is an attribute in a body.
type Attribute struct {
	Name             string
	NameRange, Value hcl.Range
	text             string // the value, if it is a string without interpolations
	source           string // the value as it is written, if it is a type
}

// Declaration is something with a name.
type Declaration struct {
	// Key is how expressions refer to it, such as service_app.reporter, var.region, local.scopes,
	// module.team or data.group.all. Nothing refers to output.x, smoke_test.x, rule.x, and to
	// blocks without a label: their key is the type.
	Key       string
	Type      string // the block's type; "local" for a local value
	Name      string
	Range     hcl.Range // the whole block, or attribute of a locals block
	NameRange hcl.Range // the label with its quotes, or the name
	Source    string    // the absolute path of the folder that a module block calls
	Block     *Block    // nil for a local value
}

// Reference is a reference in an expression.
type Reference struct {
	Key       string    // of the declaration
	Range     hcl.Range // of the key
	NameRange hcl.Range // of the last part of the key
	Attr      string    // the attribute or output that follows, if any
	AttrRange hcl.Range
}

// File returns the outline of the text.
func (d *Document) File() *File {
	if d.file == nil {
		d.file = &File{Path: d.name(), Root: &Block{}}
		if d.JSON() {
			outlineJSON(d)
		} else {
			outlineNative(d)
		}
		d.file.declare()
	}
	return d.file
}

// At returns the declaration whose name, and the reference whose key or attribute, contains the
// offset.
func (f *File) At(offset int) (*Declaration, *Reference) {
	for i := range f.References {
		if r := &f.References[i]; contains(r.Range, offset) || r.Attr != "" && contains(r.AttrRange, offset) {
			return nil, r
		}
	}
	for i := range f.Declarations {
		if d := &f.Declarations[i]; contains(d.NameRange, offset) {
			return d, nil
		}
	}
	return nil, nil
}

// contains reports whether a cursor at the offset is in or at the range.
func contains(r hcl.Range, offset int) bool { return r.Start.Byte <= offset && offset <= r.End.Byte }

// blocksAt returns the blocks around an offset, the outermost first, without the file's body.
func (f *File) blocksAt(offset int) (list []*Block) {
	for within := f.Root.Blocks; ; {
		i := slices.IndexFunc(within, func(b *Block) bool { return b.Range.Start.Byte <= offset && offset < b.Range.End.Byte })
		if i < 0 {
			return list
		}
		list, within = append(list, within[i]), within[i].Blocks
	}
}

// declare lists the declarations of the outline.
func (f *File) declare() {
	for _, b := range f.Root.Blocks {
		d := Declaration{Key: b.Type, Type: b.Type, Range: b.Range, NameRange: b.TypeRange, Block: b}
		if n := len(b.Labels); n > 0 {
			d.Name, d.NameRange = b.Labels[n-1].Text, b.Labels[n-1].Range
		}
		switch {
		case b.Type == "locals":
			for _, a := range b.Attrs {
				f.Declarations = append(f.Declarations, Declaration{Key: "local." + a.Name, Type: "local", Name: a.Name,
					Range: hcl.RangeBetween(a.NameRange, a.Value), NameRange: a.NameRange})
			}
			continue
		case len(b.Labels) == 0:
		case b.Type == "variable":
			d.Key = "var." + d.Name
		case b.Type == "data" && len(b.Labels) == 2:
			d.Key = "data." + b.Labels[0].Text + "." + d.Name
		default:
			d.Key += "." + d.Name
		}
		if source := b.attr("source"); b.Type == "module" && source != nil && source.text != "" {
			d.Source = filepath.Join(filepath.Dir(f.Path), filepath.FromSlash(source.text))
		}
		f.Declarations = append(f.Declarations, d)
	}
}

func (b *Block) attr(name string) *Attribute {
	if i := slices.IndexFunc(b.Attrs, func(a *Attribute) bool { return a.Name == name }); i >= 0 {
		return b.Attrs[i]
	}
	return nil
}

// refRoots are the first names of references to declarations.
func refRoot(name string) bool {
	return slices.Contains([]string{"var", "local", "module", "data"}, name) || kinds.Named(name) != nil
}

// chunkAt returns the beginning of the last block of the file that begins at or before the offset.
// Blocks of a file usually begin in the first column, so that the text between two of them can be
// understood by itself, whatever is missing in the others.
func chunkAt(text []byte, offset int, types []string) int {
	for at := offset; ; at-- {
		at = bytes.LastIndexByte(text[:at], '\n') + 1
		if beginsBlock(text[at:], types) || at == 0 {
			return at
		}
	}
}

// chunkAfter returns the beginning of the next block after the offset, or the end of the text.
func chunkAfter(text []byte, offset int, types []string) int {
	for at := offset; ; {
		next := bytes.IndexByte(text[at:], '\n')
		if next < 0 {
			return len(text)
		}
		if at += next + 1; beginsBlock(text[at:], types) {
			return at
		}
	}
}

// beginsBlock reports whether a line begins with the header of one of the file's blocks.
func beginsBlock(line []byte, types []string) bool {
	end := 0
	for end < len(line) && (line[end] >= 'a' && line[end] <= 'z' || line[end] == '_') {
		end++
	}
	if end == 0 || !slices.Contains(types, string(line[:end])) {
		return false
	}
	for end < len(line) && (line[end] == ' ' || line[end] == '\t') {
		end++
	}
	return end < len(line) && (line[end] == '"' || line[end] == '{')
}

// newOutliner returns an outliner of a text in the native syntax.
func newOutliner(d *Document, text []byte) *outliner {
	file := &File{Path: d.name(), Root: &Block{}}
	return &outliner{text: text, file: file, types: d.blockTypes(), frames: []frame{{kind: inBody, block: file.Root}}}
}

// pieces are the outlines of the parts of a text between the beginnings of its blocks, by a hash of
// the part. Their offsets are those in the part. After an edit all but one can be used again.
type pieces map[uint64]*File

var pieceSeed = maphash.MakeSeed()

// outlineNative outlines a file in the native syntax, one block at a time: tokens take much memory.
func outlineNative(d *Document) {
	known := d.pieces
	d.pieces = pieces{}
	types := d.blockTypes()
	for start := 0; start < len(d.Text); {
		end := chunkAfter(d.Text, start, types)
		sum := maphash.Bytes(pieceSeed, d.Text[start:end])
		piece := known[sum]
		if piece == nil {
			o := newOutliner(d, d.Text[start:])
			o.lex(0, end-start)
			piece = o.file
			if start+o.at > end { // a line of a heredoc looks like the beginning of a block
				end = start + o.at
				sum = maphash.Bytes(pieceSeed, d.Text[start:end])
			}
		}
		d.pieces[sum] = piece
		d.file.add(piece, start)
		start = end
	}
	d.file.Root.Range.End.Byte = len(d.Text)
}

// add adds a piece that begins at an offset.
func (f *File) add(piece *File, at int) {
	shift := func(r hcl.Range) hcl.Range {
		r.Start.Byte, r.End.Byte = r.Start.Byte+at, r.End.Byte+at
		return r
	}
	var copied func(*Block) *Block
	copied = func(b *Block) *Block {
		c := &Block{Type: b.Type, TypeRange: shift(b.TypeRange), Range: shift(b.Range), Open: b.Open + at,
			Labels: make([]Label, len(b.Labels)), Attrs: make([]*Attribute, len(b.Attrs)), Blocks: make([]*Block, len(b.Blocks))}
		for i, l := range b.Labels {
			c.Labels[i] = Label{l.Text, shift(l.Range)}
		}
		for i, a := range b.Attrs {
			moved := *a
			moved.NameRange, moved.Value = shift(a.NameRange), shift(a.Value)
			c.Attrs[i] = &moved
		}
		for i, nested := range b.Blocks {
			c.Blocks[i] = copied(nested)
		}
		return c
	}
	c := copied(piece.Root)
	f.Root.Attrs, f.Root.Blocks = append(f.Root.Attrs, c.Attrs...), append(f.Root.Blocks, c.Blocks...)
	for _, r := range piece.References {
		r.Range, r.NameRange, r.AttrRange = shift(r.Range), shift(r.NameRange), shift(r.AttrRange)
		f.References = append(f.References, r)
	}
}

// restart begins at the file's body, whatever is still open.
func (o *outliner) restart() {
	o.frames, o.header, o.labels = o.frames[:1], nil, nil
}

// maxHeredocs is the maximum number of lines in one heredoc that look like the header of a block.
const maxHeredocs = 20

// lex feeds the tokens between two offsets.
func (o *outliner) lex(start, end int) {
	if o.at = end; end-start > maxChunk {
		return
	}
	pos := hcl.Pos{Line: 1, Column: 1, Byte: start}
	tokens, _ := hclsyntax.LexConfig(o.text[start:end], o.file.Path, pos)
	for n := 0; n < maxHeredocs && end < len(o.text) && end-start < maxChunk && !o.partial && inHeredocAtEnd(tokens); n++ {
		end = chunkAfter(o.text, end, o.types)
		tokens, _ = hclsyntax.LexConfig(o.text[start:end], o.file.Path, pos)
	}
	o.at = end
	for n := 0; ; n++ {
		broken := o.feed(tokens)
		if broken < 0 || n == maxBrokenStrings {
			break
		}
		pos.Byte = tokens[broken].Range.End.Byte
		tokens, _ = hclsyntax.LexConfig(o.text[pos.Byte:end], o.file.Path, pos)
	}
	if !o.partial {
		o.end(end)
	}
}

// maxBrokenStrings is the maximum number of strings without an end in one block of a file.
const maxBrokenStrings = 20

func inHeredocAtEnd(tokens []hclsyntax.Token) bool {
	open := 0
	for i := range tokens {
		switch tokens[i].Type {
		case hclsyntax.TokenOHeredoc:
			open++
		case hclsyntax.TokenCHeredoc:
			open--
		}
	}
	return open > 0
}

// end closes what is open at the end of a text.
func (o *outliner) end(at int) {
	for i := len(o.frames) - 1; i >= 0; i-- {
		switch f := &o.frames[i]; {
		case f.kind == inValue:
			o.endValue(f)
		case f.kind == inBody && i > 0:
			f.block.Range.End.Byte = at
		}
	}
	o.frames = o.frames[:1]
}

// unquoted returns the text of a string's literal part.
func unquoted(lit []byte) string {
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(string(lit))
}
