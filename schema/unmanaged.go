package schema

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// SideData returns the declared unmanaged attributes and blocks of a value, which the org stores
// beside the object and which take requests of their own.
func (k *Kind) SideData(value Value) []string {
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

// Details returns the type of block that describes the elements of a set further, or nil.
func (k *Kind) Details(set string) *Block {
	for i := range k.Blocks {
		if b := &k.Blocks[i]; b.Of == set && b.Unmanaged {
			return b
		}
	}
	return nil
}

// IsRightSet reports whether an attribute or block holds rights of a principal.
func IsRightSet(name string) bool { return name == "okta_api_scopes" || name == "admin_role" }

// HasRights reports whether a value has scopes or roles, or may have unknown ones.
func HasRights(value Value) bool {
	for _, name := range [...]string{"okta_api_scopes", "admin_role"} {
		if !value.Has(name) {
			continue
		}
		list, _ := value.GetAttr(name).Unmark()
		if !list.IsNull() && (!list.IsKnown() || list.LengthInt() > 0) {
			return true
		}
	}
	return false
}

// Rights are the scopes and roles in a value. "" stands for one that is unknown, or whose type does
// not say what it allows.
type Rights struct {
	Scopes []string
	Roles  []string // types
}

// RightsOf returns the rights in a value of any kind.
func RightsOf(value Value) Rights {
	var r Rights
	if value.Has("okta_api_scopes") {
		r.Scopes = names(value.GetAttr("okta_api_scopes"), Text)
	}
	if value.Has("admin_role") {
		r.Roles = names(value.GetAttr("admin_role"), func(role cty.Value) string {
			if t := Text(role.GetAttr("type")); t != "CUSTOM" {
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
	for _, v := range Elements(list) {
		out = append(out, name(v))
	}
	return out
}

// WithUnmanaged replaces the unmanaged parts of a normal value that are null, also in its nested
// blocks, by those of from. The result is normal too.
func (k *Kind) WithUnmanaged(value, from Value) Value {
	if value.IsNull() || !value.IsKnown() || from.IsNull() || !from.IsKnown() {
		return value
	}
	filled := fillUnmanaged(k.Attrs, value, from)
	for i := range k.Blocks {
		b := &k.Blocks[i]
		list := value.GetAttr(b.Type)
		if b.Unmanaged && list.IsNull() && !from.GetAttr(b.Type).IsNull() {
			list = from.GetAttr(b.Type)
			filled = set(filled, b.Type, list)
		}
		if list, other := b.withUnmanaged(list, from.GetAttr(b.Type)); other {
			filled = set(filled, b.Type, list)
		}
	}
	return k.with(value, filled)
}

// fillUnmanaged returns the attributes that are filled in.
func fillUnmanaged(list []Attr, value, from attributes) (filled Values) {
	for i := range list {
		if a := &list[i]; a.Unmanaged && !a.Local && value.GetAttr(a.Name).IsNull() {
			if v := from.GetAttr(a.Name); !v.IsNull() {
				filled = set(filled, a.Name, v)
			}
		}
	}
	return filled
}

// withUnmanaged does the same for the blocks of one type, matched by their keys.
func (b *Block) withUnmanaged(list, from cty.Value) (_ cty.Value, changed bool) {
	if list.IsNull() || !list.IsKnown() || !anyUnmanaged(b.Attrs) {
		return list, false
	}
	blocks := Elements(list)
	for i, v := range blocks {
		for _, other := range Elements(from) {
			if b.KeyOf(other) == b.KeyOf(v) {
				blocks[i] = Rebuilt(v, fillUnmanaged(b.Attrs, v, other))
				changed = true
			}
		}
	}
	if !changed {
		return list, false
	}
	return cty.ListVal(blocks), true
}

func anyUnmanaged(attrs []Attr) bool {
	for i := range attrs {
		if attrs[i].Unmanaged {
			return true
		}
	}
	return false
}

// Tells reports whether a block about an element of a set says more than that it is one.
func (b *Block) Tells(block cty.Value) bool {
	return slices.ContainsFunc(b.Attrs, func(a Attr) bool { return !slices.Contains(b.Key, a.Name) && !block.GetAttr(a.Name).IsNull() })
}
