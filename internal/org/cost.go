package org

import (
	"net/http"

	"github.com/oktaform/oktaform/schema"
)

// Intent is a change that is about to be made.
type Intent struct {
	Kind  *schema.Kind
	Prior *schema.Object // nil for one that is to be created
	After schema.Value   // null for one that is to be deleted
}

// Expect tells the client, and through it who watches, that these changes come.
func (c *Client) Expect(changes []Intent) {
	load := schema.Load{}
	for _, change := range changes {
		c.cost(change, load)
	}
	c.Begin("Applying", len(changes), load)
}

// cost adds the requests of a change to load, as far as they can be known.
func (c *Client) cost(change Intent, load schema.Load) {
	base := basePath(change.Kind)
	add := func(method, path string, n int) { load.Add(c.Bucket(method, path), n) }
	one := base + "/ID"
	if change.Prior == nil {
		add(http.MethodPost, base, 1)
		if change.Kind.IsApp() && rolesPath(change.Kind) != "" {
			add(http.MethodGet, rolesPath(change.Kind), 1)
		}
	} else {
		add(http.MethodGet, one, 1)
	}
	if change.After.IsNull() {
		if change.Kind.IsApp() {
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
		for _, j := range c.jobs(&remote{kind: change.Kind, doc: map[string]any{"id": "ID"}}, asked{parts: change.Kind.Parts(change.After)}) {
			load.Add(j.Bucket, j.N)
		}
	}
	after := change.After.Unmarked()
	if change.Kind.Attr("okta_api_scopes") != nil {
		add(http.MethodPost, one+"/grants", differing(before, after, "okta_api_scopes"))
	}
	if path := rolesPath(change.Kind); path != "" && change.Kind.Block("admin_role") != nil {
		add(http.MethodPost, path, differing(before, after, "admin_role"))
	}
	for _, m := range c.resource(change.Kind).memberships() {
		add(http.MethodPut, m.path+"/ID", differing(before, after, m.attr))
	}
}

// differing counts the elements of a list attribute that come or go.
func differing(before, after schema.Value, attr string) int {
	elements := func(v schema.Value) map[string]bool {
		out := map[string]bool{}
		list := v.GetAttr(attr)
		if list.IsNull() || !list.IsKnown() {
			return out
		}
		for it := list.ElementIterator(); it.Next(); {
			_, e := it.Element()
			if known := bare(e); known.IsWhollyKnown() {
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

// basePath is where objects of a kind are made.
func basePath(kind *schema.Kind) string {
	switch {
	case kind.IsApp():
		return appsPath
	case kind.Name == "group":
		return groupsPath
	case kind.Name == "custom_role":
		return iamPath + "/roles"
	case kind.Name == "resource_set":
		return iamPath + "/resource-sets"
	}
	return "/api/v1/users"
}

// rolesPath is where the roles of an object of a kind are; "" where it can't have
// any.
func rolesPath(kind *schema.Kind) string {
	switch {
	case kind.IsApp() && kind.Block("admin_role") != nil:
		return "/oauth2/v1/clients/ID/roles"
	case kind.IsApp():
		return ""
	}
	return basePath(kind) + "/ID/roles"
}
