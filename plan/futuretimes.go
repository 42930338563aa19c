package plan

import (
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// checkMoments refuses declared times that are in the org's future. Until such a time, every run
// would find the object too old and, for example, replace a working client secret. now is called
// only if a time is declared.
func checkMoments(declared []schema.Desired, now func() (time.Time, error)) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for i := range declared {
		for _, m := range momentsOf(&declared[i]) {
			theirs, err := now()
			if err != nil {
				return append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "The org's time isn't known",
					Detail: fmt.Sprintf("%s of %s is a time, which is compared with the org's time: %s.", m.name, declared[i].Addr, err), Subject: m.at})
			}
			if t, err := schema.ParseMoment(m.text); err == nil && t.After(theirs) {
				diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Time in the future",
					Detail: fmt.Sprintf("%s lies in the future: by the org's clock it is %s. Every run until then would change %s again. Use a time in the past, such as %[2]q.",
						m.name, theirs.UTC().Format(time.RFC3339), declared[i].Addr), Subject: m.at})
			}
		}
	}
	return diags
}

// moment is a declared time: something in the org must have changed at that time or later.
type moment struct {
	name string // for people: password_version, client_secret "2026-11-24"
	text string
	at   *hcl.Range
}

// momentsOf returns the times that an object declares, in its attributes and nested blocks.
func momentsOf(d *schema.Desired) (list []moment) {
	if !d.Value.IsKnown() {
		return nil
	}
	for i := range d.Kind.Attrs {
		if a := &d.Kind.Attrs[i]; a.VersionOf != "" && schema.Text(d.Value.GetAttr(a.Name)) != "" {
			list = append(list, moment{a.Name, schema.Text(d.Value.GetAttr(a.Name)), subject(*d, a.Name)})
		}
	}
	for i := range d.Kind.Blocks {
		b := &d.Kind.Blocks[i]
		for j := range b.Attrs {
			a := &b.Attrs[j]
			if a.VersionOf == "" {
				continue
			}
			for _, block := range listed(d.Value, b.Type) {
				block, _ = block.Unmark()
				if said := momentIn(block, a.Name); said != "" {
					list = append(list, moment{fmt.Sprintf("%s %q", b.Type, said), said, subject(*d, b.Type+"."+said)})
				}
			}
		}
	}
	return list
}

func momentIn(block cty.Value, name string) string {
	if block.IsNull() || !block.IsKnown() {
		return ""
	}
	return schema.Text(block.GetAttr(name))
}
