package config

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Most objects need no second evaluation once the org is known: all that they lack
// are the ids of what they refer to, and what only Okta sets. These are filled in.
//
// What is known of a value doesn't change when more becomes known, since the language
// makes unknown whatever hangs on something unknown. There is one exception: what is
// left to the org (ignore_changes, additive sets) becomes another value, and whatever
// hangs on that, too.

// learned is the object as it evaluates with what is known now, made of what it
// evaluated to with nothing known; ok is false where that doesn't tell.
func (e *Evaluation) learned(in *instance) (_ *schema.Desired, _ hcl.Diagnostics, ok bool) {
	if e.base == nil || in.base == nil {
		return nil, nil, false
	}
	d, diags, ok := e.filledIn(in)
	if ok {
		e.leaveOut(d, e.known(d.Addr)) // which may evaluate users, and so needs the lock itself
	}
	return d, diags, ok
}

// filledIn is learned, but for what Okta refuses to deprovisioned users.
func (e *Evaluation) filledIn(in *instance) (_ *schema.Desired, _ hcl.Diagnostics, ok bool) {
	e.base.mu.Lock()
	defer e.base.mu.Unlock()
	if !in.base.evaluated || in.base.diags.HasErrors() || !e.base.lasting(in.base) {
		return nil, nil, false
	}
	d := *in.base.desired
	d.DependsOn = e.dependsOn(in)
	d.Value = d.Kind.MapRefs(d.Value, e.identified)
	object := e.known(d.Addr)
	if object != nil {
		computed := schema.Values{}
		for i := range d.Kind.Attrs {
			a := &d.Kind.Attrs[i]
			if a.Computed && a.Default == cty.NilVal && a.Derive == nil && !d.Value.GetAttr(a.Name).IsKnown() {
				computed[a.Name] = object.Value.GetAttr(a.Name)
			}
		}
		d.Value = d.Value.With(computed)
	}
	d.Value = d.Kind.Normal(d.Value)
	if object != nil {
		d.Keep(object.Value)
	}
	return &d, in.base.diags, true
}

// identified gives a reference the id of its target, if that has come into being.
func (e *Evaluation) identified(ref cty.Value) (cty.Value, bool) {
	if ref.GetAttr("id").IsKnown() {
		return ref, false
	}
	text := str(ref.GetAttr("addr"))
	known, ok := e.refs[text]
	if !ok {
		if addr, err := schema.ParseAddr(text); err == nil {
			if object := e.known(addr); object != nil && object.ID != "" {
				known = cty.ObjectVal(map[string]cty.Value{"id": cty.StringVal(object.ID), "addr": ref.GetAttr("addr"), "name": ref.GetAttr("name")})
			}
		}
		e.refs[text] = known
	}
	if known == cty.NilVal {
		return ref, false
	}
	return known, true
}

// lasting reports whether nothing of the object is unknown but ids of what it refers
// to, and what only Okta sets.
func (e *Evaluation) lasting(in *instance) bool {
	d := in.desired
	if in.node.broken || len(in.node.rules)+len(in.node.postconditions) > 0 || !d.Value.IsKnown() || len(in.node.metaVariables()) > 0 || !e.refersToSteady(in) {
		return false
	}
	if slices.ContainsFunc(d.Keys, func(k schema.PrivateKey) bool { return k.Generate && k.Absent }) {
		return false // the org's key stands in for it
	}
	for _, v := range d.Local {
		if !v.IsWhollyKnown() {
			return false
		}
	}
	for i := range d.Kind.Attrs {
		a := &d.Kind.Attrs[i]
		if a.Local || !d.Value.Differs(a) {
			continue
		}
		if a.Computed {
			if _, given := d.Places.At(a.Name); !given {
				continue
			}
		}
		if !lastingAttr(a, d.Value.GetAttr(a.Name)) {
			return false
		}
	}
	for i := range d.Kind.Blocks {
		b := &d.Kind.Blocks[i]
		if !lastingBlocks(b, d.Value.GetAttr(b.Type)) {
			return false
		}
	}
	return true
}

// forget lets go of what the object evaluates to, and of what that was made of.
func (e *Evaluation) forget(in *instance) {
	in.desired, in.evaluated = nil, false
	if e.base == nil || in.base == nil || !in.base.evaluated {
		return
	}
	e.base.mu.Lock()
	defer e.base.mu.Unlock()
	e.base.steady(in.base) // which others ask, too
	in.base.desired, in.base.evaluated = nil, false
}

// refersToSteady reports whether the object refers to steady ones only.
func (e *Evaluation) refersToSteady(in *instance) bool {
	return !slices.ContainsFunc(in.desired.DependsOn, func(addr schema.Addr) bool {
		to := e.at(addr)
		return to == nil || !e.steady(to)
	})
}

// steady reports whether no part of the object is left to the org, nor of those that
// it refers to.
func (e *Evaluation) steady(in *instance) bool {
	if in.steady == nil {
		if !in.evaluated {
			return false
		}
		steady := !in.desired.KeepsAny() && e.refersToSteady(in)
		in.steady = &steady
	}
	return *in.steady
}

func lastingBlocks(b *schema.Block, list cty.Value) bool {
	list, _ = list.Unmark()
	if list.IsNull() || list.IsKnown() && list.LengthInt() == 0 {
		return true
	}
	if !list.IsKnown() {
		return false
	}
	for _, block := range schema.Elements(list) {
		for i := range b.Attrs {
			a := &b.Attrs[i]
			if !a.Local && (a.Settable || !a.Computed) && !lastingAttr(a, block.GetAttr(a.Name)) {
				return false
			}
			if slices.Contains(b.Key, a.Name) && lookedUp(block.GetAttr(a.Name)) {
				return false // only its id tells whether two blocks are about one object
			}
		}
	}
	return true
}

// lastingAttr reports whether nothing is unknown in the value of an attribute but the
// ids of references that say what they refer to.
func lastingAttr(a *schema.Attr, v cty.Value) bool {
	bare, _ := v.Unmark()
	switch {
	case !schema.IsRef(a.Type):
		return schema.WhollyKnown(v)
	case bare.IsNull() || !bare.IsKnown() || !a.Type.IsListType():
		return bare.IsNull() || bare.IsKnown() && named(bare)
	}
	for _, ref := range schema.Elements(bare) {
		if ref.IsMarked() || ref.IsNull() || !ref.IsKnown() || !named(ref) {
			return false
		}
	}
	return true
}

// lookedUp reports whether a value is a reference to a data source.
func lookedUp(v cty.Value) bool {
	if !v.Type().Equals(schema.Ref) || v.IsNull() || !v.IsKnown() {
		return false
	}
	addr, err := schema.ParseAddr(str(v.GetAttr("addr")))
	return err == nil && addr.Data
}

// named reports whether a reference says by itself what it refers to.
func named(ref cty.Value) bool {
	addr := ref.GetAttr("addr")
	return ref.GetAttr("name").IsKnown() && addr.IsKnown() && (ref.GetAttr("id").IsKnown() || str(addr) != "")
}
