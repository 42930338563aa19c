package plan

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// orphans returns the deletions of objects that are owned and no longer declared. An object with a
// removed block only loses its mark.
func (m *matching) orphans() ([]Change, hcl.Diagnostics) {
	var changes []Change
	var diags hcl.Diagnostics
	for _, object := range m.orphaned {
		c, diag := m.removalOf(object)
		if diag != nil {
			diags = append(diags, diag)
		}
		if c.Action == Delete {
			c.Reason = fmt.Sprintf("because %s is not in configuration", c.Addr)
			if object.Owner.Deposed {
				c.Reason = "the old object of a replacement"
			}
		}
		c.LostRoles = m.lostRoles(&c, schema.Value{})
		changes = append(changes, c)
	}
	return changes, diags
}

// removalOf deletes an object, or releases it if a removed block says so.
func (m *matching) removalOf(object *schema.Object) (Change, *hcl.Diagnostic) {
	c := m.deletion(object)
	r := m.removal(object)
	if r != nil && !r.Destroy {
		c.Action, c.After, c.Owner, c.Range = Forget, c.Before, schema.Owner{}, r.Range
		c.Reason = "destroy = false is set in the configuration"
		return c, nil
	}
	if object.Owner.Protect {
		var at *hcl.Range
		if r != nil {
			at = &r.Range
		}
		return c, protected(c.Addr, object, "destroyed", at)
	}
	return c, nil
}

// destroy deletes everything that is owned; users according to their on_destroy.
func (m *matching) destroy(declared []schema.Desired) ([]Change, hcl.Diagnostics) {
	var changes []Change
	var diags hcl.Diagnostics
	byID := map[string]schema.Desired{}
	for _, d := range declared {
		if object := m.byAddr[d.Addr.String()]; object != nil {
			byID[object.ID] = d
		}
	}
	for i := range m.snapshot.Objects {
		object := &m.snapshot.Objects[i]
		d, isDeclared := byID[object.ID]
		if !m.ours(object) || mismatchedMark(object) || !isDeclared && object.Owner.Owner != m.options.Owner && m.removal(object) == nil {
			continue
		}
		c, diag := m.removalOf(object)
		if isDeclared {
			c.Before = withMarks(d.Kind, c.Before, d.Value)
			c.Range = d.Range
			if diag != nil || c.Action == Delete && d.Lifecycle.PreventDestroy {
				diag = protected(c.Addr, object, "destroyed", &d.Range)
			}
		}
		if diag != nil {
			diags = append(diags, diag)
		}
		c.LostRoles = m.lostRoles(&c, declaredOf(d))
		changes = append(changes, c)
	}
	for _, d := range declared {
		object := m.byAddr[d.Addr.String()]
		if d.Kind.Owned() || object == nil {
			continue
		}
		c := m.deletion(object)
		c.Addr, c.Range = d.Addr, d.Range
		if d.Kind.OnExisting {
			changes = append(changes, m.withdrawal(c, declaredOf(d))...)
			continue
		}
		c.OnDestroy = schema.Text(d.Local["on_destroy"])
		gone := schema.Text(object.Value.GetAttr("status")) == schema.Deprovisioned
		c.LostRoles = m.lostRoles(&c, declaredOf(d))
		if c.OnDestroy == "delete" || c.OnDestroy == "deactivate" && !gone {
			if d.Lifecycle.PreventDestroy {
				diags = append(diags, protected(d.Addr, object, c.OnDestroy+"d", &d.Range))
			}
			changes = append(changes, c)
			continue
		}
		if c.OnDestroy == "keep" {
			m.notes = append(m.notes, fmt.Sprintf("%s stays, with its roles: on_destroy is keep.", d.Addr))
			m.staying = append(m.staying, admin{d.Addr.String(), d.Kind, c.Before, d.Range})
		}
	}
	if m.options.Unprotected {
		diags = nil
	}
	return changes, diags
}

func (m *matching) deletion(object *schema.Object) Change {
	kind := kinds.Named(object.Kind)
	addr, err := schema.ParseAddr(object.Owner.Addr)
	if err != nil { // a user, who has no mark
		addr = schema.Addr{Kind: object.Kind, Name: object.ID}
	}
	return Change{Addr: addr, Kind: kind, Action: Delete, ID: object.ID, Prior: object, Owner: object.Owner,
		Before: m.refs(kind, kind.Normal(object.Value))}
}
