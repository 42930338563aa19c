package org

import (
	"context"

	"github.com/oktaform/oktaform/internal/okta"
)

// ThroughGroups lists the groups through which a user has access to an app, besides an
// assignment of their own: Okta takes none away while there are any.
func (c *Client) ThroughGroups(ctx context.Context, app, user string) (groups map[string]string, err error) {
	assigned, err := apps{c: c}.listGroups(ctx, app)
	if err != nil || len(assigned) == 0 {
		return nil, err
	}
	docs, err := c.List(ctx, "/api/v1/users/"+user+"/groups", "")
	if err != nil {
		return nil, err
	}
	groups = map[string]string{}
	for _, group := range assigned {
		for _, doc := range docs {
			if okta.Text(doc, "id") == group.id {
				groups[group.id] = okta.Text(doc, "profile", "name")
			}
		}
	}
	return groups, nil
}
