package okta

import (
	"net/http"
	"net/url"
)

// The calls that write the profiles of groups and users. They bypass the SDK, whose models
// round large numbers in custom attributes, even in those that are sent back unchanged.

// CreateGroup is POST /api/v1/groups.
func (c *Client) CreateGroup(profile any) Call {
	return c.Request(http.MethodPost, "/api/v1/groups", map[string]any{"profile": profile})
}

// ReplaceGroup is PUT /api/v1/groups/{groupId}.
func (c *Client) ReplaceGroup(id string, profile any) Call {
	return c.Request(http.MethodPut, "/api/v1/groups/"+url.PathEscape(id), map[string]any{"profile": profile})
}

// CreateUser is POST /api/v1/users?activate=true.
func (c *Client) CreateUser(user map[string]any) Call {
	return c.Request(http.MethodPost, "/api/v1/users?activate=true", user)
}

// UpdateUser is POST /api/v1/users/{userId}: it changes only the fields in the document.
func (c *Client) UpdateUser(id string, user map[string]any) Call {
	return Repeatable(c.Request(http.MethodPost, "/api/v1/users/"+url.PathEscape(id), user))
}
