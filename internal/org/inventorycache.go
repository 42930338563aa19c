package org

import (
	"context"
	"slices"

	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
)

// ReadAfter returns a Read that takes the parts of objects from an inventory, which was read just
// before. Lists and documents are read again.
func (c *Client) ReadAfter(inv *schema.Inventory) func(context.Context, schema.Query) (*schema.Snapshot, error) {
	cache := inventoryCache{}
	for i := range inv.Objects {
		cache[inv.Objects[i].Kind+" "+inv.Objects[i].ID] = &inv.Objects[i]
	}
	return func(ctx context.Context, q schema.Query) (*schema.Snapshot, error) {
		return c.ReadCached(ctx, q, &Identity{inv.OrgID, inv.Principal}, cache)
	}
}

// Denied reports whether the org refused the credential in use, or its rights.
func Denied(err error) bool { return okta.Denied(err) }

// inventoryCache holds the objects of an inventory by kind and id.
type inventoryCache map[string]*schema.Object

// Answers sets the parts of an object, if the inventory has all of those that a read would have.
func (c inventoryCache) Answers(r *orgkinds.Remote, s orgkinds.Selection, asAdmin bool) bool {
	o := c[r.Kind.Name+" "+r.ID()]
	if o == nil || asAdmin || len(s.Given) > 0 {
		return false
	}
	values := schema.Values{}
	for _, part := range r.Kind.PartList() {
		if part.Unmanaged && !slices.Contains(s.SideData, part.Name) {
			continue
		}
		v := o.Value.GetAttr(part.Name)
		if v.IsNull() {
			return false
		}
		values[part.Name] = v
	}
	r.Cached, r.Complete = values, true
	r.KnowClaim(o.Value)
	return true
}
