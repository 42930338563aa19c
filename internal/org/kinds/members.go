package kinds

import (
	"context"
	"fmt"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/zclconf/go-cty/cty"
)

// Membership is one list of references that the org keeps beside an object: the
// members of a group, the groups and users of an app.
type Membership struct {
	Attr   string
	Path   string // of the list, with ID for the object's id
	List   func(ctx context.Context, o *Org, id string) ([]named, error)
	Add    func(o *Org, id, member string) okta.Call
	Remove func(o *Org, id, member string) okta.Call
	// Details lists the members with what the org says more about them, and SetDetails
	// writes what a block says; nil: there is nothing more.
	Details    func(ctx context.Context, o *Org, id string) ([]member, error)
	SetDetails func(o *Org, id string, m member, want cty.Value) (okta.Call, error)
}

// SetMembers makes the lists exactly as wanted: surplus goes before anything is
// added. Lists that are not managed (null) stay as they are.
func (o *Org) SetMembers(ctx context.Context, now *Remote, want schema.Value) error {
	for _, m := range now.Kind.Memberships {
		list := want.GetAttr(m.Attr)
		if list.IsNull() {
			continue
		}
		wanted, err := ids(list)
		if err != nil {
			return fmt.Errorf("%s of %s: %w", m.Attr, now.Title(), err)
		}
		var have []string
		for _, member := range now.membersOf(m.Attr) {
			have = append(have, member.id)
		}
		for _, id := range Without(have, wanted) {
			if err := o.Do(ctx, m.Remove(o, now.ID(), id)); err != nil && !okta.NotFound(err) {
				return err
			}
		}
		for _, id := range Without(wanted, have) {
			if err := o.Do(ctx, m.Add(o, now.ID(), id)); err != nil {
				return err
			}
		}
		members := []named{}
		for _, id := range wanted {
			members = append(members, named{id, o.NameOf(id)})
		}
		now.setMembers(m.Attr, members)
		if err := o.setDetails(ctx, now, m, want); err != nil {
			return fmt.Errorf("%s of %s: %w", m.Attr, now.Title(), err)
		}
	}
	return nil
}

// ReadUndeclaredMembers reads the lists that the wanted value leaves to the org, and returns
// them empty.
func (o *Org) ReadUndeclaredMembers(ctx context.Context, now *Remote, want schema.Value) (schema.Values, error) {
	none := schema.Values{}
	for _, m := range now.Kind.Memberships {
		if !want.GetAttr(m.Attr).IsNull() {
			continue
		}
		list, err := m.List(ctx, o, now.ID())
		if err != nil {
			return nil, err
		}
		now.setMembers(m.Attr, list)
		none[m.Attr] = cty.ListValEmpty(schema.Ref)
	}
	return none, nil
}
