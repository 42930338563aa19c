package config

import (
	"bytes"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/internal/budget"
)

// pieceSize is how many bytes of a file are parsed at once, at least. The parser
// makes a list of all tokens first, which is fifty times as large as the text.
const pieceSize = 1 << 10

// parseSource parses a file in HCL's native syntax, piece by piece. Where one of them
// has errors (it may have been cut within a heredoc or a comment), the file is parsed
// as a whole.
func parseSource(src []byte, name string, size int) (*hcl.File, hcl.Diagnostics) {
	whole, _ := hclsyntax.ParseConfig(nil, name, hcl.InitialPos)
	body := whole.Body.(*hclsyntax.Body) // whole.Nav finds what stands where by it
	whole.Bytes = src
	asWhole := func() (*hcl.File, hcl.Diagnostics) {
		if diags := budget.Source(src, name); diags.HasErrors() {
			return whole, diags
		}
		return hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	}
	at := hcl.InitialPos
	for rest := src; len(rest) > 0; {
		text := rest[:pieceEnd(rest, size)]
		if budget.Source(text, name).HasErrors() {
			return asWhole()
		}
		piece, diags := hclsyntax.ParseConfig(text, name, at)
		part := piece.Body.(*hclsyntax.Body)
		if len(diags) > 0 || len(part.Attributes) > 0 && len(text) < len(src) {
			return asWhole()
		}
		if at.Byte == 0 {
			body.Attributes, body.SrcRange = part.Attributes, part.SrcRange
		}
		body.Blocks = append(body.Blocks, part.Blocks...)
		body.SrcRange, body.EndRange = hcl.RangeBetween(body.SrcRange, part.SrcRange), part.EndRange
		at.Byte += len(text)
		at.Line += bytes.Count(text, []byte("\n"))
		rest = rest[len(text):]
	}
	return whole, nil
}

// pieceEnd is where the first piece of a text ends: after what looks like the end of a
// block, a brace alone in its line. What follows isn't a byte order mark, which would
// be an error within a file.
func pieceEnd(text []byte, size int) int {
	for at := size; at < len(text); {
		brace := bytes.Index(text[at:], []byte("\n}"))
		if brace < 0 {
			break
		}
		at += brace + len("\n}")
		rest := bytes.TrimPrefix(text[at:], []byte("\r"))
		if len(rest) > 1 && rest[0] == '\n' && rest[1] < utf8.RuneSelf {
			return len(text) - len(rest) + 1
		}
	}
	return len(text)
}
