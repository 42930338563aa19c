package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// These checks report before the first write what Okta refuses because of an object's state.

// checkTaken refuses an object whose name belongs to an object that cannot be declared.
func (m *matching) checkTaken(d schema.Desired, before, after schema.Value) hcl.Diagnostics {
	name := schema.Text(after.GetAttr(d.Kind.Label))
	if !d.Kind.SharesNames || !before.IsNull() && strings.EqualFold(schema.Text(before.GetAttr(d.Kind.Label)), name) {
		return nil
	}
	i := slices.IndexFunc(m.snapshot.Taken, func(t schema.Taken) bool { return t.Kind == d.Kind.Name && strings.EqualFold(t.Name, name) })
	if i < 0 {
		return nil
	}
	taken, title := m.snapshot.Taken[i], d.Kind.Title
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Name is taken by a " + title + " that can't be declared",
		Detail: fmt.Sprintf("%s has the name %q, and the org has a %s of that name (%s) that is %s. The %s of a %s is unique in an org, and such a %s can be neither changed nor imported. Give %s another name, or look the %s up with a data source: data %q \"NAME\" { id = %q }.",
			d.Addr, name, title, taken.ID, taken.Is, d.Kind.Label, title, title, d.Addr, title, d.Kind.Name, taken.ID),
		Subject: subject(d, d.Kind.Label)}}
}

// checkUnique refuses an object with a value that only one object of its kind may have, and that
// another one has, which this configuration does not own.
func (m *matching) checkUnique(d schema.Desired, prior *schema.Object, after schema.Value) (diags hcl.Diagnostics) {
	for i := range d.Kind.Attrs {
		name := d.Kind.Attrs[i].Name
		// An object that is made has another one with its label as its match, and the label of one
		// with the mark in its name is never that of a stranger.
		renamed := name == d.Kind.Label && d.Kind.Unique && prior != nil && d.Kind.Mark != schema.MarkName
		if !d.Kind.Attrs[i].Unique && !renamed {
			continue
		}
		value := schema.Text(after.GetAttr(name))
		if value == "" {
			continue
		}
		for j := range m.snapshot.Objects {
			other := &m.snapshot.Objects[j]
			if other.Kind != d.Kind.Name || prior != nil && other.ID == prior.ID || m.ours(other) || !strings.EqualFold(schema.Text(other.Value.GetAttr(name)), value) {
				continue
			}
			fix := fmt.Sprintf("Import that one, with an import block (to = %s, id = %q), or look it up with data %q.", d.Addr, other.ID, d.Kind.Name)
			if prior != nil {
				fix = fmt.Sprintf("Choose another %s for %s, or change or delete that one in the org.", name, d.Addr)
			}
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Another " + d.Kind.Title + " has this " + name,
				Detail: fmt.Sprintf("%s has the %s %q, and so has the org's %s %q (%s), which this configuration does not own. The %s of a %s is unique in an org. %s",
					d.Addr, name, value, d.Kind.Title, schema.Text(other.Value.GetAttr(d.Kind.Label)), other.ID, name, d.Kind.Title, fix),
				Subject: subject(d, name)})
		}
	}
	return diags
}

// checkInactive refuses new assignments to an app that is or becomes inactive: Okta answers them as
// if the app did not exist.
func checkInactive(d schema.Desired, before, after schema.Value) hcl.Diagnostics {
	if !d.Kind.IsApp() || schema.Text(after.GetAttr("status")) != "INACTIVE" {
		return nil
	}
	var diags hcl.Diagnostics
	for _, name := range []string{"assigned_groups", "assigned_users"} {
		var had []cty.Value
		if !before.IsNull() {
			had = listed(before, name)
		}
		var added []string
		for _, ref := range listed(after, name) {
			if !slices.ContainsFunc(had, func(v cty.Value) bool { return schema.RefKey(v) == schema.RefKey(ref) }) {
				added = append(added, reference(ref))
			}
		}
		if len(added) > 0 {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Inactive app can't be assigned",
				Detail: fmt.Sprintf("%s is INACTIVE, and %s would gain %s. Okta refuses new assignments to an inactive app. Make it ACTIVE, or remove the new assignments until it is.",
					d.Addr, name, strings.Join(added, ", ")),
				Subject: subject(d, name)})
		}
	}
	return diags
}

// reference returns the name of a reference's target for people.
func reference(ref cty.Value) string {
	if addr := schema.Text(ref.GetAttr("addr")); addr != "" {
		return addr
	}
	return memberName(nil, ref)
}

// noteDeprovisioned adds a note about declared users who are deprovisioned.
func (m *matching) noteDeprovisioned(d schema.Desired) {
	for _, set := range slices.Sorted(maps.Keys(d.Deprovisioned)) {
		for _, who := range d.Deprovisioned[set] {
			note := fmt.Sprintf("left out: %s in %s of %s is %s, and Okta assigns nothing to a deprovisioned user. The rest is applied. Remove them from the configuration, or activate them in Okta.",
				who, set, d.Addr, schema.Deprovisioned)
			if !slices.Contains(m.notes, note) {
				m.notes = append(m.notes, note)
			}
		}
	}
}
