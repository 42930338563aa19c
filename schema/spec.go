package schema

import (
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/zclconf/go-cty/cty"
)

// form is what follows from the attributes and blocks of a kind or block.
type form struct {
	typ    cty.Type
	spec   hcldec.ObjectSpec
	schema *hcl.BodySchema
	// names of the attributes that live in the org and of the types of blocks, with
	// the place of each, and the null values of their types.
	names []string
	index map[string]int
	nulls []cty.Value
	base  []cty.Value // what stands there in most objects: the normal value of nothing
	spare sync.Pool   // of layouts
	// settled says that base is that, and notNull where there is something in it.
	settled bool
	notNull uint64
	// adjusted are the attributes whose values Normal may change, and inert the places
	// of which it doesn't matter for any of them what stands there.
	adjusted []*Attr
	inert    uint64
	refs     []*Attr // the attributes that are references, or lists of them
	// ofAny are the names of the attributes and blocks of all kinds.
	ofAny map[string]bool
}

func newForm(attrs []Attr, blocks []Block, label string) *form {
	f := &form{index: map[string]int{}, spec: bodySpec(attrs, blocks, label)}
	types := map[string]cty.Type{}
	add := func(name string, t cty.Type) {
		f.index[name], types[name] = len(f.names), t
		f.names, f.nulls = append(f.names, name), append(f.nulls, cty.NullVal(t))
	}
	for i := range attrs {
		if a := &attrs[i]; !a.Local {
			a.place = len(f.names)
			add(a.Name, a.Type)
			if a.adjusts() {
				f.adjusted = append(f.adjusted, a)
			}
			if IsRef(a.Type) {
				f.refs = append(f.refs, a)
			}
		}
	}
	for i := range blocks {
		blocks[i].form = newForm(blocks[i].Attrs, blocks[i].Blocks, blocks[i].Label)
		blocks[i].place = len(f.names)
		add(blocks[i].Type, cty.List(blocks[i].ValueType()))
	}
	f.typ, f.schema = cty.Object(types), hcldec.ImpliedSchema(f.spec)
	slices.SortFunc(f.schema.Attributes, func(a, b hcl.AttributeSchema) int { return strings.Compare(a.Name, b.Name) })
	return f
}

// formed gives each kind its form. Others are kinds that have theirs.
func formed(kinds []*Kind, others ...*Kind) []*Kind {
	ofAny := map[string]bool{}
	for _, k := range slices.Concat(kinds, others) {
		for i := range k.Attrs {
			ofAny[k.Attrs[i].Name] = true
		}
		for i := range k.Blocks {
			ofAny[k.Blocks[i].Type] = true
		}
	}
	for _, k := range kinds {
		k.form = newForm(k.Attrs, k.Blocks, "")
		k.form.ofAny = ofAny
		k.form.base = k.form.nulls
		k.form.base, k.form.settled, k.form.inert = k.baseOf(), true, k.inert()
		for i, v := range k.form.base {
			if !v.IsNull() {
				k.form.notNull |= 1 << i
			}
		}
	}
	return kinds
}

// place is where an attribute or list of blocks stands in values of the kind; false where
// the kind doesn't have it. It panics if no kind does: a name that was misspelled, or is
// no longer one, must not pass for an attribute that this kind happens not to have.
func (f *form) place(name string) (int, bool) {
	i, ok := f.index[name]
	if !ok && !f.ofAny[name] {
		panic("schema: no kind has an attribute or block " + name)
	}
	return i, ok
}

// inert are the places of what only Okta sets, and nothing else is made of.
func (k *Kind) inert() (places uint64) {
	if k.Canonical != nil {
		return 0
	}
	for i := range k.Attrs {
		a := &k.Attrs[i]
		named := func(b Attr) bool { return b.DefaultFrom == a.Name || b.Needs[0] == a.Name }
		if a.Computed && !a.Settable && !a.Local && !a.adjusts() && !slices.ContainsFunc(k.Attrs, named) {
			places |= 1 << a.place
		}
	}
	return places
}

// Type is the type of Cty's values: one attribute for each attribute of the kind that
// lives in the org, and a list for each type of nested block.
func (k *Kind) Type() cty.Type { return k.form.typ }

// ValueType is the type of one nested block in the value of an object.
func (b *Block) ValueType() cty.Type { return b.form.typ }

// BodySchema describes the block's body to HCL.
func (k *Kind) BodySchema() *hcl.BodySchema { return k.form.schema }

// BodySchema describes the block's body to HCL.
func (b *Block) BodySchema() *hcl.BodySchema { return b.form.schema }

// Spec is the decoder of a block's body. Nested blocks come as tuples: two
// with the same label may differ in the types of what they hold, which a list
// or set would refuse.
func (k *Kind) Spec() hcldec.ObjectSpec { return k.form.spec }

// Spec is the decoder of the block's body, without its label.
func (b *Block) Spec() hcldec.ObjectSpec { return b.form.spec }

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
