package config

import (
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// leaveToOrg makes unknown what depends on the org, in a configuration that is applied elsewhere:
// there it has the org's value, and values that depend on it may differ from those here.
func (e *Evaluation) leaveToOrg(attrs map[string]cty.Value, d *schema.Desired) {
	for name, v := range attrs {
		of := ""
		if b := d.Kind.Block(name); b != nil {
			of = b.Of
		}
		switch {
		case d.Lifecycle.Ignores(name):
		case slices.Contains(d.Additive, name), of != "" && slices.Contains(d.Additive, of):
		case name == "admin_role" && e.mayBeDeprovisioned(d):
		case slices.ContainsFunc(referencesIn(v), e.refMayBeDeprovisioned), of != "" && slices.ContainsFunc(referencesIn(attrs[of]), e.refMayBeDeprovisioned):
		default:
			continue
		}
		_, marks := v.Unmark()
		attrs[name] = cty.UnknownVal(v.Type()).WithMarks(marks)
	}
}

// mayBeDeprovisioned reports whether the object may be, or be about, a deprovisioned user, for whom
// some attributes are left out.
func (e *Evaluation) mayBeDeprovisioned(d *schema.Desired) bool {
	return d.Kind.OnExisting || d.Kind.Person && d.Lifecycle.Ignores("status")
}

// refMayBeDeprovisioned reports it for a reference.
func (e *Evaluation) refMayBeDeprovisioned(ref cty.Value) bool {
	addr, err := schema.ParseAddr(schema.Text(ref.GetAttr("addr")))
	if err != nil || !kinds.IsPerson(addr.Kind) {
		return false
	}
	if addr.Data {
		return true
	}
	d := e.declaredAt(addr)
	return d != nil && e.mayBeDeprovisioned(d)
}

// referencesIn returns the known elements of a list of references.
func referencesIn(list cty.Value) []cty.Value {
	list, _ = list.Unmark()
	if list.IsNull() || !list.Type().Equals(cty.List(schema.Ref)) {
		return nil
	}
	return slices.DeleteFunc(schema.Elements(list), func(ref cty.Value) bool { return ref.IsNull() || !ref.IsKnown() })
}
