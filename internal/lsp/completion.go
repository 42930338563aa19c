package lsp

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// completionItem is something that can stand at the cursor.
type completionItem struct {
	Label      string         `json:"label"`
	Kind       int            `json:"kind,omitempty"`
	Detail     string         `json:"detail,omitempty"`
	Doc        *markupContent `json:"documentation,omitempty"`
	SortText   string         `json:"sortText,omitempty"`
	FilterText string         `json:"filterText,omitempty"`
	Format     int            `json:"insertTextFormat,omitempty"` // 2: with places to fill in
	Edit       *TextEdit      `json:"textEdit,omitempty"`
}

// Kinds of completions.
const (
	itemFunction = 3
	itemField    = 5
	itemVariable = 6
	itemModule   = 9
	itemProperty = 10
	itemValue    = 12
	itemEnum     = 20
	itemKeyword  = 14
	itemStruct   = 22
	itemRef      = 18
)

const formatSnippet = 2

type completionList struct {
	Incomplete bool             `json:"isIncomplete"`
	Items      []completionItem `json:"items"`
}

// maxItems is the maximum number of completions in a list; with more, the editor asks again.
const maxItems = 1000

func (s *Server) completion(ctx context.Context, p PositionParams) (completionList, error) {
	d, err := s.document(p.TextDocument.URI)
	if err != nil {
		return completionList{}, err
	}
	c := &completer{s: s, d: d, p: d.placeAt(d.Offset(p.Position))}
	c.complete()
	list := completionList{Items: []completionItem{}}
	edit := d.between(c.p.start, max(c.end(), c.p.offset))
	for _, item := range c.items {
		if !matchesWord(item.Label, c.p.word) {
			continue
		}
		if list.Incomplete = len(list.Items) == maxItems; list.Incomplete {
			break
		}
		text := item.Label
		if item.Edit != nil {
			text = item.Edit.NewText
		}
		item.Edit = &TextEdit{edit, text}
		item.SortText = fmt.Sprintf("%d%s%04d", likeness(item.Label, c.p.word), item.SortText, len(list.Items))
		list.Items = append(list.Items, item)
	}
	slices.SortFunc(list.Items, func(a, b completionItem) int { return strings.Compare(a.SortText, b.SortText) })
	return list, ctx.Err()
}

// likeness orders labels by how well they match a word: those that begin with it come first.
func likeness(label, word string) int {
	label, word = strings.ToLower(label), strings.ToLower(word)
	switch {
	case strings.HasPrefix(label, word):
		return 0
	case strings.Contains(label, word):
		return 1
	}
	return 2
}

// matchesWord reports whether the letters of the word stand in the label in their order.
func matchesWord(label, word string) bool {
	label = strings.ToLower(label)
	for _, r := range strings.ToLower(word) {
		at := strings.IndexRune(label, r)
		if at < 0 {
			return false
		}
		label = label[at+len(string(r)):]
	}
	return true
}

// completer collects what can stand at a place.
type completer struct {
	s     *Server
	d     *Document
	p     *place
	items []completionItem
}

// end returns the end of the word at the cursor.
func (c *completer) end() int {
	end := c.p.offset
	for end < len(c.d.Text) {
		b := c.d.Text[end]
		if c.p.quoted && (b == '"' || b == '\n' || b == '\r' || b == '\\' || b == '$') || !c.p.quoted && !isNameByte(b) {
			break
		}
		end++
	}
	if c.p.quoted && (end == len(c.d.Text) || c.d.Text[end] != '"') {
		return c.p.offset // without an end, the rest of the line is something else
	}
	return end
}

func (c *completer) add(item completionItem) { c.items = append(c.items, item) }

func (c *completer) complete() {
	switch c.p.kind {
	case placeStatement:
		c.statements()
	case placeLabel:
		c.label()
	case placeExpression:
		c.expression()
	case placeText:
		c.text()
	}
}

// statements proposes the attributes and blocks of a body.
func (c *completer) statements() {
	f := c.p.form
	if f == nil {
		return
	}
	written := c.d.written(c.p)
	if c.d.isVariables() {
		c.variables(written)
		return
	}
	for i := range f.attrs {
		if a := &f.attrs[i]; a.name == c.p.word || written.attr(a.name) == nil {
			c.add(c.attribute(a))
		}
	}
	if f.typ == "module" {
		c.moduleArguments(written)
	}
	for _, b := range f.blocks {
		if b.again || !slices.ContainsFunc(written.Blocks, func(have *Block) bool { return have.Type == b.typ }) {
			c.add(c.block(b, f))
		}
	}
}

func (c *completer) attribute(a *formAttr) completionItem {
	item := completionItem{Label: a.name, Kind: itemProperty, Detail: attributeDetail(a), Doc: attributeDoc(a), SortText: "b"}
	if a.required {
		item.SortText = "a"
	}
	if c.d.JSON() {
		item.Edit = &TextEdit{NewText: a.name}
		return item
	}
	item.Edit = &TextEdit{NewText: a.name + " = "}
	if rest := strings.TrimLeft(string(c.d.Text[c.end():min(len(c.d.Text), c.end()+80)]), " \t"); strings.HasPrefix(rest, "=") {
		item.Edit.NewText = a.name // the rest is there
	} else if c.s.snippets {
		switch {
		case isText(a):
			item.Edit.NewText, item.Format = a.name+" = \"$1\"", formatSnippet
		case isList(a):
			item.Edit.NewText, item.Format = a.name+" = [$1]", formatSnippet
		}
	}
	return item
}

// block proposes a block with its labels and required attributes.
func (c *completer) block(b, in *form) completionItem {
	item := completionItem{Label: b.typ, Kind: itemStruct, Detail: strings.Join(append([]string{b.typ}, quotedAll(b.labels)...), " "), SortText: "c"}
	if b.doc != "" {
		doc := markdown(b.doc)
		item.Doc = &doc
	}
	rest := strings.TrimLeft(string(c.d.Text[c.end():min(len(c.d.Text), c.end()+80)]), " \t")
	if c.d.JSON() || strings.HasPrefix(rest, "{") || strings.HasPrefix(rest, "\"") {
		return item
	}
	item.Edit = &TextEdit{NewText: snippet(b, c.s.snippets)}
	if c.s.snippets {
		item.Format = formatSnippet
	}
	return item
}

// snippet returns a block with its labels and required attributes, as places to fill in if the
// editor has them.
func snippet(b *form, places bool) string {
	n := 0
	hole := func(name string) string {
		if !places {
			return ""
		}
		n++
		return fmt.Sprintf("${%d:%s}", n, name)
	}
	var text strings.Builder
	text.WriteString(b.typ)
	for _, label := range b.labels {
		fmt.Fprintf(&text, " %q", hole(label))
	}
	text.WriteString(" {\n")
	width := 0
	for _, a := range b.attrs {
		if a.required {
			width = max(width, len(a.name))
		}
	}
	for i := range b.attrs {
		a := &b.attrs[i]
		if !a.required {
			continue
		}
		value := hole("")
		switch {
		case isText(a):
			value = `"` + value + `"`
		case isList(a):
			value = "[" + value + "]"
		}
		fmt.Fprintf(&text, "  %-*s = %s\n", width, a.name, value)
	}
	if places {
		text.WriteString("  $0\n")
	}
	text.WriteString("}")
	return text.String()
}

func quotedAll(labels []string) (list []string) {
	for _, l := range labels {
		list = append(list, `"`+strings.ToUpper(l)+`"`)
	}
	return list
}

// label proposes the labels of a block.
func (c *completer) label() {
	b := c.p.header
	var values []value
	switch {
	case b.typ == "data" && c.p.label == 0:
		values = dataTypes()
	case b.typ == "dynamic":
		for _, nested := range c.p.form.blocks {
			if nested.block != nil {
				values = append(values, value{text: nested.typ, doc: nested.doc})
			}
		}
	case b.block != nil && b.block.Label != "":
		values = valuesOf(b.block.Attr(b.block.Label))
	}
	for _, v := range values {
		item := completionItem{Label: v.text, Kind: itemEnum, Detail: v.detail, Doc: v.markup()}
		if !c.p.quoted {
			item.Edit = &TextEdit{NewText: `"` + v.text + `"`}
		}
		c.add(item)
	}
}

// variables proposes the variables of the configuration in a file with their values.
func (c *completer) variables(written *Block) {
	for _, v := range c.folder().Declarations() {
		if v.Type == "variable" && (v.Name == c.p.word || written.attr(v.Name) == nil) {
			c.add(completionItem{Label: v.Name, Kind: itemVariable, Detail: variableDetail(v), Edit: &TextEdit{NewText: v.Name + " = "}})
		}
	}
}

// moduleArguments proposes the variables of a called module.
func (c *completer) moduleArguments(written *Block) {
	if source := written.attr("source"); source != nil && source.text != "" {
		for _, v := range c.s.folder(joinDir(c.d, source.text)).Declarations() {
			if v.Type == "variable" && written.attr(v.Name) == nil {
				c.add(completionItem{Label: v.Name, Kind: itemVariable, Detail: variableDetail(v), Edit: &TextEdit{NewText: v.Name + " = "}})
			}
		}
	}
}

func (c *completer) folder() *Folder { return c.s.folderOf(c.d) }
