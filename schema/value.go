package schema

import (
	"iter"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Value is what an object of a kind is, or is to be: its attributes, and a list of
// nested blocks of each type, by name. The zero Value is null: there is no object. One
// may be unknown as a whole, when nothing can be said of it.
//
// It is used as a cty.Value of the kind's type would be, and is never changed. But
// that would be two maps and a type of its own for each object, which of thousands of
// objects take more time and room than all that is in them.
type Value struct {
	kind *Kind
	held []cty.Value // in the order of the kind's form; nil: unknown
}

// Values are attributes of an object, and lists of its nested blocks, by name.
type Values map[string]cty.Value

// GetAttr is cty.Value's method.
func (v Values) GetAttr(name string) cty.Value { return v[name] }

// attributes is what has attributes by name: an object or a nested block.
type attributes interface{ GetAttr(name string) cty.Value }

// New makes the value with these attributes and blocks. The others are null; what
// the kind doesn't know is left out.
func (k *Kind) New(attrs Values) Value {
	f := k.form
	held := slices.Clone(f.nulls)
	for name, v := range attrs {
		if i, ok := f.index[name]; ok {
			held[i] = v
		}
	}
	return Value{k, held}
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
	case v.held == nil:
		return cty.UnknownVal(v.kind.Type())
	}
	return cty.ObjectVal(v.Values())
}

// GoString is Cty's, for failures of tests.
func (v Value) GoString() string { return v.Cty().GoString() }

// IsNull reports whether there is no object.
func (v Value) IsNull() bool { return v.kind == nil }

// IsKnown reports whether anything is known of the object, if only that there is none.
func (v Value) IsKnown() bool { return v.kind == nil || v.held != nil }

// Has reports whether objects of the kind have that attribute or type of block.
func (v Value) Has(name string) bool {
	if v.kind == nil {
		return false
	}
	_, ok := v.kind.form.index[name]
	return ok
}

// GetAttr is the value of an attribute, or the list of blocks of a type; cty.NilVal
// where the kind has none of that name.
func (v Value) GetAttr(name string) cty.Value {
	if v.kind == nil {
		return cty.NilVal
	}
	f := v.kind.form
	i, ok := f.index[name]
	switch {
	case !ok:
		return cty.NilVal
	case v.held == nil:
		return cty.UnknownVal(f.nulls[i].Type())
	}
	return v.held[i]
}

// at is the value of an attribute that lives in the org.
func (v Value) at(a *Attr) cty.Value {
	if v.held == nil {
		return v.GetAttr(a.Name)
	}
	return v.held[a.place]
}

// All goes through the attributes and lists of blocks of a value that is known.
func (v Value) All() iter.Seq2[string, cty.Value] {
	return func(yield func(string, cty.Value) bool) {
		for i, held := range v.held {
			if !yield(v.kind.form.names[i], held) {
				return
			}
		}
	}
}

// Values are the attributes and lists of blocks, to be changed at will.
func (v Value) Values() Values {
	attrs := make(Values, len(v.held))
	for name, held := range v.All() {
		attrs[name] = held
	}
	return attrs
}

// With is the value with other attributes and blocks.
func (v Value) With(attrs Values) Value {
	if len(attrs) == 0 || v.held == nil {
		return v
	}
	held := slices.Clone(v.held)
	for name, given := range attrs {
		if i, ok := v.kind.form.index[name]; ok {
			held[i] = given
		}
	}
	return Value{v.kind, held}
}

// Map is the value of what f makes of each attribute and list of blocks.
func (v Value) Map(f func(name string, v cty.Value) cty.Value) Value {
	held := slices.Clone(v.held)
	for i, was := range held {
		held[i] = f(v.kind.form.names[i], was)
	}
	return Value{v.kind, held}
}

// RawEquals reports whether two values are the same in all, marks and what is unknown
// included.
func (v Value) RawEquals(other Value) bool {
	if v.kind != other.kind || (v.held == nil) != (other.held == nil) {
		return false
	}
	return len(v.held) > 0 && &v.held[0] == &other.held[0] || slices.EqualFunc(v.held, other.held, rawEquals)
}

// rawEquals is cty's for two values of one type. That makes two numbers for each
// element of a list.
func rawEquals(a, b cty.Value) bool {
	switch {
	case a.IsMarked() || b.IsMarked() || !a.IsKnown() || !b.IsKnown():
		return a.RawEquals(b)
	case a.IsNull() || b.IsNull():
		return a.IsNull() && b.IsNull()
	case a.Type().IsListType() && b.Type().IsListType():
		return slices.EqualFunc(Elements(a), Elements(b), rawEquals)
	}
	return a.RawEquals(b)
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
