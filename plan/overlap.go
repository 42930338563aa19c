package plan

import (
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Create before destroy: a replacement is created first and tested, and only then is the old one
// removed.
//
// Without a state file, a right that was declared until yesterday cannot be distinguished from one
// that was added by hand. Therefore a removal counts as a replacement if the same change of the
// same object adds at least as many elements of its kind: a key for a key, a role for a role, a
// scope for a scope. Other removals wait for nothing. If an app gains scopes or roles, no old key
// is kept: whoever added it would gain them too.

// overlapping are the attributes and blocks whose old and new values can be valid together.
var overlapping = [...]string{"okta_api_scopes", "admin_role", "public_key", "client_secret"}

// Retained is what stays of one attribute or block type until its replacement is tested.
type Retained struct {
	Name string
	Old  []cty.Value
	keys []string
}

// Names names the elements for people: public_key "2025".
func (k Retained) Names() []string {
	var names []string
	for _, key := range k.keys {
		names = append(names, fmt.Sprintf("%s %q", k.Name, key))
	}
	return names
}

// Stays names what of the old stays until its replacement is tested.
func (c *Change) Stays() []string {
	var names []string
	for _, part := range c.Overlap {
		names = append(names, part.Names()...)
	}
	return names
}

// Overlap returns what of prior stays valid beside want until the new is tested. While planning,
// want may contain unknown values, which count as new.
func Overlap(k *schema.Kind, prior, want schema.Value) []Retained {
	if prior.IsNull() || want.IsNull() {
		return nil
	}
	prior, want = k.Align(prior, want.Unmarked())
	var kept []Retained
	for _, name := range overlapping {
		block := k.Block(name)
		if block == nil && k.Attr(name) == nil || block != nil && (block.KeyMaterial || block.SecuritySensitive) && widens(prior, want) ||
			block != nil && block.SecuritySensitive && !givesNew(prior.GetAttr(name), want.GetAttr(name)) {
			continue
		}
		keyOf := schema.Text
		if block != nil {
			keyOf = block.KeyOf
		}
		old := replaced(keyOf, prior.GetAttr(name), want.GetAttr(name))
		if block != nil && block.KeyMaterial { // Okta accepts a key without a key id only alone
			old = slices.DeleteFunc(old, func(key cty.Value) bool { return keyOf(key) == "" })
		}
		if len(old) == 0 {
			continue
		}
		part := Retained{Name: name, Old: old}
		for _, v := range old {
			part.keys = append(part.keys, keyOf(v))
		}
		kept = append(kept, part)
	}
	return kept
}

// givesNew reports whether an app has one client secret and its only client_secret block gives a
// new one. Okta allows two, so both can be valid together. Configurations with more blocks say
// themselves when each secret is added and removed.
func givesNew(prior, want cty.Value) bool {
	blocks := schema.Elements(want)
	return len(schema.Elements(prior)) == 1 && len(blocks) == 1 &&
		blocks[0].GetAttr("given").RawEquals(cty.True) && !blocks[0].GetAttr("id").IsKnown()
}

// replaced returns the elements of prior that elements of want replace.
func replaced(keyOf func(cty.Value) string, prior, want cty.Value) []cty.Value {
	if prior.IsNull() || want.IsNull() || !want.IsKnown() {
		return nil
	}
	old, added := lacking(keyOf, prior, want), lacking(keyOf, want, prior)
	if len(old) > len(added) {
		return nil
	}
	return old
}

// lacking returns the active elements of a for which b has no element with the same key.
func lacking(keyOf func(cty.Value) string, a, b cty.Value) []cty.Value {
	has := map[string]bool{}
	for _, v := range b.AsValueSlice() {
		has[keyOf(v)] = true
	}
	var out []cty.Value
	for _, v := range a.AsValueSlice() {
		inactive := v.Type().IsObjectType() && v.Type().HasAttribute("status") && v.GetAttr("status").RawEquals(cty.StringVal("INACTIVE"))
		if !has[keyOf(v)] && !inactive {
			out = append(out, v)
		}
	}
	return out
}

// widens reports whether want has a scope or role that prior does not have, or one with other
// targets.
func widens(prior, want schema.Value) bool {
	for _, name := range []string{"okta_api_scopes", "admin_role"} {
		if !want.Has(name) {
			continue
		}
		had := schema.Elements(prior.GetAttr(name))
		for _, v := range schema.Elements(want.GetAttr(name)) {
			if !slices.ContainsFunc(had, func(other cty.Value) bool { return schema.Equal(v, other) }) {
				return true
			}
		}
	}
	return false
}

// keeps reports whether something of the old object still refers to an id when the tests run: the
// old half of a replacement, or what overlaps.
func (c *Change) keeps(id string) bool {
	if c.Action == Replace || c.Action == Delete && c.Owner.Deposed {
		return true
	}
	if c.TakesBack != nil && slices.Contains(references(c.Kind, c.TakesBack.Value), id) {
		return true
	}
	for _, kept := range c.Overlap {
		block := c.Kind.Block(kept.Name)
		if block == nil {
			continue
		}
		if slices.Contains(references(c.Kind, c.Kind.New(schema.Values{kept.Name: cty.ListVal(kept.Old)})), id) {
			return true
		}
	}
	return false
}
