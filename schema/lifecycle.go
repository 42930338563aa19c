package schema

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Lifecycle is what the lifecycle block of a declared object says.
type Lifecycle struct {
	PreventDestroy bool
	IgnoreAll      bool
	Ignore         []string // attributes, and types of nested blocks
}

// Ignores reports whether the attribute, or the nested blocks of that type,
// keep what the org has.
func (l Lifecycle) Ignores(name string) bool { return l.IgnoreAll || slices.Contains(l.Ignore, name) }

// Sets names what can be additive: the attributes that are sets beside the
// object's own fields (scopes, members, assignments, permissions), and the
// nested blocks.
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

// CopyUnmanaged takes over from the object in the org what the configuration leaves to
// it: attributes whose changes are ignored, and what others have added to an
// additive set. Both must be normal values; prior may be incomplete.
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
			// What limits an element that stays has to stay with it.
			attrs[b.Type] = union(d.Value.GetAttr(b.Type), d.limiting(b, before), b.KeyOf)
		}
	}
	d.Value = d.Kind.Normal(d.Value.With(attrs))
}

// LeavesAny reports whether the configuration leaves anything of the object to the org.
func (d *Desired) LeavesAny() bool {
	return d.Lifecycle.IgnoreAll || len(d.Lifecycle.Ignore) > 0 || len(d.Additive) > 0
}

// union adds to a declared set what the org has beyond it, and takes note of
// that.
func (d *Desired) union(name string, declared, before cty.Value, key func(cty.Value) string) cty.Value {
	if declared.IsNull() || !declared.IsKnown() {
		return declared // not managed
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

// limiting picks the blocks that say more of elements that are left alone.
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

// beyond lists the elements of before that declared hasn't.
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

// memberKey tells the members of a set apart.
func memberKey(v cty.Value) string {
	if v.Type().Equals(Ref) {
		return RefKey(v)
	}
	return text(v)
}
