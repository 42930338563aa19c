package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// narrows refuses a list that limits a right but is empty or null: without elements the right would
// have no limit. It reports whether the list certainly has elements.
func (dec *decoder) narrows(a *schema.Attr, v cty.Value, given *hcl.Attribute) bool {
	v, _ = v.Unmark()
	state := ""
	switch t := v.Type(); {
	case v.IsNull():
		state = "null"
	case t.IsTupleType():
		if t.Length() == 0 {
			state = "empty"
		}
	case !t.IsListType() && !t.IsSetType():
		return false
	case !v.IsKnown():
		return v.Range().DefinitelyNotNull() && v.Range().LengthLowerBound() > 0
	case v.LengthInt() == 0:
		state = "empty"
	}
	if state == "" {
		return true
	}
	dec.error(given, "Empty target list",
		"%s is %s here, and a role without targets covers the whole org. If that is intended, remove it; otherwise name the targets, or leave out the admin_role block (with a dynamic block, or for_each over the objects that have targets).", a.Name, state)
	return false
}
