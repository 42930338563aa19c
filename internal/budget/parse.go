package budget

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
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
	return hclsyntax.ParseConfig(src, name, hcl.InitialPos)
}

// parseParts parses a file in parts. It returns nil if one of them is no file of its own.
func parseParts(src []byte, name string) *hcl.File {
	var whole *hcl.File
	var body *hclsyntax.Body
	at := hcl.InitialPos
	for whole == nil || at.Byte < len(src) {
		part := src[at.Byte:endOfPart(src, at.Byte)]
		if tooDeep(part, name, hclsyntax.LexConfig).HasErrors() {
			return nil
		}
		file, diags := hclsyntax.ParseConfig(part, name, at)
		if len(diags) > 0 {
			return nil
		}
		parsed := file.Body.(*hclsyntax.Body)
		if whole == nil {
			whole, body = file, parsed // its Nav looks into the body, whatever is added to it
		} else if !join(body, parsed) {
			return nil
		}
		at = hcl.Pos{Byte: at.Byte + len(part), Line: at.Line + bytes.Count(part, []byte{'\n'}), Column: 1}
	}
	whole.Bytes = src
	return whole
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
