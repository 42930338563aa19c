package schema

import "github.com/zclconf/go-cty/cty"

// WithUnmanaged fills what a value leaves to the org (what is unmanaged and null,
// in the object itself and in its nested blocks) with what from has there.
func (k *Kind) WithUnmanaged(value, from cty.Value) cty.Value {
	if value.IsNull() || !value.IsKnown() || from.IsNull() || !from.IsKnown() {
		return value
	}
	attrs := value.AsValueMap()
	fillUnmanaged(k.Attrs, attrs, from)
	for i := range k.Blocks {
		b := &k.Blocks[i]
		attrs[b.Type] = b.withUnmanaged(attrs[b.Type], from.GetAttr(b.Type))
	}
	return cty.ObjectVal(attrs)
}

func fillUnmanaged(list []Attr, attrs map[string]cty.Value, from cty.Value) {
	for i := range list {
		if a := &list[i]; a.Unmanaged && !a.Local && attrs[a.Name].IsNull() {
			attrs[a.Name] = from.GetAttr(a.Name)
		}
	}
}

// withUnmanaged does it for the blocks of one type, matched by their keys.
func (b *Block) withUnmanaged(list, from cty.Value) cty.Value {
	if list.IsNull() || !list.IsKnown() || list.LengthInt() == 0 {
		return list
	}
	var out []cty.Value
	for _, v := range list.AsValueSlice() {
		attrs := v.AsValueMap()
		for _, other := range elements(from) {
			if b.KeyOf(other) == b.KeyOf(v) {
				fillUnmanaged(b.Attrs, attrs, other)
			}
		}
		out = append(out, cty.ObjectVal(attrs))
	}
	return cty.ListVal(out)
}
