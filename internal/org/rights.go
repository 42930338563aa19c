package org

import (
	"context"
	"net/url"
	"strings"
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
	r := Rights{Scopes: c.scopes}
	if principal == "" {
		return r
	}
	at := "/oauth2/v1/clients/" + url.PathEscape(principal) + "/roles"
	if strings.HasPrefix(principal, "00u") {
		at = "/api/v1/users/" + url.PathEscape(principal) + "/roles"
	}
	docs, err := c.rawPages(ctx, at, "")
	if err != nil {
		return r // whoever may not read roles may still have them
	}
	r.Roles = []string{}
	for _, doc := range docs {
		r.Roles = append(r.Roles, str(doc, "type"))
	}
	return r
}
