package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
)

// checkPolicy refuses an authentication policy that does not exist in the org, or whose name is not
// unique, before anything is changed.
func (m *matching) checkPolicy(d schema.Desired, before, after schema.Value) hcl.Diagnostics {
	if d.Kind.Attr("access_policy") == nil || after.GetAttr("access_policy").IsNull() || !after.GetAttr("access_policy").IsKnown() {
		return nil
	}
	if !before.IsNull() && before.GetAttr("access_policy").RawEquals(after.GetAttr("access_policy")) {
		return nil
	}
	spelled := schema.Text(after.GetAttr("access_policy").GetAttr("id"))
	var names []string
	named := 0
	for _, p := range m.snapshot.Policies {
		names = append(names, fmt.Sprintf("%q (%s)", p.Name, p.ID))
		if p.ID == spelled {
			return nil
		}
		if p.Name == spelled {
			named++
		}
	}
	slices.Sort(names)
	diag := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "No such authentication policy", Subject: subject(d, "access_policy")}
	switch {
	case named == 1:
		return nil
	case named > 1:
		diag.Summary = "Two authentication policies of one name"
		diag.Detail = fmt.Sprintf("The org has more than one authentication policy called %q: set the id of the right one in %s. The org has: %s.", spelled, d.Addr, strings.Join(names, ", "))
	case len(names) == 0:
		diag.Detail = fmt.Sprintf("access_policy of %s is %q, and the org has no authentication policies: only orgs with Identity Engine have them. Remove access_policy.", d.Addr, spelled)
	default:
		diag.Detail = fmt.Sprintf("access_policy of %s is %q, which is neither the name nor the id of a policy. The org has: %s.", d.Addr, spelled, strings.Join(names, ", "))
	}
	return hcl.Diagnostics{diag}
}
