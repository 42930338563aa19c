package lsp

import (
	"context"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// semanticTypes are the types of semantic tokens, by which their numbers are.
var semanticTypes = []string{"keyword", "class", "enumMember", "property", "variable", "function", "string", "number", "comment"}

func semanticType(c tokenClass) int {
	name := map[tokenClass]string{classBlockType: "class", classLabel: "enumMember", classAttribute: "property", classMember: "property", classRoot: "variable",
		classFunction: "function", classKeyword: "keyword", classString: "string", classNumber: "number", classComment: "comment"}[c]
	return slices.Index(semanticTypes, name)
}

type semanticTokensResult struct {
	Data []uint32 `json:"data"`
}

func (s *Server) semanticTokens(_ context.Context, p DocumentParams) (*semanticTokensResult, error) {
	d, err := s.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	return d.semanticTokens(0, len(d.Text)), nil
}

func (s *Server) semanticTokensRange(_ context.Context, p RangeParams) (*semanticTokensResult, error) {
	d, err := s.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	return d.semanticTokens(d.Offset(p.Range.Start), d.Offset(p.Range.End)), nil
}

// semanticTokens returns the tokens between two offsets. JSON has none: its own grammar shows as
// much.
func (d *Document) semanticTokens(start, end int) *semanticTokensResult {
	result := &semanticTokensResult{Data: []uint32{}}
	if d.JSON() || len(d.Text) > maxOutlined {
		return result
	}
	type token struct{ start, end, typ int }
	var tokens []token
	o := newOutliner(d, d.Text)
	o.visit = func(t *hclsyntax.Token, c tokenClass) {
		from, to := t.Range.Start.Byte, t.Range.End.Byte
		if typ := semanticType(c); typ >= 0 && to > start && from < end {
			tokens = append(tokens, token{from, to, typ})
		}
	}
	for at := chunkAt(d.Text, start, o.types); at < end; at = o.at {
		o.restart()
		o.lex(at, chunkAfter(d.Text, at, o.types))
	}
	slices.SortStableFunc(tokens, func(a, b token) int { return a.start - b.start })
	var last Position
	for _, t := range tokens {
		for from := t.start; from < t.end; { // a token may not go over the end of a line
			p := d.Position(from)
			to := min(t.end, d.lineEnd(p.Line))
			if length := d.Position(to).Character - p.Character; to > from {
				delta := p.Character
				if p.Line == last.Line {
					delta -= last.Character
				}
				result.Data = append(result.Data, p.Line-last.Line, delta, length, uint32(t.typ), 0)
				last = p
			}
			if next := d.lineStart(p.Line + 1); next > from {
				from = next
			} else {
				break
			}
		}
	}
	return result
}

// lineStart returns where a line begins, or the end of the text.
func (d *Document) lineStart(line uint32) int {
	if lines := d.lineStarts(); int(line) < len(lines) {
		return lines[line]
	}
	return len(d.Text)
}

// lineEnd returns where a line ends, without its line break.
func (d *Document) lineEnd(line uint32) int {
	end := d.lineStart(line + 1)
	for end > d.lineStart(line) && (d.Text[end-1] == '\n' || d.Text[end-1] == '\r') {
		end--
	}
	return end
}
