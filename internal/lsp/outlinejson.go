package lsp

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/schema/kinds"
)

// jsonOutliner makes the outline of a file in the JSON syntax.
type jsonOutliner struct {
	d *Document
}

func outlineJSON(d *Document) {
	if root := parseJSON(d.Text); root != nil && root.kind == '{' {
		o := jsonOutliner{d}
		o.body(d.file.Root, d.form(), root)
	}
}

func (o jsonOutliner) rangeOf(start, end int) hcl.Range {
	return hcl.Range{Filename: o.d.name(), Start: hcl.Pos{Line: 1, Column: 1, Byte: start}, End: hcl.Pos{Line: 1, Column: 1, Byte: end}}
}

// body adds the members of an object to a block.
func (o jsonOutliner) body(b *Block, f *form, n *jsonNode) {
	for _, m := range n.members {
		name := o.rangeOf(m.key.start, m.key.end)
		var nested *form
		if f != nil {
			nested = f.nested(m.key.text)
		}
		switch {
		case m.key.text == "//":
		case nested != nil && m.value != nil:
			o.blocks(b, nested, m.key, m.value, nil)
		default:
			a := &Attribute{Name: m.key.text, NameRange: name, Value: o.rangeOf(m.key.end, m.key.end)}
			if m.value != nil {
				a.Value = o.rangeOf(m.value.start, m.value.end)
				if m.value.kind == '"' && !bytes.Contains([]byte(m.value.text), []byte("${")) {
					a.text, a.source = m.value.text, m.value.text
				}
				o.references(m.value)
			}
			b.Attrs = append(b.Attrs, a)
		}
	}
}

// blocks adds the blocks that a member stands for: below the type there is a level for each label.
func (o jsonOutliner) blocks(in *Block, f *form, key, n *jsonNode, labels []Label) {
	switch {
	case n.kind == '[':
		for _, e := range n.elements {
			o.blocks(in, f, key, e, labels)
		}
	case n.kind != '{':
	case len(labels) < len(f.labels):
		for _, m := range n.members {
			if m.value != nil && m.key.text != "//" {
				o.blocks(in, f, key, m.value, append(labels[:len(labels):len(labels)], Label{m.key.text, o.rangeOf(m.key.start, m.key.end)}))
			}
		}
	default:
		b := &Block{Type: f.typ, TypeRange: o.rangeOf(key.start, key.end), Labels: labels, Range: o.rangeOf(n.start, n.end), Open: n.start + 1}
		if len(labels) > 0 {
			b.Range.Start = labels[len(labels)-1].Range.Start
		} else {
			b.Range.Start = b.TypeRange.Start
		}
		in.Blocks = append(in.Blocks, b)
		if f.typ == "data" && len(labels) > 0 {
			if k := kinds.DataNamed(labels[0].Text); k != nil {
				f = dataForm(k)
			}
		}
		o.body(b, f, n)
	}
}

// references finds the references in the strings of a value: in interpolations, and the addresses
// that depends_on, moved and others contain as plain strings.
func (o jsonOutliner) references(n *jsonNode) {
	switch n.kind {
	case '{':
		for _, m := range n.members {
			o.inString(m.key)
			if m.value != nil {
				o.references(m.value)
			}
		}
	case '[':
		for _, e := range n.elements {
			o.references(e)
		}
	case '"':
		o.inString(n)
	}
}

func (o jsonOutliner) inString(n *jsonNode) {
	if n.escaped || n.end-n.start > maxChunk {
		return // offsets in the text are others
	}
	pos := hcl.Pos{Line: 1, Column: 1, Byte: n.start + 1}
	var tokens hclsyntax.Tokens
	if bytes.Contains([]byte(n.text), []byte("${")) {
		tokens, _ = hclsyntax.LexTemplate([]byte(n.text), o.d.name(), pos)
	} else if root, _, ok := bytes.Cut([]byte(n.text), []byte(".")); ok && refRoot(string(root)) {
		tokens, _ = hclsyntax.LexExpression([]byte(n.text), o.d.name(), pos)
	}
	for i := range tokens {
		if tokens[i].Type != hclsyntax.TokenIdent || i > 0 && tokens[i-1].Type == hclsyntax.TokenDot || !refRoot(string(tokens[i].Bytes)) {
			continue
		}
		if r, ok := reference(tokens[i:]); ok {
			o.d.file.References = append(o.d.file.References, r)
		}
	}
}

// placeInJSON understands what stands before a cursor in a file in the JSON syntax. Names and
// values are proposed between quotation marks.
func placeInJSON(d *Document, p *place) {
	if root := parseJSON(d.Text); root != nil {
		p.form = d.form()
		p.inBodyOfJSON(d, root)
	}
}

func (p *place) inBodyOfJSON(d *Document, n *jsonNode) {
	if n.kind != '{' {
		return
	}
	for _, m := range n.members {
		switch {
		case m.key.inside(p.offset):
			p.inJSONString(d, m.key, placeStatement)
			return
		case !m.value.inside(p.offset):
			continue
		}
		if nested := p.form.nested(m.key.text); nested != nil {
			p.inJSONBlock(d, nested, m.key, m.value, nil)
		} else {
			p.attr = m.key.text
			p.inJSONValue(d, m.value)
		}
		return
	}
}

func (p *place) inJSONBlock(d *Document, f *form, key, n *jsonNode, labels []Label) {
	switch {
	case n.kind == '[':
		for _, e := range n.elements {
			if e.inside(p.offset) {
				p.inJSONBlock(d, f, key, e, labels)
			}
		}
	case n.kind != '{':
	case len(labels) < len(f.labels):
		for _, m := range n.members {
			switch {
			case m.key.inside(p.offset):
				p.header, p.label, p.labels = f, len(labels), labels
				p.inJSONString(d, m.key, placeLabel)
			case m.value.inside(p.offset):
				p.inJSONBlock(d, f, key, m.value, append(labels[:len(labels):len(labels)], Label{Text: m.key.text}))
			}
		}
	default:
		p.blocks = append(p.blocks, &Block{Type: f.typ, Labels: labels})
		if p.form, p.path = d.form().within(p.blocks); p.form != nil {
			p.inBodyOfJSON(d, n)
		}
	}
}

func (p *place) inJSONValue(d *Document, n *jsonNode) {
	switch n.kind {
	case '"':
		p.inJSONString(d, n, placeText)
	case '[':
		p.list = true
		for _, e := range n.elements {
			if e.inside(p.offset) {
				p.inJSONValue(d, e)
			}
		}
	case '{':
		for _, m := range n.members {
			if m.value.inside(p.offset) {
				p.members = append(p.members, m.key.text)
				p.inJSONValue(d, m.value)
			}
		}
	}
}

// inJSONString understands a string: the word at the cursor, or an expression in ${ }.
func (p *place) inJSONString(d *Document, n *jsonNode, kind placeKind) {
	p.kind, p.quoted, p.start = kind, true, n.start+1
	p.word = string(d.Text[p.start:p.offset])
	open, end := bytes.LastIndex([]byte(p.word), []byte("${")), bytes.LastIndexByte([]byte(p.word), '}')
	if kind == placeText && open >= 0 && open > end {
		p.quoted = false
		p.inReference(d.Text)
	}
}
