package schema

import (
	"iter"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Value is what an object of a kind is, or is to be: its attributes, and a list of
// nested blocks of each type. The zero Value is null: there is no object. A Value may be
// unknown as a whole.
//
// It is used as a cty.Value of the kind's type would be, and is never changed. A cty object
// has two maps and a type of its own: 10 KB for a web app, where this takes 2 KB.
type Value struct {
	kind   *Kind
	values []cty.Value // in the order of the kind's names; nil while nothing is known
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
	return Value{kind: k, values: k.compiled.nulls}.With(attrs)
}

// New makes a nested block with these attributes. The others are null.
func (b *Block) New(attrs Values) cty.Value {
	for i, name := range b.compiled.names {
		if _, ok := attrs[name]; !ok {
			attrs[name] = b.compiled.nulls[i]
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
	case v.values == nil:
		return cty.UnknownVal(v.kind.Type())
	}
	return cty.ObjectVal(v.Values())
}

// GoString is Cty's, for failures of tests.
func (v Value) GoString() string { return v.Cty().GoString() }

// IsNull reports whether there is no object.
func (v Value) IsNull() bool { return v.kind == nil }

// IsKnown reports whether anything is known of the object, if only that there is none.
func (v Value) IsKnown() bool { return v.kind == nil || v.values != nil }

// Has reports whether objects of the kind have that attribute or type of block. It panics
// if no kind has it.
func (v Value) Has(name string) bool {
	if v.kind == nil {
		return false
	}
	_, ok := v.kind.compiled.place(name)
	return ok
}

// GetAttr is the value of an attribute, or the list of blocks of a type; cty.NilVal of no
// object. It panics if the kind has none of that name, as cty's own GetAttr does: Has
// asks.
func (v Value) GetAttr(name string) cty.Value {
	if v.kind == nil {
		return cty.NilVal
	}
	i, ok := v.kind.compiled.index[name]
	switch {
	case !ok:
		panic("schema: " + v.kind.Name + " has no attribute or block " + name)
	case v.values == nil:
		return cty.UnknownVal(v.kind.compiled.nulls[i].Type())
	}
	return v.values[i]
}

// All goes through the attributes and lists of blocks of a value that is known.
func (v Value) All() iter.Seq2[string, cty.Value] {
	return func(yield func(string, cty.Value) bool) {
		for i, attr := range v.values {
			if !yield(v.kind.compiled.names[i], attr) {
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
	if len(attrs) == 0 || v.values == nil {
		return v
	}
	values := slices.Clone(v.values)
	for name, attr := range attrs {
		if i, ok := v.kind.compiled.place(name); ok {
			values[i] = attr
		}
	}
	return Value{kind: v.kind, values: values}
}

// Map is the value of what f makes of each attribute and list of blocks.
func (v Value) Map(f func(name string, attr cty.Value) cty.Value) Value {
	if v.values == nil {
		return v
	}
	values := slices.Clone(v.values)
	for i, name := range v.kind.compiled.names {
		values[i] = f(name, values[i])
	}
	return Value{kind: v.kind, values: values}
}

// RawEquals reports whether two values are the same in all, marks and what is unknown
// included.
func (v Value) RawEquals(other Value) bool {
	return v.kind == other.kind && slices.EqualFunc(v.values, other.values, cty.Value.RawEquals)
}

// Marked reports whether anything in the value is marked.
func (v Value) Marked() bool { return slices.ContainsFunc(v.values, cty.Value.ContainsMarked) }

// Unmarked is the value without marks.
func (v Value) Unmarked() Value {
	if !v.Marked() {
		return v
	}
	return v.Map(func(_ string, attr cty.Value) cty.Value { return unmarked(attr) })
}
