package schema

import (
	"encoding/json"
	"maps"
	"slices"

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
			have = set(have, a.Name, SameMembers(before.GetAttr(a.Name), after.GetAttr(a.Name)))
		}
	}
	for i := range k.Blocks {
		b := &k.Blocks[i]
		if b.Align != nil && !before.GetAttr(b.Type).IsNull() {
			is, should := b.Align(b, before, after)
			have, want = set(have, b.Type, is), set(want, b.Type, should)
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

// SameMembers returns the members of a JSON object that another one names too; null for missing
// ones.
func SameMembers(have, want cty.Value) cty.Value {
	h, w := JSONObject(have), JSONObject(want)
	if w == nil || h == nil && Text(have) != "" {
		return have
	}
	for name := range w {
		w[name] = h[name]
	}
	kept, err := json.Marshal(w)
	if err != nil {
		return have
	}
	return cty.StringVal(string(kept))
}

// alignNames replaces after's name or id by before's spelling for the same object.
func alignNames(before, after cty.Value) cty.Value {
	if before.IsNull() || !before.IsKnown() || after.IsNull() || !after.IsKnown() {
		return after
	}
	spelled := Text(after.GetAttr("id"))
	if spelled != "" && slices.Contains([]string{Text(before.GetAttr("id")), Text(before.GetAttr("name"))}, spelled) {
		return before
	}
	return after
}

// Declarable returns the value as a configuration would declare it: with a label for each nested
// block, where an org has keys without key ids and secrets without names, and without what Okta
// fills into assignments.
func (k *Kind) Declarable(v Value) Value {
	var changed Values
	for i := range k.Blocks {
		b := &k.Blocks[i]
		if list := v.GetAttr(b.Type); b.Declarable != nil && !list.IsNull() && list.IsKnown() {
			changed = set(changed, b.Type, b.Declarable(b, v))
		}
	}
	return k.with(v, changed)
}
