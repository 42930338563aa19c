package org

import (
	"net/http"

	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
)

// Intent is a change that is about to be made.
type Intent struct {
	Kind  *schema.Kind
	Prior *schema.Object // nil for one that is created
	After schema.Value   // null for one that is deleted
}

// Expect announces changes, so that the client can forecast its requests.
func (c *Client) Expect(changes []Intent) {
	load := schema.Load{}
	for _, change := range changes {
		c.cost(change, load)
	}
	c.Begin("Applying", len(changes), load)
}

// cost adds the requests of a change to load, as far as they are known.
func (c *Client) cost(change Intent, load schema.Load) {
	kind := orgkinds.Of(change.Kind)
	base := kind.Collection
	add := func(method, path string, n int) { load.Add(c.Bucket(method, path), n) }
	one := base + "/ID"
	if change.Prior == nil {
		add(http.MethodPost, base, 1)
		if kind.BornWithRoles {
			add(http.MethodGet, kind.RolesPath, 1)
		}
	} else {
		add(http.MethodGet, one, 1)
	}
	if change.After.IsNull() {
		if kind.DeactivatesFirst {
			add(http.MethodPost, one+"/lifecycle/deactivate", 1)
		}
		add(http.MethodDelete, one, 1)
		return
	}
	var before schema.Value
	if change.Prior != nil {
		before = change.Prior.Value
		add(http.MethodPut, one, 1)
		add(http.MethodGet, one, 1)
		for _, j := range c.Jobs(&orgkinds.Remote{Kind: kind, Doc: map[string]any{"id": "ID"}}, orgkinds.Selection{SideData: change.Kind.SideData(change.After)}) {
			load.Add(j.Bucket, j.N)
		}
	}
	after := change.After.Unmarked()
	if orgkinds.SetsClaim(before, after) {
		add(http.MethodPost, orgkinds.ClaimPath, 1)
	}
	for part, path := range kind.PartPaths() {
		add(http.MethodPost, path, differing(before, after, part))
	}
	for _, m := range kind.Memberships {
		add(http.MethodPut, m.Path+"/ID", differing(before, after, m.Attr))
	}
}

// differing returns the number of elements of a list attribute that are added or removed.
func differing(before, after schema.Value, attr string) int {
	elements := func(v schema.Value) map[string]bool {
		out := map[string]bool{}
		list := v.GetAttr(attr)
		if list.IsNull() || !list.IsKnown() {
			return out
		}
		for it := list.ElementIterator(); it.Next(); {
			_, e := it.Element()
			if known := orgkinds.Bare(e); known.IsWhollyKnown() {
				e = known
			}
			out[e.GoString()] = true
		}
		return out
	}
	have, want := elements(before), elements(after)
	n := 0
	for e := range want {
		if !have[e] {
			n++
		}
	}
	for e := range have {
		if !want[e] {
			n++
		}
	}
	return n
}
