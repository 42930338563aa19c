package schema

import (
	"iter"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Value is the actual or desired value of an object: its attributes, and a list of nested blocks of
// each type. The zero Value is null: there is no object. A Value may be unknown as a whole.
//
// It is used like a cty.Value of the kind's type, and is immutable. A cty object has two maps and a
// type of its own: for a web app it takes 10 KB, a Value takes 2 KB.
type Value struct {
	kind   *Kind
	values []cty.Value // in the order of the kind's names; nil if unknown
}

// Values are attributes of an object, and lists of its nested blocks, by name.
type Values map[string]cty.Value

// GetAttr is like the method of cty.Value.
func (v Values) GetAttr(name string) cty.Value { return v[name] }

// attributes is implemented by objects and nested blocks.
type attributes interface{ GetAttr(name string) cty.Value }

// New returns the value with these attributes and blocks. The others are null; names that the kind
// does not have are ignored. It panics for a name that no kind has.
func (k *Kind) New(attrs Values) Value {
	return Value{kind: k, values: k.compiled.nulls}.With(attrs)
}

// New returns a nested block with these attributes. The others are null.
func (b *Block) New(attrs Values) cty.Value {
	for i, name := range b.compiled.names {
		if _, ok := attrs[name]; !ok {
			attrs[name] = b.compiled.nulls[i]
		}
	}
	return cty.ObjectVal(attrs)
}

// Unknown returns the unknown value.
func (k *Kind) Unknown() Value { return Value{kind: k} }

// FromCty reverses Cty.
func (k *Kind) FromCty(v cty.Value) Value {
	switch {
	case v == cty.NilVal || v.IsNull():
		return Value{}
	case !v.IsKnown():
		return k.Unknown()
	}
	return k.New(v.AsValueMap())
}

// Cty returns the value as an object of the kind's type.
func (v Value) Cty() cty.Value {
	switch {
	case v.kind == nil:
		return cty.NullVal(cty.EmptyObject)
	case v.values == nil:
		return cty.UnknownVal(v.kind.Type())
	}
	return cty.ObjectVal(v.Values())
}

// Kind returns the kind of the object; nil if there is no object.
func (v Value) Kind() *Kind { return v.kind }

// GoString makes values readable in test failures.
func (v Value) GoString() string { return v.Cty().GoString() }

// IsNull reports whether there is no object.
func (v Value) IsNull() bool { return v.kind == nil }

// IsKnown reports whether anything is known about the object, including that there is none.
func (v Value) IsKnown() bool { return v.kind == nil || v.values != nil }

// Has reports whether objects of the kind have that attribute or type of block. It panics if no
// kind has it.
func (v Value) Has(name string) bool {
	if v.kind == nil {
		return false
	}
	_, ok := v.kind.compiled.place(name)
	return ok
}

// GetAttr returns an attribute, or the list of blocks of a type; cty.NilVal if there is no object.
// It panics if the kind does not have it, like cty's GetAttr: use Has to find out.
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

// All yields the attributes and lists of blocks of a known value.
func (v Value) All() iter.Seq2[string, cty.Value] {
	return func(yield func(string, cty.Value) bool) {
		for i, attr := range v.values {
			if !yield(v.kind.compiled.names[i], attr) {
				return
			}
		}
	}
}

// Values returns the attributes and lists of blocks as a new map.
func (v Value) Values() Values {
	attrs := Values{}
	for name, held := range v.All() {
		attrs[name] = held
	}
	return attrs
}

// With returns the value with other attributes and blocks. It panics for a name that no kind has.
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

// Map returns the value with each attribute and list of blocks replaced by the result of f.
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

// RawEquals reports whether two values are identical, including marks and unknown parts.
func (v Value) RawEquals(other Value) bool {
	return v.kind == other.kind && slices.EqualFunc(v.values, other.values, cty.Value.RawEquals)
}

// Marked reports whether anything in the value is marked.
func (v Value) Marked() bool { return slices.ContainsFunc(v.values, marked) }

// Unmarked returns the value without marks.
func (v Value) Unmarked() Value {
	if !v.Marked() {
		return v
	}
	return v.Map(func(_ string, attr cty.Value) cty.Value { return unmarked(attr) })
}

// Elements returns the elements of a list, set or tuple without marks; none if it is null or
// unknown.
func Elements(list cty.Value) []cty.Value {
	if length(list) == 0 {
		return nil
	}
	return list.AsValueSlice()
}

// length returns the number of elements; 0 if the list is null or unknown.
func length(list cty.Value) int {
	if list.IsNull() || !list.IsKnown() {
		return 0
	}
	return list.LengthInt()
}

// Text returns the string in a value; "" if there is none.
func Text(v cty.Value) string {
	if v == cty.NilVal {
		return ""
	}
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

// Texts returns the strings in a list that are known and not empty.
func Texts(list cty.Value) []string {
	var out []string
	for _, elem := range Elements(list) {
		if s := Text(elem); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Holds reports whether a list contains the string.
func Holds(list cty.Value, s string) bool {
	return slices.ContainsFunc(Elements(list), func(elem cty.Value) bool { return Text(elem) == s })
}

// ListOf returns the list of blocks.
func (b *Block) ListOf(blocks []cty.Value) cty.Value {
	if len(blocks) == 0 {
		return cty.ListValEmpty(b.ValueType())
	}
	return cty.ListVal(blocks)
}
