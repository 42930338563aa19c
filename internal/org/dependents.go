package org

import (
	"context"
	"maps"
	"slices"

	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
)

// Dependents returns what refers to an object and is deleted or changed with it.
func (c *Client) Dependents(ctx context.Context, kind, id string) ([]orgkinds.Dependent, error) {
	k := orgkinds.Named(kind)
	if k == nil || k.Dependents == nil {
		return nil, nil
	}
	return k.Dependents(ctx, c.Org, id)
}

// ThroughGroups returns the groups through which a user has access to an app, besides an assignment
// of their own: while there are any, Okta does not remove the user's access.
func (c *Client) ThroughGroups(ctx context.Context, app, user string) (groups map[string]string, err error) {
	assigned, err := c.AppGroups(ctx, app)
	if err != nil || len(assigned) == 0 {
		return nil, err
	}
	own, err := c.GroupsOf(ctx, user)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(own, func(id, _ string) bool { return !slices.Contains(assigned, id) })
	return own, nil
}

// GroupsOf returns the groups of a user: names by id.
func (c *Client) GroupsOf(ctx context.Context, user string) (map[string]string, error) {
	docs, err := c.List(ctx, "/api/v1/users/"+user+"/groups", "")
	groups := map[string]string{}
	for _, doc := range docs {
		groups[okta.Text(doc, "id")] = okta.Text(doc, "profile", "name")
	}
	return groups, err
}
