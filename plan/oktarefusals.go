package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
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

// Unassigned refuses to remove an app from a user who also has it through a group, because Okta
// refuses that. through returns those groups: names by id. It is called only for users who lose an
// app.
func (p *Plan) Unassigned(through func(app, user string) (map[string]string, error)) (hcl.Diagnostics, error) {
	var diags hcl.Diagnostics
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Action != Update && c.Action != Import || !c.Kind.IsApp() {
			continue
		}
		for _, user := range removedRefs(c, "assigned_users") {
			id := schema.Text(user.GetAttr("id"))
			groups, err := through(c.ID, id)
			if err != nil {
				return nil, err
			}
			leaving := removedRefs(c, "assigned_groups") // before the users are removed
			maps.DeleteFunc(groups, func(group, _ string) bool {
				return p.leaves(group, id) || slices.ContainsFunc(leaving, func(ref cty.Value) bool { return schema.Text(ref.GetAttr("id")) == group })
			})
			if len(groups) == 0 {
				continue
			}
			d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Assignment can't be taken away",
				Detail: fmt.Sprintf("%s would leave assigned_users of %s, and has access through %s as well. Okta takes no assignment of their own from somebody whose groups give access. Take them out of the group first, or leave them in assigned_users.",
					memberName(nil, user), c.Addr, strings.Join(slices.Sorted(maps.Values(groups)), ", "))}
			c.locate(d)
			diags = append(diags, d)
		}
	}
	return diags, nil
}

// removedRefs returns the references that a change removes from a set.
func removedRefs(c *Change, name string) []cty.Value {
	if !c.After.Has(name) || c.After.GetAttr(name).IsNull() {
		return nil
	}
	after := listed(c.After, name)
	return slices.DeleteFunc(listed(c.Before, name), func(ref cty.Value) bool {
		return slices.ContainsFunc(after, func(v cty.Value) bool { return schema.RefKey(v) == schema.RefKey(ref) })
	})
}

// leaves reports whether the plan removes the user from the group.
func (p *Plan) leaves(group, user string) bool {
	return slices.ContainsFunc(p.Changes, func(c Change) bool {
		return c.ID == group && c.Action == Update &&
			slices.ContainsFunc(removedRefs(&c, "members"), func(ref cty.Value) bool { return schema.Text(ref.GetAttr("id")) == user })
	})
}

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
