package schema

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Changed names the attributes and types of nested blocks that differ between
// two normal values of the kind. Write-only attributes never differ by
// themselves, nor do those that only Okta sets, as long as they are known.
func (k *Kind) Changed(before, after cty.Value) []string {
	var names []string
	for _, a := range k.Attrs {
		if a.Local || a.WriteOnly || a.Since != "" {
			continue
		}
		if !same(before.GetAttr(a.Name), after.GetAttr(a.Name)) {
			names = append(names, a.Name)
		}
	}
	for i := range k.Blocks {
		if !same(before.GetAttr(k.Blocks[i].Type), after.GetAttr(k.Blocks[i].Type)) {
			names = append(names, k.Blocks[i].Type)
		}
	}
	slices.Sort(names)
	return names
}

// Equal reports whether nothing has Changed.
func (k *Kind) Equal(before, after cty.Value) bool { return len(k.Changed(before, after)) == 0 }

// same reports whether two values are equal, whatever their marks. An unknown
// value is a change.
func same(a, b cty.Value) bool {
	a, _ = a.UnmarkDeep()
	b, _ = b.UnmarkDeep()
	return a.RawEquals(b)
}
