package schema

import (
	"iter"
	"math/bits"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Value is what an object of a kind is, or is to be: its attributes, and a list of
// nested blocks of each type, by name. The zero Value is null: there is no object. One
// may be unknown as a whole, when nothing can be said of it.
//
// It is used as a cty.Value of the kind's type would be, and is never changed. But
// that would be two maps and a type of its own for each object, which of thousands of
// objects take more time and room than all that is in them. Here only those attributes
// take any that aren't what they are in most objects: null, or Okta's default.
type Value struct {
	kind  *Kind
	known bool
	apart uint64      // the places, in the kind's form, at which something else stands than in its base
	held  []cty.Value // what stands there, in order
	// normal says that Normal would change nothing.
	normal bool
}

// Values are attributes of an object, and lists of its nested blocks, by name.
type Values map[string]cty.Value

// GetAttr is cty.Value's method.
func (v Values) GetAttr(name string) cty.Value { return v[name] }

// attributes is what has attributes by name: an object or a nested block.
type attributes interface{ GetAttr(name string) cty.Value }

// New makes the value with these attributes and blocks. The others are null; what the
// kind doesn't have is left out. It panics for a name that no kind has.
func (k *Kind) New(attrs Values) Value {
	d := k.draft()
	d.setAll(attrs)
	return d.value()
}

// New makes a nested block with these attributes. The others are null.
func (b *Block) New(attrs Values) cty.Value {
	for i, name := range b.form.names {
		if _, ok := attrs[name]; !ok {
			attrs[name] = b.form.nulls[i]
		}
	}
	return cty.ObjectVal(attrs)
}

// Unknown is the value of which nothing is known.
func (k *Kind) Unknown() Value { return Value{kind: k} }

// FromCty is the value that Cty made a value of.
func (k *Kind) FromCty(v cty.Value) Value {
	switch {
	case v == cty.NilVal || v.IsNull():
		return Value{}
	case !v.IsKnown():
		return k.Unknown()
	}
	return k.New(v.AsValueMap())
}

// Cty is the value as an object of the kind's type.
func (v Value) Cty() cty.Value {
	switch {
	case v.kind == nil:
		return cty.NullVal(cty.EmptyObject)
	case !v.known:
		return cty.UnknownVal(v.kind.Type())
	}
	return cty.ObjectVal(v.Values())
}

// GoString is Cty's, for failures of tests.
func (v Value) GoString() string { return v.Cty().GoString() }

// IsNull reports whether there is no object.
func (v Value) IsNull() bool { return v.kind == nil }

// IsKnown reports whether anything is known of the object, if only that there is none.
func (v Value) IsKnown() bool { return v.kind == nil || v.known }

// Has reports whether objects of the kind have that attribute or type of block. It panics
// if no kind has it.
func (v Value) Has(name string) bool {
	if v.kind == nil {
		return false
	}
	_, ok := v.kind.form.place(name)
	return ok
}

// GetAttr is the value of an attribute, or the list of blocks of a type; cty.NilVal of no
// object. It panics if the kind has none of that name, as cty's own GetAttr does: Has
// asks.
func (v Value) GetAttr(name string) cty.Value {
	if v.kind == nil {
		return cty.NilVal
	}
	f := v.kind.form
	i, ok := f.index[name]
	switch {
	case !ok:
		panic("schema: " + v.kind.Name + " has no attribute or block " + name)
	case !v.known:
		return cty.UnknownVal(f.nulls[i].Type())
	}
	return v.at(i)
}

// at is what stands at a place of a value that is known.
func (v Value) at(place int) cty.Value {
	bit := uint64(1) << place
	if v.apart&bit == 0 {
		return v.kind.form.base[place]
	}
	return v.held[bits.OnesCount64(v.apart&(bit-1))]
}

// differs reports whether something else than in the kind's base stands at a place.
func (v Value) differs(place int) bool { return v.apart&(1<<place) != 0 }

// Differs reports whether something else than in most objects of the kind stands in an
// attribute that lives in the org, so that it need be looked at.
func (v Value) Differs(a *Attr) bool { return v.differs(a.place) }

// All goes through the attributes and lists of blocks of a value that is known.
func (v Value) All() iter.Seq2[string, cty.Value] {
	return func(yield func(string, cty.Value) bool) {
		if !v.known {
			return
		}
		for i, name := range v.kind.form.names {
			if !yield(name, v.at(i)) {
				return
			}
		}
	}
}

// Values are the attributes and lists of blocks, to be changed at will.
func (v Value) Values() Values {
	attrs := Values{}
	for name, held := range v.All() {
		attrs[name] = held
	}
	return attrs
}

// With is the value with other attributes and blocks. It panics for a name that no kind
// has.
func (v Value) With(attrs Values) Value {
	if len(attrs) == 0 || !v.known {
		return v
	}
	d := v.draft()
	d.setAll(attrs)
	return d.value()
}

// Map is the value of what f makes of each attribute and list of blocks.
func (v Value) Map(f func(name string, v cty.Value) cty.Value) Value {
	if !v.known {
		return v
	}
	d := v.draft()
	for i, name := range v.kind.form.names {
		d.set(i, f(name, d.at(i)))
	}
	return d.value()
}

// RawEquals reports whether two values are the same in all, marks and what is unknown
// included.
func (v Value) RawEquals(other Value) bool {
	return v.kind == other.kind && v.known == other.known && v.apart == other.apart && slices.EqualFunc(v.held, other.held, RawEquals)
}

// Marked reports whether anything in the value is marked.
func (v Value) Marked() bool { return slices.ContainsFunc(v.held, Marked) }

// Unmarked is the value without marks.
func (v Value) Unmarked() Value {
	if !v.Marked() {
		return v
	}
	return v.Map(func(_ string, v cty.Value) cty.Value { return unmarked(v) })
}
