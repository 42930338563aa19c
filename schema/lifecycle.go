package schema

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Lifecycle is the lifecycle block of a declared object.
type Lifecycle struct {
	PreventDestroy bool
	IgnoreAll      bool
	Ignore         []string // names of attributes and types of nested blocks
}

// Ignores reports whether the attribute, or the nested blocks of that type, are ignored and keep
// the org's value.
func (l Lifecycle) Ignores(name string) bool { return l.IgnoreAll || slices.Contains(l.Ignore, name) }

// Sets returns what can be additive: the attributes that are sets beside the object's document
// (scopes, members, assignments, permissions), and the nested blocks.
func (k *Kind) Sets() []string {
	var names []string
	for _, a := range k.Attrs {
		if a.isSet() {
			names = append(names, a.Name)
		}
	}
	for _, b := range k.Blocks {
		if b.Of == "" && !b.Unmanaged {
			names = append(names, b.Type)
		}
	}
	return names
}

func (a *Attr) isSet() bool { return a.Unordered && a.Path == "" && a.Type.IsListType() && !a.Local }

// CopyUnmanaged copies ignored attributes and the undeclared elements of additive sets from the
// object in the org. Both values must be normal; prior may be incomplete.
func (d *Desired) CopyUnmanaged(prior Value) {
	if !d.LeavesAny() {
		return
	}
	attrs := Values{}
	for i := range d.Kind.Attrs {
		a := &d.Kind.Attrs[i]
		switch before := prior; {
		case a.Local:
		case d.Lifecycle.Ignores(a.Name):
			attrs[a.Name] = before.GetAttr(a.Name)
		case slices.Contains(d.Additive, a.Name):
			attrs[a.Name] = d.union(a.Name, d.Value.GetAttr(a.Name), before.GetAttr(a.Name), memberKey)
		}
	}
	for i := range d.Kind.Blocks {
		b := &d.Kind.Blocks[i]
		before := prior.GetAttr(b.Type)
		switch {
		case d.Lifecycle.Ignores(b.Type):
			if !before.IsNull() {
				attrs[b.Type] = before
			}
		case slices.Contains(d.Additive, b.Type):
			attrs[b.Type] = d.union(b.Type, d.Value.GetAttr(b.Type), b.named(before, d.Value.GetAttr(b.Type)), b.KeyOf)
		case b.Of != "" && slices.Contains(d.Additive, b.Of):
			// A block that limits an undeclared element must stay with it.
			attrs[b.Type] = union(d.Value.GetAttr(b.Type), d.limiting(b, before), b.KeyOf)
		}
	}
	d.Value = d.Kind.Normal(d.Value.With(attrs))
}

// LeavesAny reports whether any part of the object is ignored or additive.
func (d *Desired) LeavesAny() bool {
	return d.Lifecycle.IgnoreAll || len(d.Lifecycle.Ignore) > 0 || len(d.Additive) > 0
}

// union adds to a declared set the elements that only the org has, and records them in
// d.Undeclared.
func (d *Desired) union(name string, declared, before cty.Value, key func(cty.Value) string) cty.Value {
	if declared.IsNull() || !declared.IsKnown() {
		return declared // unmanaged
	}
	left := beyond(declared, before, key)
	if len(left) == 0 {
		return declared
	}
	if d.Undeclared == nil {
		d.Undeclared = map[string][]cty.Value{}
	}
	d.Undeclared[name] = left
	return union(declared, left, key)
}

// limiting returns the blocks that describe undeclared elements.
func (d *Desired) limiting(b *Block, before cty.Value) []cty.Value {
	var out []cty.Value
	for _, block := range Elements(before) {
		for _, v := range d.Undeclared[b.Of] {
			if b.KeyOf(block) == memberKey(v) {
				out = append(out, block)
			}
		}
	}
	return out
}

// beyond returns before minus declared.
func beyond(declared, before cty.Value, key func(cty.Value) string) []cty.Value {
	declared, _ = declared.Unmark()
	has := map[string]bool{}
	for _, v := range Elements(declared) {
		has[key(v)] = true
	}
	return slices.DeleteFunc(Elements(before), func(v cty.Value) bool { return has[key(v)] })
}

func union(declared cty.Value, more []cty.Value, key func(cty.Value) string) cty.Value {
	list, marks := declared.Unmark()
	all := Elements(list)
	has := map[string]bool{}
	for _, v := range all {
		has[key(v)] = true
	}
	for _, v := range more {
		if !has[key(v)] {
			all = append(all, v)
			has[key(v)] = true
		}
	}
	if len(all) == 0 {
		return declared
	}
	return cty.ListVal(all).WithMarks(marks)
}

// memberKey returns the key of a member of a set.
func memberKey(v cty.Value) string {
	if v.Type().Equals(Ref) {
		return RefKey(v)
	}
	return Text(v)
}

// Unnamed reports whether a key without a key id is one of the declared keys: Okta accepts the only
// key of an app without an id.
func (b *Block) Unnamed(key, declared cty.Value) bool {
	if !b.KeyMaterial || b.KeyOf(key) != "" {
		return false
	}
	list, _ := declared.UnmarkDeep()
	return slices.ContainsFunc(Elements(list), func(v cty.Value) bool {
		return Text(v.GetAttr("thumbprint")) == Text(key.GetAttr("thumbprint"))
	})
}

// named returns before without the keys that a declared key gives a key id.
func (b *Block) named(before, declared cty.Value) cty.Value {
	if before.IsNull() || !before.IsKnown() || !slices.ContainsFunc(Elements(before), func(key cty.Value) bool { return b.Unnamed(key, declared) }) {
		return before
	}
	return b.ListOf(slices.DeleteFunc(Elements(before), func(key cty.Value) bool { return b.Unnamed(key, declared) }))
}
