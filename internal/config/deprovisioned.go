package config

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// leaveOut removes what Okta refuses for deprovisioned users from an object. object is the one in
// the org; nil if there is none.
func (e *Evaluation) leaveOut(d *schema.Desired, object *schema.Object) {
	if !d.Value.IsKnown() {
		return
	}
	var prior schema.Value
	if object != nil {
		prior = object.Value
		switch {
		case object.Deprovisioned:
			d.LeaveOutRoles(prior, schema.Text(d.Value.GetAttr(d.Kind.Label)))
		case e.staysDeprovisioned(d, object):
			d.LeaveOutRoles(prior, "user "+schema.Text(d.Value.GetAttr(d.Kind.Label)))
		}
	}
	d.LeaveOut(e.leftOutUser, prior)
}

// leftOutUser reports whether a reference is to a user who is deprovisioned and stays so.
func (e *Evaluation) leftOutUser(ref cty.Value) bool {
	addr, err := schema.ParseAddr(schema.Text(ref.GetAttr("addr")))
	if err != nil || !kinds.IsPerson(addr.Kind) {
		return false
	}
	object := e.known(addr)
	if object == nil || schema.Text(object.Value.GetAttr("status")) != schema.Deprovisioned {
		return false
	}
	if addr.Data {
		return true
	}
	d := e.declaredAt(addr)
	return d != nil && e.staysDeprovisioned(d, object)
}

// declaredAt returns the object declared at an address; nil if there is none.
func (e *Evaluation) declaredAt(addr schema.Addr) *schema.Desired {
	in := e.at(addr)
	if in == nil {
		return nil
	}
	e.eval(in)
	return in.desired
}

// staysDeprovisioned reports whether a declared user is deprovisioned and not reactivated, because
// the status is unmanaged.
func (e *Evaluation) staysDeprovisioned(d *schema.Desired, object *schema.Object) bool {
	return d.Kind.Person && d.Lifecycle.Ignores("status") && schema.Text(object.Value.GetAttr("status")) == schema.Deprovisioned
}
