package schema

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/zclconf/go-cty/cty"
)

// form is what follows from the attributes and blocks of a kind or block.
type form struct {
	typ    cty.Type
	spec   hcldec.ObjectSpec
	schema *hcl.BodySchema
}

func newForm(typ cty.Type, spec hcldec.ObjectSpec) *form {
	s := hcldec.ImpliedSchema(spec)
	slices.SortFunc(s.Attributes, func(a, b hcl.AttributeSchema) int { return strings.Compare(a.Name, b.Name) })
	return &form{typ: typ, spec: spec, schema: s}
}

// derive makes the forms of a block and of the blocks in it.
func (b *Block) derive() {
	for i := range b.Blocks {
		b.Blocks[i].derive()
	}
	b.form = newForm(b.ValueType(), b.Spec())
}

// BodySchema describes the block's body to HCL.
func (k *Kind) BodySchema() *hcl.BodySchema {
	if k.form != nil {
		return k.form.schema
	}
	return newForm(k.Type(), k.Spec()).schema
}

// BodySchema describes the block's body to HCL.
func (b *Block) BodySchema() *hcl.BodySchema {
	if b.form != nil {
		return b.form.schema
	}
	return newForm(b.ValueType(), b.Spec()).schema
}

// Spec is the decoder of a block's body. Nested blocks come as tuples: two
// with the same label may differ in the types of what they hold, which a list
// or set would refuse.
func (k *Kind) Spec() hcldec.ObjectSpec {
	if k.form != nil {
		return k.form.spec
	}
	return bodySpec(k.Attrs, k.Blocks, "")
}

// Spec is the decoder of the block's body, without its label.
func (b *Block) Spec() hcldec.ObjectSpec {
	if b.form != nil {
		return b.form.spec
	}
	return bodySpec(b.Attrs, b.Blocks, b.Label)
}

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
		if a.JSON || IsRef(t) {
			// References are checked, and brought to the type Ref, with better
			// messages than a conversion could give.
			t = cty.DynamicPseudoType
		}
		spec[a.Name] = &hcldec.AttrSpec{Name: a.Name, Type: t, Required: a.Required}
	}
	return spec
}
