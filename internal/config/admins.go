package config

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// twoBlocks finds admin blocks about a declared user or group. These have admin_role blocks of
// their own, and each of the two would remove what the other assigns.
func twoBlocks(declared []schema.Desired) hcl.Diagnostics {
	blocks := map[string]schema.Addr{} // by the principal's name
	for _, d := range declared {
		if !d.Kind.OnExisting && d.Value.IsKnown() && d.Kind.Block("admin_role") != nil {
			blocks[principalKey(d.Kind.Name, schema.Text(d.Value.GetAttr(d.Kind.Label)))] = d.Addr
		}
	}
	var diags hcl.Diagnostics
	for _, d := range declared {
		if !d.Kind.OnExisting || !d.Value.IsKnown() {
			continue
		}
		kind, name, _ := strings.Cut(schema.Text(d.Value.GetAttr(d.Kind.Label)), " ")
		if other, ok := blocks[principalKey(kind, name)]; ok && name != "" {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Two blocks for one principal",
				Detail:  fmt.Sprintf("%s is about the %s %q, which %s declares. Put the admin_role blocks into %s, and remove %s.", d.Addr, kind, name, other, other, d.Addr),
				Subject: &d.Range})
		}
	}
	return diags
}

func principalKey(kind, name string) string {
	return strings.ToLower(kinds.Principal(kind, name))
}

// removedPrincipal returns the principal whose roles a removed block removes. An admin block leaves
// no mark in the org, so its removed block must name the principal again; blocks of other kinds
// need not.
func (r *identityReader) removedPrincipal(in *instance, from target, content *hcl.BodyContent) (string, bool) {
	kind := kinds.Named(from.kind)
	attached := kind != nil && kind.OnExisting
	var principals []string
	for _, name := range kinds.PrincipalKinds() {
		a, given := content.Attributes[name]
		switch {
		case !given:
		case !attached:
			r.error(a.Range, "Unsupported argument", "%s names the principal of a removed admin block, and %s is not an admin block.", name, from.text)
			return "", false
		default:
			text, ok := r.text(in, a, r.eval.context(in))
			if !ok {
				return "", false
			}
			principals = append(principals, kinds.Principal(name, text))
		}
	}
	if !attached {
		return "", true
	}
	if len(principals) != 1 {
		r.error(in.node.rng, "Removed admin block without a principal", "An admin block leaves no mark in the org, so its removed block must name the user or group: user = \"ada@example.com\", or group = \"Help desk\".")
		return "", false
	}
	return principals[0], true
}
