package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// checkCustomAttributes refuses custom attributes that the org's schema lacks, or has with another
// type, before anything is written. Where the schema could not be read, the org refuses them.
func (m *matching) checkCustomAttributes(d schema.Desired, c *Change) hcl.Diagnostics {
	i := slices.IndexFunc(m.snapshot.ProfileSchemas, func(s schema.ProfileSchema) bool { return s.Kind == d.Kind.Name })
	if i < 0 || slices.Contains(m.snapshot.ProfileSchemas[i].Others, c.ID) {
		return nil
	}
	known := m.snapshot.ProfileSchemas[i].Attributes
	var diags hcl.Diagnostics
	for _, attr := range kinds.DeclaredTypes(d.Value) {
		is, ok := known[attr.Name]
		diag := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Attribute that the org's schema lacks", Subject: subject(d, "profile")}
		switch {
		case !ok && attr.Type == "null":
			continue // there is none to take out
		case !ok:
			diag.Detail = fmt.Sprintf("profile of %s names %q, which the org's %s schema doesn't have; names are case-sensitive. Correct the name, or add the attribute in the Admin Console (Directory > Profile Editor). %s",
				d.Addr, attr.Name, d.Kind.Title, customNames(d.Kind, known))
		case !attr.Fits(is):
			diag.Summary = "Value doesn't fit the org's schema"
			diag.Detail = fmt.Sprintf("%s in profile of %s is of the type %s here, but of the type %s in the org's %s schema. Write a value of the schema's type.",
				attr.Name, d.Addr, attr.Type, is, d.Kind.Title)
		default:
			continue
		}
		diags = append(diags, diag)
	}
	return diags
}

// customNames names the attributes of a schema, as far as a message can.
func customNames(k *schema.Kind, known map[string]string) string {
	const most = 40
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(known)), func(name string) bool { return k.Attr("profile").Reserved(name) != "" })
	more := ""
	if len(names) == 0 {
		return "It has no custom attributes."
	}
	if len(names) > most {
		names, more = names[:most], " and others"
	}
	return "It has: " + strings.Join(names, ", ") + more + "."
}
