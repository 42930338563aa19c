package apply

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// inconsistent names the attributes that the plan showed with a known value
// and that evaluate to another one now that more is known.
func inconsistent(c *plan.Change, d schema.Desired) []string {
	planned, _ := c.After.UnmarkDeep()
	now, _ := d.Value.UnmarkDeep()
	now = c.Kind.WithUnmanaged(now, planned)
	var names []string
	for _, name := range attributes(c.Kind) {
		p, n := planned.GetAttr(name), now.GetAttr(name)
		if a := c.Kind.Attr(name); a != nil && (a.Since != "" || a.Computed) {
			continue
		}
		if !agrees(onlyIDs(p), onlyIDs(n)) {
			names = append(names, name)
		}
	}
	return names
}

// differs names the attributes that the org shows differently from what was
// sent to it.
func differs(k *schema.Kind, sent, got cty.Value) []string {
	sent, _ = sent.UnmarkDeep()
	sent, got = onlyIDs(k.WithUnmanaged(k.Normal(sent), got)), onlyIDs(k.Normal(got))
	var names []string
	for _, name := range attributes(k) {
		if a := k.Attr(name); a != nil && (a.WriteOnly || a.Since != "" || a.Computed && a.Default == cty.NilVal) {
			continue
		}
		if !agrees(sent.GetAttr(name), got.GetAttr(name)) {
			names = append(names, name)
		}
	}
	return names
}

// attributes names everything in a value of the kind.
func attributes(k *schema.Kind) []string {
	var names []string
	for name := range k.Type().AttributeTypes() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// agrees reports whether got equals want wherever want is known.
func agrees(want, got cty.Value) bool {
	switch {
	case !want.IsKnown():
		return true
	case want.IsNull() || got.IsNull() || !got.IsKnown():
		return want.RawEquals(got)
	case want.Type().IsObjectType():
		for name := range want.Type().AttributeTypes() {
			if !agrees(want.GetAttr(name), got.GetAttr(name)) {
				return false
			}
		}
		return true
	case want.Type().IsListType() && !want.Type().ElementType().IsPrimitiveType():
		return agreesInAnyOrder(want.AsValueSlice(), got.AsValueSlice())
	case want.Type().IsListType():
		a, b := want.AsValueSlice(), got.AsValueSlice()
		return slices.EqualFunc(a, b, agrees)
	}
	return want.RawEquals(got)
}

// agreesInAnyOrder is agrees for references and nested blocks: they are sorted
// by ids, and one that isn't known yet may find another place when it is.
func agreesInAnyOrder(want, got []cty.Value) bool {
	if len(want) != len(got) {
		return false
	}
	// What is known goes first, so that the unknown takes what is left.
	slices.SortStableFunc(want, func(a, b cty.Value) int { return unknowns(a) - unknowns(b) })
	for _, w := range want {
		i := slices.IndexFunc(got, func(g cty.Value) bool { return agrees(w, g) })
		if i < 0 {
			return false
		}
		got = slices.Delete(got, i, i+1)
	}
	return true
}

func unknowns(v cty.Value) int {
	n := 0
	_ = cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) {
		if !v.IsKnown() {
			n++
		}
		return true, nil
	})
	return n
}

// onlyIDs reduces references to their ids, and sorts lists of them: under
// which names a run knows the targets doesn't matter here.
func onlyIDs(v cty.Value) cty.Value {
	out, err := cty.Transform(v, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if v.Type().Equals(schema.Ref) && v.IsKnown() && !v.IsNull() {
			return cty.ObjectVal(map[string]cty.Value{"id": v.GetAttr("id"), "addr": cty.NullVal(cty.String), "name": cty.NullVal(cty.String)}), nil
		}
		if v.Type().Equals(cty.List(schema.Ref)) && v.IsKnown() && !v.IsNull() && v.LengthInt() > 0 {
			elems := v.AsValueSlice()
			slices.SortStableFunc(elems, func(a, b cty.Value) int { return strings.Compare(schema.RefKey(a), schema.RefKey(b)) })
			return cty.ListVal(elems), nil
		}
		return v, nil
	})
	if err != nil {
		return v
	}
	return out
}

func list(names []string) string { return strings.Join(names, ", ") }
