package lsp

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// place is what stands before a cursor, and so what can stand at it.
type place struct {
	kind   placeKind
	offset int
	start  int    // of the word at the cursor
	word   string // from its beginning to the cursor
	blocks []*Block
	form   *form   // of the innermost block; nil if it is unknown
	path   []*form // of the blocks

	header *form // of the block whose label is written
	label  int   // which of its labels
	labels []Label

	attr     string // the attribute whose value is written
	members  []string
	quoted   bool     // whether the cursor is in a string
	before   []string // the parts of a reference before the word: service_app, reporter
	function string   // the function whose argument is written
	list     bool     // whether the value is an element of a list
}

type placeKind string

const (
	placeNone       placeKind = ""
	placeStatement  placeKind = "statement"  // the name of an attribute or block
	placeLabel      placeKind = "label"      // of a block
	placeExpression placeKind = "expression" // in a value
	placeText       placeKind = "text"       // in a string that is a value
)

// maxChunk is the maximum size in bytes of one block of a file that is understood.
const maxChunk = 4 << 20

// placeAt returns what stands before an offset.
func (d *Document) placeAt(offset int) *place {
	p := &place{offset: offset, start: offset}
	if d.JSON() {
		placeInJSON(d, p)
		return p
	}
	start := chunkAt(d.Text, offset, d.blockTypes())
	if offset-start > maxChunk {
		return p
	}
	o := newOutliner(d, d.Text[:offset])
	o.partial = true
	o.lex(start, offset)
	if o.last.Type == hclsyntax.TokenComment && !endsLine(&o.last) {
		return p
	}
	p.read(d, o)
	return p
}

// read understands what is open at the cursor.
func (p *place) read(d *Document, o *outliner) {
	for _, f := range o.frames[1:] {
		switch f.kind {
		case inBody:
			p.blocks = append(p.blocks, f.block)
		case inValue:
			p.attr = f.attr.Name
		case inObject:
			if f.hasValue {
				p.members = append(p.members, f.key)
			}
		case inParen:
			p.function = f.function
		case inBracket:
			p.list = true
		}
	}
	p.form, p.path = d.form().within(p.blocks)
	switch f := o.top(); f.kind {
	case inString:
		p.start = f.start.Range.End.Byte
		p.word, p.quoted = string(f.text), true
		switch {
		case f.parts:
		case f.label:
			p.inLabel(o)
		default:
			p.kind = placeText
		}
	case inHeredoc:
	case inBody:
		p.inHeader(o)
	case inObject:
		if f.hasValue {
			p.inReference(o.text)
		}
	default:
		p.inReference(o.text)
	}
}

// inHeader understands the beginning of an attribute or block.
func (p *place) inHeader(o *outliner) {
	switch {
	case len(o.header) == 0:
		p.kind = placeStatement
	case len(o.header) == 1 && o.header[0].Range.End.Byte == p.offset:
		p.kind, p.word, p.start = placeStatement, string(o.header[0].Bytes), o.header[0].Range.Start.Byte
	default:
		if last := o.header[len(o.header)-1]; len(o.labels) > 0 && last.Type == hclsyntax.TokenIdent && last.Range.End.Byte == p.offset {
			p.word, p.start = string(last.Bytes), last.Range.Start.Byte
			o.labels = o.labels[:len(o.labels)-1]
		}
		p.inLabel(o)
	}
}

// inLabel understands the labels of a block.
func (p *place) inLabel(o *outliner) {
	if p.form == nil || len(o.header) == 0 {
		return
	}
	p.header, p.label, p.labels = p.form.nested(string(o.header[0].Bytes)), len(o.labels), o.labels
	if p.header != nil && p.label < len(p.header.labels) {
		p.kind = placeLabel
	}
}

// inReference understands the names before the cursor in an expression: service_app.rep.
func (p *place) inReference(text []byte) {
	p.kind = placeExpression
	at := p.offset
	p.start = wordStart(text, at)
	p.word = string(text[p.start:at])
	for at = p.start; at > 0 && text[at-1] == '.'; {
		end := at - 1
		for end > 0 && text[end-1] == ']' { // an index says nothing about the kind of object
			open := strings.LastIndexByte(string(text[max(0, end-200):end]), '[')
			if open < 0 {
				p.kind = placeNone
				return
			}
			end = max(0, end-200) + open
		}
		at = wordStart(text, end)
		if at == end { // something else, such as the result of a function
			p.kind = placeNone
			return
		}
		p.before = append([]string{string(text[at:end])}, p.before...)
	}
}

// wordStart returns where the name begins that ends at the offset.
func wordStart(text []byte, end int) int {
	at := end
	for at > 0 && isNameByte(text[at-1]) {
		at--
	}
	return at
}

func isNameByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '-' || b >= 0x80
}

// written returns the innermost block at the cursor with everything in it, also after the cursor.
func (d *Document) written(p *place) *Block {
	if d.JSON() {
		if list := d.File().blocksAt(p.offset); len(list) > 0 {
			return list[len(list)-1]
		}
		return d.File().Root
	}
	types := d.blockTypes()
	start, end := chunkAt(d.Text, p.offset, types), chunkAfter(d.Text, p.offset, types)
	o := newOutliner(d, d.Text)
	o.lex(start, end)
	if list := o.file.blocksAt(p.offset); len(list) == len(p.blocks) && len(list) > 0 {
		return list[len(list)-1]
	} else if len(p.blocks) > 0 {
		return p.blocks[len(p.blocks)-1]
	}
	return d.File().Root
}
