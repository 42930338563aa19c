package org

import (
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// Of thousands of apps that a plan looks at, whole documents would take more room than
// everything else.

// distilled is all that is asked of the document of an object that is only looked at.
type distilled struct {
	id, policy string // the object's, and that of the policy that an app signs people in by
	changed    dates
	value      schema.Value
	owner      schema.Owner
}

// distill makes of a document what it says. One that can't be read stays: if the
// object is one that matters, that is said.
func (r *remote) distill() {
	value, owner, err := r.fields()
	if err != nil {
		return
	}
	r.read = &distilled{r.id(), r.policyLink(), datesOf(r), value, owner}
	r.doc = nil
}

// said is a text that the object's document holds at a place, and its value as an
// attribute; "" where there is none.
func (r *remote) said(attr string, path ...string) string {
	if r.read != nil {
		return text(r.read.value.GetAttr(attr))
	}
	return okta.Text(r.doc, path...)
}
