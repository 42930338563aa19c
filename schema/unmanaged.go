package schema

import "github.com/zclconf/go-cty/cty"

// Parts names what of a value the org keeps beside the object itself and shows
// only when it is asked: unmanaged attributes and blocks that are declared.
func (k *Kind) Parts(value cty.Value) []string {
	var parts []string
	if value.IsNull() || !value.IsKnown() {
		return nil
	}
	for i := range k.Attrs {
		if a := &k.Attrs[i]; a.Unmanaged && !a.Local && a.Path == "" && !value.GetAttr(a.Name).IsNull() {
			parts = append(parts, a.Name)
		}
	}
	for i := range k.Blocks {
		if b := &k.Blocks[i]; b.Unmanaged && !value.GetAttr(b.Type).IsNull() {
			parts = append(parts, b.Type)
		}
	}
	return parts
}

// Details is the type of block that says more about the elements of a set; nil
// where nothing more can be said.
func (k *Kind) Details(set string) *Block {
	for i := range k.Blocks {
		if b := &k.Blocks[i]; b.Of == set && b.Unmanaged {
			return b
		}
	}
	return nil
}

// HasRights reports whether a value holds scopes or roles, or may: they aren't
// known yet.
func HasRights(value cty.Value) bool {
	for _, name := range [...]string{"okta_api_scopes", "admin_role"} {
		if value.IsNull() || !value.Type().HasAttribute(name) {
			continue
		}
		list, _ := value.GetAttr(name).Unmark()
		if !list.IsNull() && (!list.IsKnown() || list.LengthInt() > 0) {
			return true
		}
	}
	return false
}

// Rights are the scopes and roles that a value holds. "" stands for one that isn't
// known, or that its type doesn't tell.
type Rights struct {
	Scopes []string
	Roles  []string // their types
}

// RightsOf tells the rights in a value of any kind.
func RightsOf(value cty.Value) Rights {
	var r Rights
	if value.Type().HasAttribute("okta_api_scopes") {
		r.Scopes = names(value.GetAttr("okta_api_scopes"), text)
	}
	if value.Type().HasAttribute("admin_role") {
		r.Roles = names(value.GetAttr("admin_role"), func(role cty.Value) string {
			if t := text(role.GetAttr("type")); t != "CUSTOM" {
				return t
			}
			return ""
		})
	}
	return r
}

func names(list cty.Value, name func(cty.Value) string) []string {
	list, _ = list.Unmark()
	if !list.IsKnown() {
		return []string{""}
	}
	var out []string
	for _, v := range elements(list) {
		out = append(out, name(v))
	}
	return out
}

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
		if b.Unmanaged && attrs[b.Type].IsNull() {
			attrs[b.Type] = from.GetAttr(b.Type)
		}
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
