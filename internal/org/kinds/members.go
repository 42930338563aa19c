package kinds

import (
	"context"
	"fmt"
	"math"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// Membership is a list of references that the org stores beside an object: the members of a group,
// the groups or users of an app.
type Membership struct {
	Attr   string
	Path   string // of the list, with ID for the object's id
	Pages  func(o *Org, id string) okta.PageCall
	Member func(doc map[string]any) (id, name string, counts bool) // decodes an element of the list
	Add    func(o *Org, id, member string) okta.Call
	Remove func(o *Org, id, member string) okta.Call
	// Details lists the members with their details, and SetDetails writes what a block declares;
	// nil if there are no details.
	Details    func(ctx context.Context, o *Org, id string) ([]member, error)
	SetDetails func(o *Org, id string, m member, want cty.Value) (okta.Call, error)
}

// List lists the members.
func (m Membership) List(ctx context.Context, o *Org, id string) ([]named, error) {
	members, _, err := m.upTo(ctx, o, id, math.MaxInt)
	var list []named
	for _, member := range members {
		list = append(list, member.named)
	}
	return list, err
}

// upTo lists the members; whole is false if there are more than most.
func (m Membership) upTo(ctx context.Context, o *Org, id string, most int) (list []member, whole bool, err error) {
	err = o.EachPage(ctx, m.Pages(o, id), func(page []map[string]any) bool {
		for _, doc := range page {
			if id, name, counts := m.Member(doc); counts {
				o.Remember(id, name)
				list = append(list, member{named{id, o.NameOf(id)}, doc})
			}
		}
		return len(list) <= most
	})
	if len(list) > most {
		return nil, false, err
	}
	return list, true, err
}

// SetMembers changes the lists to the wanted ones; surplus members are removed before others are
// added. Unmanaged lists (null) are not changed.
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

// ReadUndeclaredMembers reads the lists that the wanted value leaves unmanaged, and returns them
// empty.
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

// MembersOf lists the members of a group.
func (o *Org) MembersOf(ctx context.Context, id string) (members []schema.Named, err error) {
	for _, m := range Named("group").Memberships {
		list, err := m.List(ctx, o, id)
		if err != nil {
			return nil, err
		}
		for _, one := range list {
			members = append(members, schema.Named{ID: one.id, Name: one.name})
		}
	}
	return members, nil
}
