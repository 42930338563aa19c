package apply

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Make before break: what takes the place of something else is added first,
// tested, and only then does the old one go.
//
// There is no state that could tell a right that was declared until yesterday
// from one that somebody added by hand. So a removal counts as paired where the
// same change of the same object adds at least as many of its kind: a key for a
// key, a role for a role. Any other removal waits for nothing. And where an app
// gains scopes or roles, no key is kept: whoever put it there would gain them
// too.

// between is what an object is to be while the new and the old are both valid,
// and names what of the old is kept for that; nothing where no removal is paired.
func between(prior schema.Value, d schema.Desired) (schema.Desired, []string) {
	want, attrs := d.Value.Unmarked(), schema.Values{}
	var kept []string
	for _, name := range []string{"admin_role", "public_key"} {
		block := d.Kind.Block(name)
		if block == nil || block.KeyMaterial && gains(prior, want) {
			continue
		}
		old := replaced(block, prior.GetAttr(name), want.GetAttr(name))
		if len(old) == 0 {
			continue
		}
		attrs[name] = cty.ListVal(append(want.GetAttr(name).AsValueSlice(), old...))
		for _, v := range old {
			kept = append(kept, fmt.Sprintf("%s %q", name, block.KeyOf(v)))
		}
	}
	if kept == nil {
		return d, nil
	}
	d.Value = d.Kind.Normal(want.With(attrs))
	return d, kept
}

// replaced are the blocks of prior that blocks of want take the place of.
func replaced(block *schema.Block, prior, want cty.Value) []cty.Value {
	if prior.IsNull() || want.IsNull() || !want.IsWhollyKnown() {
		return nil
	}
	old, added := lacking(block, prior, want), lacking(block, want, prior)
	if len(old) > len(added) {
		return nil
	}
	return old
}

// lacking are the blocks of a in force that b has no block of the same key for.
func lacking(block *schema.Block, a, b cty.Value) []cty.Value {
	has := map[string]bool{}
	for _, v := range b.AsValueSlice() {
		has[block.KeyOf(v)] = true
	}
	var out []cty.Value
	for _, v := range a.AsValueSlice() {
		inactive := v.Type().HasAttribute("status") && v.GetAttr("status").RawEquals(cty.StringVal("INACTIVE"))
		if !has[block.KeyOf(v)] && !inactive {
			out = append(out, v)
		}
	}
	return out
}

// gains reports whether want has a scope or role that prior hasn't, or has it
// with other targets.
func gains(prior, want schema.Value) bool {
	for _, name := range []string{"okta_api_scopes", "admin_role"} {
		if !want.Has(name) {
			continue
		}
		had := schema.Elements(schema.OnlyIDs(prior.GetAttr(name)))
		for _, v := range schema.Elements(schema.OnlyIDs(want.GetAttr(name))) {
			if !contains(had, v) {
				return true
			}
		}
	}
	return false
}

func contains(list []cty.Value, v cty.Value) bool {
	for _, other := range list {
		if other.RawEquals(v) {
			return true
		}
	}
	return false
}
