package schema

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Deprovisioned is the status of a user who has left.
const Deprovisioned = "DEPROVISIONED"

// LeaveOut removes the deprovisioned users, to whom Okta assigns nothing, from the sets of members
// and assignments. Their existing assignments stay: prior is the object in the org, or the zero
// Value.
func (d *Desired) LeaveOut(departed func(ref cty.Value) bool, prior Value) {
	attrs := Values{}
	for i := range d.Kind.Attrs {
		a := &d.Kind.Attrs[i]
		if !a.Unmanaged || !a.Type.Equals(cty.List(Ref)) || !slices.ContainsFunc(a.Refs, d.Kind.compiled.set.IsPerson) {
			continue
		}
		list, marks := d.Value.GetAttr(a.Name).Unmark()
		if !slices.ContainsFunc(Elements(list), departed) {
			continue
		}
		has := func(cty.Value) bool { return false }
		if !prior.IsNull() && prior.IsKnown() {
			before := Elements(prior.GetAttr(a.Name))
			has = func(ref cty.Value) bool {
				return slices.ContainsFunc(before, func(v cty.Value) bool { return RefKey(v) == RefKey(ref) })
			}
		}
		var kept []cty.Value
		for _, ref := range Elements(list) {
			if departed(ref) && !has(ref) {
				d.depart(a.Name, ref)
				continue
			}
			kept = append(kept, ref)
		}
		attrs[a.Name] = refList(kept).WithMarks(marks)
		for j := range d.Kind.Blocks {
			if b := &d.Kind.Blocks[j]; b.Of == a.Name {
				attrs[b.Type] = b.asBefore(d.Value.GetAttr(b.Type), prior, func(block cty.Value) bool { return departed(block.GetAttr(b.Key[0])) })
			}
		}
	}
	if len(attrs) > 0 {
		d.Value = d.Kind.Normal(d.Value.With(attrs))
	}
}

// LeaveOutRoles removes the roles that are not assigned yet from an object whose principal is
// deprovisioned.
func (d *Desired) LeaveOutRoles(prior Value, principal string) {
	b := d.Kind.Block("admin_role")
	list := d.Value.GetAttr(b.Type)
	kept := b.asBefore(list, prior, func(cty.Value) bool { return true })
	if kept.RawEquals(list) {
		return
	}
	d.depart(b.Type, cty.StringVal(principal))
	d.Value = d.Kind.Normal(d.Value.With(Values{b.Type: kept}))
}

func (d *Desired) depart(set string, who cty.Value) {
	name := Text(who)
	if who.Type().Equals(Ref) {
		if name = Text(who.GetAttr("name")); name == "" {
			name = RefKey(who)
		}
	}
	if d.Deprovisioned == nil {
		d.Deprovisioned = map[string][]string{}
	}
	d.Deprovisioned[set] = append(d.Deprovisioned[set], name)
}

// asBefore returns a list of nested blocks in which those that fit are as in prior, or missing if
// prior does not have them.
func (b *Block) asBefore(list cty.Value, prior Value, fits func(cty.Value) bool) cty.Value {
	if list.IsNull() || !list.IsKnown() {
		return list
	}
	bare, marks := list.Unmark()
	var before, kept []cty.Value
	if !prior.IsNull() && prior.IsKnown() {
		before = Elements(prior.GetAttr(b.Type))
	}
	for _, block := range Elements(bare) {
		if !fits(block) {
			kept = append(kept, block)
			continue
		}
		if i := slices.IndexFunc(before, func(v cty.Value) bool { return b.KeyOf(v) == b.KeyOf(block) }); i >= 0 {
			kept = append(kept, before[i])
		}
	}
	if len(kept) == 0 && b.Unmanaged { // as if none were declared
		return cty.NullVal(cty.List(b.ValueType()))
	}
	return b.ListOf(kept).WithMarks(marks)
}

func refList(elems []cty.Value) cty.Value {
	if len(elems) == 0 {
		return cty.ListValEmpty(Ref)
	}
	return cty.ListVal(elems)
}
