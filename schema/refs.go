package schema

import "github.com/zclconf/go-cty/cty"

// This file visits the references in the value of an object, which the table of its kind lists.

// EachRef calls f with every known reference in a value.
func (k *Kind) EachRef(value Value, f func(ref cty.Value)) {
	k.MapRefs(value, func(ref cty.Value) (cty.Value, bool) {
		f(ref)
		return ref, false
	})
}

// MapRefs replaces each known reference by the result of f if f returns true. It does not sort
// changed lists.
func (k *Kind) MapRefs(value Value, f func(ref cty.Value) (cty.Value, bool)) Value {
	if value.IsNull() || !value.IsKnown() {
		return value
	}
	changed := mapRefs(k.Attrs, value, f)
	for i := range k.Blocks {
		b := &k.Blocks[i]
		list, other := mapElements(value.GetAttr(b.Type), func(block cty.Value) (cty.Value, bool) {
			if block.IsNull() || !block.IsKnown() {
				return block, false
			}
			attrs := mapRefs(b.Attrs, block, f)
			return Rebuilt(block, attrs), len(attrs) > 0
		})
		if other {
			changed = set(changed, b.Type, list)
		}
	}
	return value.With(changed)
}

// mapRefs returns the changed attributes.
func mapRefs(attrs []Attr, value attributes, f func(ref cty.Value) (cty.Value, bool)) (changed Values) {
	for i := range attrs {
		a := &attrs[i]
		if a.Local || !IsRef(a.Type) {
			continue
		}
		v, other := value.GetAttr(a.Name), false
		if a.Type.IsListType() {
			v, other = mapElements(v, func(ref cty.Value) (cty.Value, bool) { return mapRef(ref, f) })
		} else {
			v, other = mapRef(v, f)
		}
		if other {
			changed = set(changed, a.Name, v)
		}
	}
	return changed
}

func mapRef(ref cty.Value, f func(ref cty.Value) (cty.Value, bool)) (cty.Value, bool) {
	if ref.IsMarked() || ref.IsNull() || !ref.IsKnown() {
		return ref, false
	}
	return f(ref)
}

func mapElements(list cty.Value, f func(cty.Value) (cty.Value, bool)) (_ cty.Value, changed bool) {
	if list.IsNull() || !list.IsKnown() {
		return list, false
	}
	bare, marks := list.Unmark()
	elems := Elements(bare)
	for i, v := range elems {
		other := false
		if elems[i], other = f(v); other {
			changed = true
		}
	}
	if !changed {
		return list, false
	}
	return cty.ListVal(elems).WithMarks(marks), true
}
