package apply

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// overlap returns what an object is to be while old and new are both valid, and names what is kept
// of the old; nothing if no removal is a replacement.
func overlap(prior schema.Value, d schema.Desired) (schema.Desired, []string) {
	want, attrs := d.Value.Unmarked(), schema.Values{}
	var names []string
	for _, kept := range plan.Overlap(d.Kind, prior, want) {
		attrs[kept.Name] = cty.ListVal(append(want.GetAttr(kept.Name).AsValueSlice(), kept.Old...))
		names = append(names, kept.Names()...)
	}
	if names == nil {
		return d, nil
	}
	d.Value = d.Kind.Normal(want.With(attrs))
	return d, names
}
