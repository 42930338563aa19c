package org

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
)

// Rights are what the credential in use may do, as far as that can be read.
type Rights struct {
	// Scopes are those of the access token; nil where they don't limit it, or
	// aren't known.
	Scopes []string
	// Roles are the types of its admin roles; nil where they can't be read.
	Roles []string
}

// Rights reads what the principal, as Snapshot.Principal names it, may do.
func (c *Client) Rights(ctx context.Context, principal string) Rights {
	r := Rights{Scopes: c.Scopes()}
	if principal == "" {
		return r
	}
	docs, err := c.rolesOf(ctx, principal)
	if err != nil {
		return r // whoever may not read roles may still have them
	}
	r.Roles = []string{}
	for _, doc := range docs {
		r.Roles = append(r.Roles, okta.Text(doc, "type"))
	}
	return r
}

// seesAll reports whether the principal is a super admin by itself, and not through a
// group: then it sees all, whatever becomes of groups, custom roles and resource sets.
func (c *Client) seesAll(ctx context.Context, principal string) bool {
	docs, err := c.rolesOf(ctx, principal)
	return err == nil && slices.ContainsFunc(docs, func(doc map[string]any) bool {
		return okta.Text(doc, "type") == "SUPER_ADMIN" && okta.Text(doc, "assignmentType") != "GROUP" && okta.Text(doc, "status") != "INACTIVE"
	})
}

// rolesOf lists the admin roles of a user or an app.
func (c *Client) rolesOf(ctx context.Context, principal string) ([]map[string]any, error) {
	at := "/oauth2/v1/clients/" + url.PathEscape(principal) + "/roles"
	if strings.HasPrefix(principal, userPrefix) {
		at = "/api/v1/users/" + url.PathEscape(principal) + "/roles"
	}
	return c.List(ctx, at, "")
}
