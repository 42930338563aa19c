package org

import (
	"context"
	"fmt"
	"slices"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/zclconf/go-cty/cty"
)

// membership is one list of references that the org keeps beside an object: the
// members of a group, the groups and users of an app.
type membership struct {
	attr   string
	path   string // of the list, with ID for the object's id
	list   func(ctx context.Context, id string) ([]named, error)
	add    func(ctx context.Context, id, member string) error
	remove func(ctx context.Context, id, member string) error
	// details lists the members with what the org says more about them, and detail
	// writes what a block says; nil: there is nothing more.
	details func(ctx context.Context, id string) ([]member, error)
	detail  func(ctx context.Context, id string, m member, want cty.Value) error
}

// setMembers makes the lists exactly as wanted: surplus goes before anything is
// added. Lists that are not managed (null) stay as they are.
func (c *Client) setMembers(ctx context.Context, now *remote, want schema.Value) error {
	for _, m := range c.resource(now.kind).memberships() {
		list := want.GetAttr(m.attr)
		if list.IsNull() {
			continue
		}
		wanted, err := ids(list)
		if err != nil {
			return fmt.Errorf("%s of %s: %w", m.attr, now.title(), err)
		}
		var have []string
		for _, member := range now.membersOf(m.attr) {
			have = append(have, member.id)
		}
		for _, id := range without(have, wanted) {
			if err := m.remove(ctx, now.id(), id); err != nil && !okta.NotFound(err) {
				return err
			}
		}
		for _, id := range without(wanted, have) {
			if err := m.add(ctx, now.id(), id); err != nil {
				return err
			}
		}
		members := []named{}
		for _, id := range wanted {
			members = append(members, named{id, c.nameOf(id)})
		}
		now.setMembers(m.attr, members)
		if err := c.setDetails(ctx, now, m, want); err != nil {
			return fmt.Errorf("%s of %s: %w", m.attr, now.title(), err)
		}
	}
	return nil
}

// without is a without the elements of b.
func without(a, b []string) []string {
	var out []string
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}
