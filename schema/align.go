package schema

import (
	"maps"

	"github.com/zclconf/go-cty/cty"
)

// Align gives the parts of before (the org's value) and after (the declared value) the same names
// if the org and the configuration name them differently, so that they can be compared. Secrets of
// an app have no names in an org, and a policy has a name and an id. Only the declared part of
// profiles and assignment details is compared. All values must be in normal form; null and unknown
// values are returned unchanged.
func (k *Kind) Align(before, after Value) (Value, Value) {
	if before.IsNull() || after.IsNull() || !after.IsKnown() || !before.IsKnown() {
		return before, after
	}
	var have, want Values // the changed attributes
	for i := range k.Attrs {
		switch a := &k.Attrs[i]; {
		case a.NameOrID:
			want = set(want, a.Name, alignNames(before.GetAttr(a.Name), after.GetAttr(a.Name)))
		case a.Merged && after.GetAttr(a.Name).IsNull(): // unmanaged: not shown
			have = set(have, a.Name, after.GetAttr(a.Name))
		case a.Merged:
			have = set(have, a.Name, named(before.GetAttr(a.Name), after.GetAttr(a.Name)))
		}
	}
	for i := range k.Blocks {
		b := &k.Blocks[i]
		is := before.GetAttr(b.Type)
		switch should := after.GetAttr(b.Type); {
		case is.IsNull():
		case b.KeyMaterial:
			have = set(have, b.Type, alignKeys(b, is, should))
		case b.SecuritySensitive:
			is, should = alignSecrets(b, is, should, SecretBased(after))
			have, want = set(have, b.Type, is), set(want, b.Type, should)
		case b.Of != "" && b.Unmanaged:
			have = set(have, b.Type, alignDetails(b, is, should))
		}
	}
	return k.with(before, have), k.with(after, want)
}

// with returns the value with other attributes, in normal form again.
func (k *Kind) with(value Value, attrs Values) Value {
	maps.DeleteFunc(attrs, func(name string, v cty.Value) bool { return v.RawEquals(value.GetAttr(name)) })
	if len(attrs) == 0 {
		return value
	}
	return k.Normal(value.With(attrs))
}
