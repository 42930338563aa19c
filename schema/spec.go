package schema

import (
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/zclconf/go-cty/cty"
)

// Spec is the decoder of a block's body. Nested blocks come as tuples: two
// with the same label may differ in the types of what they hold, which a list
// or set would refuse.
func (k *Kind) Spec() hcldec.ObjectSpec {
	return bodySpec(k.Attrs, k.Blocks, "")
}

// Spec is the decoder of the block's body, without its label.
func (b *Block) Spec() hcldec.ObjectSpec { return bodySpec(b.Attrs, b.Blocks, b.Label) }

func bodySpec(attrs []Attr, blocks []Block, label string) hcldec.ObjectSpec {
	spec := attrSpecs(attrs, label)
	for i := range blocks {
		b := &blocks[i]
		nested := b.Spec()
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
