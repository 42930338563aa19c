package kinds

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// refs returns a list of references to objects.
func refs(members []named) cty.Value {
	if len(members) == 0 {
		return cty.ListValEmpty(schema.Ref)
	}
	var list []cty.Value
	for _, m := range members {
		list = append(list, ref(m))
	}
	return cty.ListVal(list)
}

// ref returns the reference to an object.
func ref(m named) cty.Value {
	return cty.ObjectVal(map[string]cty.Value{
		"id": cty.StringVal(m.id), "addr": cty.StringVal(""), "name": cty.StringVal(m.name),
	})
}

// ids returns the ids in a list of references. A reference without an id is an error of the caller:
// its object does not exist yet.
func ids(list cty.Value) ([]string, error) {
	if list.IsNull() {
		return nil, nil
	}
	var out []string
	for it := list.ElementIterator(); it.Next(); {
		_, ref := it.Element()
		id := schema.Text(ref.GetAttr("id"))
		if id == "" {
			return nil, fmt.Errorf("%s has no id in the org yet", schema.Text(ref.GetAttr("addr")))
		}
		out = append(out, id)
	}
	return out, nil
}

// Bare replaces each reference by its id, sorted by id: the name of an object may change, or become
// known, without a change here.
func Bare(v cty.Value) cty.Value {
	v, _ = v.UnmarkDeep()
	if v.IsNull() || !v.IsKnown() {
		return v
	}
	t := v.Type()
	switch {
	case t.Equals(schema.Ref):
		return v.GetAttr("id")
	case t.IsListType() && v.LengthInt() > 0:
		var list []cty.Value
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			list = append(list, Bare(e))
		}
		if t.ElementType().Equals(schema.Ref) {
			slices.SortFunc(list, func(a, b cty.Value) int { return cmp.Compare(schema.Text(a), schema.Text(b)) })
		}
		return cty.TupleVal(list)
	case t.IsObjectType():
		attrs := v.AsValueMap()
		for name, attr := range attrs {
			attrs[name] = Bare(attr)
		}
		return cty.ObjectVal(attrs)
	}
	return v
}

// nullOf returns null of the type of a value.
func nullOf(v cty.Value) cty.Value { return cty.NullVal(v.Type()) }

// isPerson reports whether objects of the kind are people.
func isPerson(kind string) bool { return kinds.Named(kind).Person }
