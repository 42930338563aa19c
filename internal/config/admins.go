package config

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
)

// twoBlocks finds admin blocks about a user or group that is declared here: it
// has its admin_role blocks inside, and each block would take away what the
// other gives.
func twoBlocks(declared []schema.Desired) hcl.Diagnostics {
	blocks := map[string]schema.Addr{} // by the principal's name
	for _, d := range declared {
		if !d.Kind.Attached && d.Value.IsKnown() && d.Kind.Block("admin_role") != nil {
			blocks[principalKey(d.Kind.Name, str(d.Value.GetAttr(d.Kind.Label)))] = d.Addr
		}
	}
	var diags hcl.Diagnostics
	for _, d := range declared {
		if !d.Kind.Attached || !d.Value.IsKnown() {
			continue
		}
		kind, name, _ := strings.Cut(str(d.Value.GetAttr(d.Kind.Label)), " ")
		if other, ok := blocks[principalKey(kind, name)]; ok && name != "" {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Two blocks for one principal",
				Detail:  fmt.Sprintf("%s is about the %s %q, which %s declares. Put the admin_role blocks into %s, and leave %s out.", d.Addr, kind, name, other, other, d.Addr),
				Subject: &d.Range})
		}
	}
	return diags
}

func principalKey(kind, name string) string {
	return strings.ToLower(schema.Principal(kind, name))
}
