package config

import (
	"strings"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/internal/budget"
)

// lateBody is the body of an object's block, in HCL's native syntax. The tree that it
// parses to takes thirty times as much room as the text, and once an object has been
// evaluated hardly anybody looks at it again. So it may be let go of: who asks for it
// afterwards has it parsed again.
type lateBody struct {
	file string
	text []byte  // of the whole block
	at   hcl.Pos // where that begins
	// meter counts what its expressions cost; nil: nothing does.
	meter *budget.Meter
	tree  atomic.Pointer[hclsyntax.Body]
}

// late lets the tree of a block be let go of, if src is the text of its file.
func late(block *hcl.Block, src []byte, meter *budget.Meter) {
	tree, ok := block.Body.(*hclsyntax.Body)
	if !ok || src[tree.SrcRange.Start.Byte] != '{' { // JSON, or a block in one line, whose tree doesn't tell where it ends
		return
	}
	b := &lateBody{file: block.DefRange.Filename, text: src[block.DefRange.Start.Byte:tree.SrcRange.End.Byte], at: block.DefRange.Start, meter: meter}
	b.tree.Store(tree)
	block.Body = b
}

// native is the tree of a body in HCL's native syntax.
func native(body hcl.Body) (*hclsyntax.Body, bool) {
	if b, ok := body.(*lateBody); ok {
		return b.whole(), true
	}
	tree, ok := body.(*hclsyntax.Body)
	return tree, ok
}

func (b *lateBody) whole() *hclsyntax.Body {
	tree := b.tree.Load()
	if tree == nil {
		file, _ := hclsyntax.ParseConfig(b.text, b.file, b.at)
		tree = file.Body.(*hclsyntax.Body).Blocks[0].Body
		if b.meter != nil {
			b.meter.Body(tree, nil)
		}
		b.tree.Store(tree)
	}
	return tree
}

func (b *lateBody) letGo() { b.tree.Store(nil) }

func (b *lateBody) Content(s *hcl.BodySchema) (*hcl.BodyContent, hcl.Diagnostics) {
	return b.whole().Content(s)
}

func (b *lateBody) PartialContent(s *hcl.BodySchema) (*hcl.BodyContent, hcl.Body, hcl.Diagnostics) {
	return b.whole().PartialContent(s)
}

func (b *lateBody) JustAttributes() (hcl.Attributes, hcl.Diagnostics) {
	return b.whole().JustAttributes()
}

func (b *lateBody) MissingItemRange() hcl.Range { return b.whole().MissingItemRange() }

// letGo lets go of the tree of an object's block, and of what was made of it.
func (n *node) letGo() {
	n.stands = nil
	if n.block == nil {
		return
	}
	if body, ok := n.block.Body.(*lateBody); ok {
		body.letGo()
	}
}

// letGoOfFiles lets go of the trees of whole files: all that counts has been taken out
// of them.
func (c *Config) letGoOfFiles() {
	for name, file := range c.parser.Files() {
		if !strings.HasSuffix(name, ".json") {
			c.parser.AddFile(name, &hcl.File{Bytes: file.Bytes, Body: hcl.EmptyBody(), Nav: newLateNav(name, file.Bytes)})
		}
	}
}

// lateNav tells for diagnostics what stands where in a file, which is parsed for the
// first of them.
type lateNav struct{ file func() *hcl.File }

func newLateNav(name string, text []byte) *lateNav {
	return &lateNav{sync.OnceValue(func() *hcl.File {
		file, _ := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
		return file
	})}
}

// ContextString is the header of the block in which a place is.
func (n *lateNav) ContextString(offset int) string {
	return n.file().Nav.(interface{ ContextString(offset int) string }).ContextString(offset)
}
