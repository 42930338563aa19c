package lsp

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/oktaform/oktaform/schema/kinds"
)

// Kinds of symbols.
const (
	symbolModule   = 2
	symbolProperty = 7
	symbolField    = 8
	symbolFunction = 12
	symbolVariable = 13
	symbolConstant = 14
	symbolObject   = 19
	symbolStruct   = 23
	symbolEvent    = 24
)

type documentSymbol struct {
	Name      string           `json:"name"`
	Detail    string           `json:"detail,omitempty"`
	Kind      int              `json:"kind"`
	Range     Range            `json:"range"`
	Selection Range            `json:"selectionRange"`
	Children  []documentSymbol `json:"children,omitempty"`
}

// documentSymbols lists the blocks and attributes of a file.
func (s *Server) documentSymbols(_ context.Context, p DocumentParams) ([]documentSymbol, error) {
	d, err := s.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	return d.symbols(d.File().Root), nil
}

func (d *Document) symbols(b *Block) []documentSymbol {
	list := []documentSymbol{}
	for _, a := range b.Attrs {
		r := d.Range(a.NameRange)
		whole := Range{r.Start, d.Position(max(a.Value.End.Byte, a.NameRange.End.Byte))}
		list = append(list, documentSymbol{Name: a.Name, Detail: a.text, Kind: symbolProperty, Range: whole, Selection: r})
	}
	for _, nested := range b.Blocks {
		name := nested.Type
		for _, l := range nested.Labels {
			name += " \"" + l.Text + "\""
		}
		list = append(list, documentSymbol{Name: name, Kind: symbolKind(nested.Type), Range: d.Range(nested.Range), Selection: d.Range(nested.TypeRange), Children: d.symbols(nested)})
	}
	return list
}

func symbolKind(typ string) int {
	switch typ {
	case "variable":
		return symbolVariable
	case "local":
		return symbolConstant
	case "output":
		return symbolField
	case "module":
		return symbolModule
	case "smoke_test", "run":
		return symbolEvent
	case "rule":
		return symbolFunction
	}
	if kinds.Named(typ) != nil || typ == "data" {
		return symbolObject
	}
	return symbolStruct
}

type workspaceSymbol struct {
	Name      string   `json:"name"`
	Kind      int      `json:"kind"`
	Location  Location `json:"location"`
	Container string   `json:"containerName,omitempty"`
}

// maxSymbols is the maximum number of symbols in an answer about the whole workspace.
const maxSymbols = 500

// workspaceSymbols finds declarations in all folders by parts of their names.
func (s *Server) workspaceSymbols(ctx context.Context, p struct {
	Query string `json:"query"`
}) ([]workspaceSymbol, error) {
	list := []workspaceSymbol{}
	for _, dir := range s.folders() {
		for _, d := range s.folder(dir).Declarations() {
			if ctx.Err() != nil || len(list) == maxSymbols {
				return list, ctx.Err()
			}
			if d.Name == "" || !matchesWord(d.Key+" "+labelOf(d), p.Query) {
				continue
			}
			document, err := s.documentAt(d.Range.Filename)
			if err != nil {
				continue
			}
			list = append(list, workspaceSymbol{Name: d.Key, Kind: symbolKind(d.Type), Container: s.shown(dir),
				Location: Location{document.URI, document.Range(d.NameRange)}})
		}
	}
	return list, nil
}

// shown returns a folder relative to the editor's folder that contains it.
func (s *Server) shown(dir string) string {
	for _, outer := range s.workspace {
		if rel, err := filepath.Rel(outer, dir); err == nil && !strings.HasPrefix(rel, "..") {
			return filepath.ToSlash(filepath.Join(filepath.Base(outer), rel))
		}
	}
	return dir
}

type foldingRange struct {
	StartLine uint32 `json:"startLine"`
	EndLine   uint32 `json:"endLine"`
	Kind      string `json:"kind,omitempty"`
}

// foldingRanges lists the blocks, the values of more than one line, and the comments.
func (s *Server) foldingRanges(_ context.Context, p DocumentParams) ([]foldingRange, error) {
	d, err := s.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	list := []foldingRange{}
	add := func(start, end int, kind string) {
		r := d.between(start, end)
		if kind == "" && r.End.Line > r.Start.Line {
			r.End.Line-- // the line with the closing bracket stays visible
		}
		if r.End.Line > r.Start.Line {
			list = append(list, foldingRange{r.Start.Line, r.End.Line, kind})
		}
	}
	var fold func(*Block)
	fold = func(b *Block) {
		for _, a := range b.Attrs {
			add(a.NameRange.Start.Byte, a.Value.End.Byte, "")
		}
		for _, nested := range b.Blocks {
			add(nested.Range.Start.Byte, nested.Range.End.Byte, "")
			fold(nested)
		}
	}
	fold(d.File().Root)
	for _, r := range d.comments() {
		add(r[0], r[1], "comment")
	}
	return list, nil
}

// comments returns the beginnings and ends of lines that are comments without a break.
func (d *Document) comments() (list [][2]int) {
	if d.JSON() {
		return nil
	}
	at, continues := 0, false
	for line := range strings.Lines(string(d.Text)) {
		text, end := strings.TrimSpace(line), at+len(strings.TrimRight(line, "\r\n"))
		isComment := strings.HasPrefix(text, "#") || strings.HasPrefix(text, "//")
		switch {
		case isComment && continues:
			list[len(list)-1][1] = end
		case isComment:
			list = append(list, [2]int{at, end})
		}
		continues = isComment
		at += len(line)
	}
	return list
}
