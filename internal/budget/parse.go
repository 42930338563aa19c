package budget

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"golang.org/x/sync/errgroup"

	"github.com/oktaform/oktaform/internal/crash"
)

// partSize is about how many bytes of a file are parsed at a time. A part of this size rarely has
// enough brackets to be checked for their depth, too.
const partSize = 2 << 10

// ParseConfig checks a file in HCL's native syntax and parses it. Without a file, the diagnostics
// say which limit it exceeds.
//
// The tokens of a text take fifty times its memory, so a file is parsed in parts that end before a
// line that begins with a letter. Where each part is a file without errors, the whole is the
// sequence of them: the parser is between two blocks at the end of a part. Otherwise, as in a
// heredoc with such a line, the whole file is parsed at once, and shows its errors.
//
// Where a closing quotation mark is missing, HCL takes strings for code and code for strings until
// the end of the file, with an error for each line. These are left out.
func ParseConfig(src []byte, name string) (*hcl.File, hcl.Diagnostics) {
	if diags := tooMany(src, name); diags.HasErrors() {
		return nil, diags
	}
	if file := parseParts(src, name); file != nil {
		return file, nil
	}
	if diags := Source(src, name); diags.HasErrors() {
		return nil, diags
	}
	file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	return file, untilMisread(diags)
}

// untilMisread returns the diagnostics until that of the first quotation mark that isn't closed.
func untilMisread(diags hcl.Diagnostics) hcl.Diagnostics {
	const unclosed = "Invalid multi-line string" // HCL's summary
	i := slices.IndexFunc(diags, func(d *hcl.Diagnostic) bool { return d.Summary == unclosed })
	if i < 0 {
		return diags
	}
	first := *diags[i]
	first.Detail = "The closing quotation mark is missing on this line, or on one before. A text of several lines has \\n between them, or is a heredoc (<<EOT)."
	return append(slices.Clip(diags[:i]), &first)
}

// part is a part of a file.
type part struct {
	text []byte
	at   hcl.Pos
	file *hcl.File
}

var errNoFile = errors.New("a part of a file is no file of its own")

// parseParts parses a file in parts, several at a time. It returns nil if one of them is no file of
// its own.
func parseParts(src []byte, name string) *hcl.File {
	parts := partsOf(src)
	group, ctx := errgroup.WithContext(context.Background())
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, p := range parts {
		group.Go(crash.Safe(func() error {
			if ctx.Err() != nil || tooDeep(p.text, name, hclsyntax.LexConfig).HasErrors() {
				return errNoFile
			}
			var diags hcl.Diagnostics
			if p.file, diags = hclsyntax.ParseConfig(p.text, name, p.at); len(diags) > 0 {
				return errNoFile
			}
			return nil
		}))
	}
	if group.Wait() != nil {
		return nil
	}
	whole := parts[0].file // its Nav looks into the body, whatever is added to it
	for _, p := range parts[1:] {
		if !join(whole.Body.(*hclsyntax.Body), p.file.Body.(*hclsyntax.Body)) {
			return nil
		}
	}
	whole.Bytes = src
	return whole
}

// partsOf divides a file.
func partsOf(src []byte) (list []*part) {
	for at := hcl.InitialPos; at.Byte < len(src) || len(list) == 0; {
		text := src[at.Byte:endOfPart(src, at.Byte)]
		list = append(list, &part{text: text, at: at})
		at = hcl.Pos{Byte: at.Byte + len(text), Line: at.Line + bytes.Count(text, []byte{'\n'}), Column: 1}
	}
	return list
}

// join adds the next part of a file to a body. It reports false if an attribute of the file is set
// in both.
func join(body, part *hclsyntax.Body) bool {
	for name, attr := range part.Attributes {
		if body.Attributes[name] != nil {
			return false
		}
		body.Attributes[name] = attr
	}
	body.Blocks = append(body.Blocks, part.Blocks...)
	body.SrcRange.End, body.EndRange = part.SrcRange.End, part.EndRange
	return true
}

// endOfPart returns the offset of the first line that begins with a letter, partSize after the
// beginning of the part or later; without one, the length of the text.
func endOfPart(src []byte, start int) int {
	for at := start + partSize; at < len(src); {
		next := bytes.IndexByte(src[at:], '\n')
		if next < 0 {
			break
		}
		if at += next + 1; at < len(src) && (src[at] >= 'a' && src[at] <= 'z' || src[at] >= 'A' && src[at] <= 'Z') {
			return at
		}
	}
	return len(src)
}
