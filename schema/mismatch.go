package schema

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Mismatches returns the attributes and types of nested blocks in which the object that was read
// differs from the one that was sent. It compares only what was known and can be read.
func (k *Kind) Mismatches(sent, got Value) []string {
	got, sent = k.Align(k.Normal(got), k.Normal(sent.Unmarked()))
	sent, got = k.WithUnmanaged(k.Normal(sent), got), k.Normal(got)
	var names []string
	for name := range sent.All() {
		if a := k.Attr(name); a != nil && (a.WriteOnly || a.VersionOf != "" || a.Computed && a.Default == cty.NilVal) {
			continue
		}
		if !Agrees(sent.GetAttr(name), got.GetAttr(name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
