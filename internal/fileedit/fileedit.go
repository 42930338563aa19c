// Package fileedit edits blocks of .hcl files in place: it changes only the bytes of what differs,
// and keeps comments and order. What a file does not define itself, such as the value of a
// variable, is refused with its position. Find and FindKeys are the entry points.
package fileedit

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/oktaform/oktaform/schema"
)

// Object is the block of an object in a file, with its changes.
type Object struct {
	File string
	Src  []byte

	kind    *schema.Kind
	addr    schema.Addr
	block   *hclsyntax.Block
	splices []splice
}

// splice replaces the bytes of a file between two offsets.
type splice struct {
	from, to int
	text     string
}

// Refused is the error for an edit that cannot be made, with the position and what to do instead.
type Refused struct {
	Place hcl.Range
	Why   string
}

func (r *Refused) Error() string {
	return fmt.Sprintf("%s:%d: %s", r.Place.Filename, r.Place.Start.Line, r.Why)
}

func refuse(at hcl.Range, format string, args ...any) error {
	return &Refused{at, fmt.Sprintf(format, args...)}
}

// Find returns the block that declares an object. declared is the position of the block's header.
func Find(files map[string]*hcl.File, kind *schema.Kind, addr schema.Addr, declared hcl.Range) (*Object, error) {
	switch {
	case addr.Module != "":
		return nil, refuse(declared, "%s is declared in a module, and an edit would affect its other calls too: edit the module, or the arguments of the call, by hand", addr)
	case strings.HasSuffix(declared.Filename, ".json"):
		return nil, refuse(declared, "%s is declared in JSON syntax, which oktaform does not edit: edit the file by hand", addr)
	case files[declared.Filename] == nil:
		return nil, fmt.Errorf("no .hcl file contains the block of %s", addr)
	}
	src := files[declared.Filename].Bytes
	parsed, diags := hclsyntax.ParseConfig(src, declared.Filename, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	for _, block := range parsed.Body.(*hclsyntax.Body).Blocks {
		if block.Type != addr.Kind || !slices.Equal(block.Labels, []string{addr.Name}) {
			continue
		}
		for _, repeat := range []string{"for_each", "count"} {
			if at := block.Body.Attributes[repeat]; at != nil {
				return nil, refuse(at.Range(), "%s is one of several instances of this block (%s): edit the values that it uses by hand", addr, repeat)
			}
		}
		return &Object{File: declared.Filename, Src: src, kind: kind, addr: addr, block: block}, nil
	}
	return nil, refuse(declared, "there is no block of %s here", addr)
}

// FindImports returns the import blocks of an object.
func FindImports(files map[string]*hcl.File, addr schema.Addr) (found []*Object) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		parsed, _ := hclsyntax.ParseConfig(files[name].Bytes, name, hcl.InitialPos)
		if parsed == nil || strings.HasSuffix(name, ".json") {
			continue
		}
		for _, block := range parsed.Body.(*hclsyntax.Body).Blocks {
			if ImportTarget(block, files[name].Bytes) == addr.String() {
				found = append(found, &Object{File: name, Src: files[name].Bytes, addr: addr, block: block})
			}
		}
	}
	return found
}

// Remove removes the whole block.
func (o *Object) Remove() { o.cutBlock(o.block) }

// Bytes returns the file with the changes. If the file was formatted, so is the result.
func (o *Object) Bytes() ([]byte, error) { return apply(o.File, o.Src, o.splices) }

// Apply applies the changes of several objects to one file.
func Apply(objects []*Object) ([]byte, error) {
	var all []splice
	for _, o := range objects {
		all = append(all, o.splices...)
	}
	return apply(objects[0].File, objects[0].Src, all)
}

func apply(file string, src []byte, splices []splice) ([]byte, error) {
	slices.SortStableFunc(splices, func(a, b splice) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	var out []byte
	at, cut := 0, false
	for _, s := range splices {
		if s.from < at && cut && s.text == "" { // adjacent blocks share an empty line
			s.from, s.to = at, max(at, s.to)
		}
		if s.from < at {
			return nil, fmt.Errorf("%s: two of the changes affect the same place: make one after the other", file)
		}
		out = append(append(out, src[at:s.from]...), s.text...)
		at, cut = s.to, s.text == ""
	}
	out = append(out, src[at:]...)
	if bytes.Equal(hclwrite.Format(src), src) {
		out = hclwrite.Format(out)
	}
	return out, Check(file, out)
}

func (o *Object) replace(from, to int, text string) {
	o.splices = append(o.splices, splice{from, to, text})
}

// lineStart returns the offset of the beginning of a line.
func (o *Object) lineStart(at int) int { return bytes.LastIndexByte(o.Src[:at], '\n') + 1 }

// lineEnd returns the offset after the newline of a line.
func (o *Object) lineEnd(at int) int {
	if i := bytes.IndexByte(o.Src[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(o.Src)
}

// indent returns the white space at the beginning of a line.
func (o *Object) indent(at int) string {
	start := o.lineStart(at)
	line := o.Src[start:at]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// cutLines removes a range, and its lines if they contain nothing else but a comment.
func (o *Object) cutLines(r hcl.Range) {
	from, to := r.Start.Byte, r.End.Byte
	before := bytes.TrimSpace(o.Src[o.lineStart(from):from])
	after := bytes.TrimSpace(o.Src[to:o.lineEnd(to)])
	if len(before) == 0 && (len(after) == 0 || after[0] == '#' || bytes.HasPrefix(after, []byte("//"))) {
		from, to = o.lineStart(from), o.lineEnd(to)
	}
	o.replace(from, to, "")
}

// cutBlock removes a block, with the comments right above it and one adjacent empty line.
func (o *Object) cutBlock(b *hclsyntax.Block) {
	from, to := o.lineStart(b.TypeRange.Start.Byte), o.lineEnd(b.CloseBraceRange.End.Byte)
	for from > 0 {
		above := o.lineStart(from - 1)
		line := bytes.TrimSpace(o.Src[above:from])
		if !bytes.HasPrefix(line, []byte("#")) && !bytes.HasPrefix(line, []byte("//")) {
			break
		}
		from = above
	}
	empty := func(from, to int) bool { return from < to && len(bytes.TrimSpace(o.Src[from:to])) == 0 }
	switch {
	case from > 0 && empty(o.lineStart(from-1), from):
		from = o.lineStart(from - 1)
	case empty(to, o.lineEnd(to)):
		to = o.lineEnd(to)
	}
	o.replace(from, to, "")
}

// append appends lines to a body.
func (o *Object) append(b *hclsyntax.Block, text string, apart bool) {
	open, end := b.OpenBraceRange.End.Byte, b.CloseBraceRange.Start.Byte
	inner := o.indent(b.TypeRange.Start.Byte) + "  "
	var lines strings.Builder
	for line := range strings.Lines(text) {
		lines.WriteString(inner + line)
	}
	body := bytes.TrimSpace(o.Src[open:end])
	switch {
	case !bytes.Contains(o.Src[open:end], []byte("\n")) && len(body) == 0: // {}
		o.replace(open, end, "\n"+lines.String()+o.indent(b.TypeRange.Start.Byte))
	case !bytes.Contains(o.Src[open:end], []byte("\n")): // a block on one line
		o.replace(open, end, "\n"+inner+string(body)+"\n"+lines.String()+o.indent(b.TypeRange.Start.Byte))
	default:
		empty := ""
		if apart && len(body) > 0 {
			empty = "\n"
		}
		o.replace(o.lineStart(end), o.lineStart(end), empty+lines.String())
	}
}

// ImportTarget is the address that an import block names; "" for other blocks.
func ImportTarget(block *hclsyntax.Block, src []byte) string {
	to := block.Body.Attributes["to"]
	if block.Type != "import" || to == nil {
		return ""
	}
	return strings.TrimSpace(string(to.Expr.Range().SliceBytes(src)))
}

// Cut takes the lines of a block out of a file, and one empty line before them.
func Cut(text []byte, r hcl.Range) []byte {
	begin := bytes.LastIndexByte(text[:r.Start.Byte], '\n') + 1
	end := r.End.Byte
	if i := bytes.IndexByte(text[end:], '\n'); i >= 0 {
		end += i + 1
	}
	before := text[:begin]
	if bytes.HasSuffix(before, []byte("\n\n")) {
		before = before[:len(before)-1]
	}
	return slices.Concat(before, text[end:])
}
