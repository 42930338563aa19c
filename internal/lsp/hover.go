package lsp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/internal/functions"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/internal/view/accessview"
	"github.com/oktaform/oktaform/internal/view/schemaview"
	"github.com/oktaform/oktaform/schema/kinds"
)

type hoverResult struct {
	Contents markupContent `json:"contents"`
	Range    *Range        `json:"range,omitempty"`
}

func (s *Server) hover(_ context.Context, p PositionParams) (*hoverResult, error) {
	d, err := s.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	text, at := s.explain(d, d.Offset(p.Position))
	if text == "" {
		return nil, nil
	}
	r := d.Range(at)
	return &hoverResult{markdown(text), &r}, nil
}

// explain returns what a person must know about what stands at an offset, and its range.
func (s *Server) explain(d *Document, offset int) (string, hcl.Range) {
	if text, at := s.explainReference(d, offset); text != "" {
		return text, at
	}
	file := d.File()
	blocks := file.blocksAt(offset)
	f, path := d.form().within(blocks)
	if len(blocks) > 0 {
		b := blocks[len(blocks)-1]
		switch {
		case f == nil:
		case contains(b.TypeRange, offset):
			return blockText(f), b.TypeRange
		case slices.ContainsFunc(b.Labels, func(l Label) bool { return contains(l.Range, offset) }):
			return s.explainLabel(d, b, f, offset)
		}
	}
	body := file.Root
	if len(blocks) > 0 {
		body = blocks[len(blocks)-1]
	}
	for _, a := range body.Attrs {
		switch {
		case contains(a.NameRange, offset):
			return s.explainAttribute(d, f, path, a), a.NameRange
		case contains(a.Value, offset):
			return d.explainValue(a, offset)
		}
	}
	return "", hcl.Range{}
}

func blockText(f *form) string {
	if f.doc == "" {
		return ""
	}
	return fmt.Sprintf("**%s**\n\n%s", f.typ, f.doc)
}

// explainLabel describes the value of a label, or the object that it names.
func (s *Server) explainLabel(d *Document, b *Block, f *form, offset int) (string, hcl.Range) {
	i := slices.IndexFunc(b.Labels, func(l Label) bool { return contains(l.Range, offset) })
	label := b.Labels[i]
	if _, doc := catalogDoc(label.Text); doc != "" && f.block != nil {
		return doc, label.Range
	}
	text := blockText(f)
	if f.kind != nil && f.typ != "data" {
		if access := s.access(d.Path, f.typ+"."+label.Text); access != "" {
			text = access
		}
	}
	return text, label.Range
}

// access returns the effective access of the objects of a block; "" if nothing is known of it.
func (s *Server) access(path, block string) string {
	a := s.analysis(path)
	if a == nil || a.Review == nil {
		return ""
	}
	one := *a.Review
	one.Findings, one.Standing, one.Objects, one.Principals = nil, nil, nil, nil
	for i := range a.Review.Principals {
		p := &a.Review.Principals[i]
		own := p.Addr.Block()
		if own.Module == "" && own.String() == block || own.Module != "" && strings.HasSuffix(own.String(), "."+block) {
			one.Principals = append(one.Principals, *p)
		}
	}
	if len(one.Principals) == 0 {
		return ""
	}
	more := len(one.Principals) - maxPrincipals
	one.Principals = one.Principals[:min(len(one.Principals), maxPrincipals)]
	text := strings.TrimSpace(accessview.AccessText(accessview.NewReview(&one, a.Dir, ""), view.Style{}, accessWidth))
	if more > 0 {
		text += fmt.Sprintf("\n\nand %d more", more)
	}
	return "Effective access, by this configuration:\n\n" + view.Fenced("text", text)
}

// maxPrincipals is the maximum number of objects of one block in a hover, and accessWidth how many
// characters a line of it has.
const (
	maxPrincipals = 5
	accessWidth   = 90
)

// explainAttribute describes an attribute; of a module, the variable; of a file with values, too.
func (s *Server) explainAttribute(d *Document, f *form, path []*form, a *Attribute) string {
	if f == nil {
		return ""
	}
	if known := f.attr(a.Name); known != nil {
		head := "**" + a.Name + "**"
		if detail := attributeDetail(known); detail != "" {
			head += " `" + detail + "`"
		}
		return head + "\n\n" + attributeText(known)
	}
	folder := (*Folder)(nil)
	switch {
	case f.typ == "module":
		blocks := d.File().blocksAt(a.NameRange.Start.Byte)
		if source := blocks[0].attr("source"); source != nil && source.text != "" {
			folder = s.folder(joinDir(d, source.text))
		}
	case d.isVariables():
		folder = s.folderOf(d)
	}
	if folder != nil {
		if v := folder.Declaration("var." + a.Name); v != nil {
			return s.declarationText(v)
		}
	}
	return ""
}

// explainValue describes a scope, role, permission or function in the value of an attribute.
func (d *Document) explainValue(a *Attribute, offset int) (text string, at hcl.Range) {
	start, end := a.Value.Start.Byte, min(a.Value.End.Byte, len(d.Text))
	if start >= end || end-start > maxChunk {
		return "", at
	}
	tokens, _ := hclsyntax.LexExpression(d.Text[start:end], d.name(), hcl.Pos{Line: 1, Column: 1, Byte: start})
	for i := range tokens {
		t := &tokens[i]
		if !contains(t.Range, offset) {
			continue
		}
		switch t.Type {
		case hclsyntax.TokenQuotedLit:
			if _, doc := catalogDoc(string(t.Bytes)); doc != "" {
				return doc, t.Range
			}
		case hclsyntax.TokenIdent:
			if i+1 < len(tokens) && tokens[i+1].Type == hclsyntax.TokenOParen {
				return functionText(string(t.Bytes)), t.Range
			}
		}
	}
	return "", at
}

func functionText(name string) string {
	if reason := functions.LeftOut()[name]; reason != "" {
		return fmt.Sprintf("**%s** can't be called. %s", name, reason)
	}
	i := slices.IndexFunc(functionList(), func(f functions.Func) bool { return f.Name == name })
	if i < 0 {
		return ""
	}
	f := functionList()[i]
	return "```hcl\n" + functions.Signature(f) + "\n```\n\n" + f.Doc
}

// explainReference describes what a reference refers to.
func (s *Server) explainReference(d *Document, offset int) (string, hcl.Range) {
	_, r := d.File().At(offset)
	if r == nil {
		return "", hcl.Range{}
	}
	folder := s.folderOf(d)
	declared := folder.Declaration(r.Key)
	if declared == nil {
		return "", hcl.Range{}
	}
	if r.Attr != "" && contains(r.AttrRange, offset) {
		kind := kinds.Named(declared.Type)
		if declared.Type == "data" {
			kind = kinds.DataNamed(declared.Block.Labels[0].Text)
		}
		if kind != nil {
			if a := kind.Attr(r.Attr); a != nil {
				return fmt.Sprintf("**%s** `%s`\n\n%s", a.Name, schemaview.TypeName(a), a.Doc), r.AttrRange
			}
		}
		if declared.Source != "" {
			if output := s.folder(declared.Source).Declaration("output." + r.Attr); output != nil {
				return s.declarationText(output), r.AttrRange
			}
		}
	}
	return s.declarationText(declared), r.Range
}

// declarationText describes a declaration; of a principal it shows the effective access. What a
// file says must not become markup: an editor would fetch the images in it.
func (s *Server) declarationText(d *Declaration) string {
	var b strings.Builder
	b.WriteString(view.MarkdownCode(d.Key))
	if label := labelOf(d); label != "" {
		b.WriteString(" " + view.MarkdownText(label))
	}
	doc := ""
	switch {
	case d.Type == "local":
		if text := s.sourceOf(hcl.RangeBetween(d.NameRange, d.Range)); text != "" {
			b.WriteString("\n\n" + view.Fenced("hcl", text))
		}
	case d.Type == "variable" || d.Type == "output" || d.Type == "module":
		if detail := variableDetail(d); detail != "" {
			b.WriteString("\n\n" + view.MarkdownText(detail))
		}
		if a := d.Block.attr("description"); a != nil {
			doc = view.MarkdownText(a.text)
		}
	case d.Type == "data":
		if k := kinds.DataNamed(d.Block.Labels[0].Text); k != nil {
			doc = k.Doc
		}
	default:
		if k := kinds.Named(d.Type); k != nil {
			doc = k.Doc
			if access := s.access(d.Range.Filename, d.Key); access != "" {
				doc = access
			}
		}
	}
	if doc != "" {
		b.WriteString("\n\n" + doc)
	}
	return b.String()
}

// maxSource is the maximum number of characters of an expression in a hover.
const maxSource = 400

// sourceOf returns the text of a range, shortened.
func (s *Server) sourceOf(r hcl.Range) string {
	d, err := s.documentAt(r.Filename)
	if err != nil || r.Start.Byte >= r.End.Byte || r.End.Byte > len(d.Text) {
		return ""
	}
	text := strings.ToValidUTF8(string(d.Text[r.Start.Byte:min(r.End.Byte, r.Start.Byte+maxSource)]), "")
	if r.End.Byte-r.Start.Byte > maxSource {
		text += " ..."
	}
	return text
}

// variableDetail returns the type of a variable, or what an output or module is for.
func variableDetail(d *Declaration) string {
	if d.Block == nil {
		return "local value"
	}
	switch {
	case d.Type == "variable" && d.Block.attr("type") != nil:
		return "variable: " + d.Block.attr("type").source
	case d.Type == "module" && d.Block.attr("source") != nil:
		return "module in " + d.Block.attr("source").text
	}
	return d.Type
}
