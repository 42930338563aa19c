package schema

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/zclconf/go-cty/cty"
)

// compiledKind is computed from the attributes and blocks of a kind or block.
type compiledKind struct {
	typ    cty.Type
	spec   hcldec.ObjectSpec
	schema *hcl.BodySchema
	// names are the names of the attributes that are stored in the org and of the types of blocks;
	// index is the position of each, and nulls are null values of their types.
	names []string
	index map[string]int
	nulls []cty.Value
	// ofAny are the names of the attributes and blocks of all kinds.
	ofAny map[string]bool
	set   *Set
}

func compile(attrs []Attr, blocks []Block, label string) *compiledKind {
	c := &compiledKind{index: map[string]int{}, spec: bodySpec(attrs, blocks, label)}
	types := map[string]cty.Type{}
	add := func(name string, t cty.Type) {
		c.index[name], types[name] = len(c.names), t
		c.names, c.nulls = append(c.names, name), append(c.nulls, cty.NullVal(t))
	}
	for i := range attrs {
		if a := &attrs[i]; !a.Local {
			add(a.Name, a.Type)
		}
	}
	for i := range blocks {
		blocks[i].compiled = compile(blocks[i].Attrs, blocks[i].Blocks, blocks[i].Label)
		add(blocks[i].Type, cty.List(blocks[i].ValueType()))
	}
	c.typ, c.schema = cty.Object(types), hcldec.ImpliedSchema(c.spec)
	slices.SortFunc(c.schema.Attributes, func(a, b hcl.AttributeSchema) int { return strings.Compare(a.Name, b.Name) })
	return c
}

// place returns the position of an attribute or list of blocks in values of the kind; false if the
// kind does not have it. It panics if no kind has it: a misspelled or removed name must not be
// mistaken for an attribute that this kind does not have.
func (c *compiledKind) place(name string) (int, bool) {
	i, ok := c.index[name]
	if !ok && !c.ofAny[name] {
		panic("schema: no kind has an attribute or block " + name)
	}
	return i, ok
}

// Compiled returns the block ready for use, for blocks that no kind has.
func (b Block) Compiled() *Block {
	b.compiled = compile(b.Attrs, b.Blocks, b.Label)
	return &b
}

// Type returns the type of values in the form of Cty: one attribute for each attribute of the kind
// that is stored in the org, and a list for each type of nested block.
func (k *Kind) Type() cty.Type { return k.compiled.typ }

// ValueType returns the type of one nested block in the value of an object.
func (b *Block) ValueType() cty.Type { return b.compiled.typ }

// BodySchema returns the HCL schema of the block's body.
func (k *Kind) BodySchema() *hcl.BodySchema { return k.compiled.schema }

// BodySchema returns the HCL schema of the block's body.
func (b *Block) BodySchema() *hcl.BodySchema { return b.compiled.schema }

// Spec returns the decoder of a block's body. Nested blocks are decoded to tuples: two blocks with
// the same label may have contents of different types, which a list or set would refuse.
func (k *Kind) Spec() hcldec.ObjectSpec { return k.compiled.spec }

// Spec returns the decoder of the block's body, without its label.
func (b *Block) Spec() hcldec.ObjectSpec { return b.compiled.spec }

func bodySpec(attrs []Attr, blocks []Block, label string) hcldec.ObjectSpec {
	spec := attrSpecs(attrs, label)
	for i := range blocks {
		b := &blocks[i]
		nested := bodySpec(b.Attrs, b.Blocks, b.Label)
		if b.Label != "" {
			nested[b.Label] = &hcldec.BlockLabelSpec{Index: 0, Name: b.Label}
		}
		spec[b.Type] = &hcldec.BlockTupleSpec{TypeName: b.Type, Nested: nested}
	}
	return spec
}

func attrSpecs(attrs []Attr, label string) hcldec.ObjectSpec {
	spec := hcldec.ObjectSpec{}
	for _, a := range attrs {
		if a.Computed && !a.Settable || a.Name == label {
			continue
		}
		t := a.Type
		if a.JSON || len(a.Refs) > 0 || IsRef(t) {
			// References are checked and converted to the type Ref later, with better messages than
			// a conversion could give.
			t = cty.DynamicPseudoType
		}
		spec[a.Name] = &hcldec.AttrSpec{Name: a.Name, Type: t, Required: a.Required}
	}
	return spec
}
