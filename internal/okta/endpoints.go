package okta

import (
	"context"

	sdk "github.com/okta/okta-sdk-golang/v5/okta"
)

// The calls that the SDK builds. What it decodes of the answers is not used: see Exchange.

// PageSize is the number of objects that a request for a page asks for. It is Okta's maximum for
// most lists.
const PageSize = 200

// GetApplication is GET /api/v1/apps/{appId}.
func (c *Client) GetApplication(id string) Call {
	return func(ctx context.Context) error {
		_, _, err := c.sdk.ApplicationAPI.GetApplication(ctx, id).Execute()
		return err
	}
}

// ActivateApplication is POST /api/v1/apps/{appId}/lifecycle/activate.
func (c *Client) ActivateApplication(id string) Call {
	return Repeatable(func(ctx context.Context) error {
		_, err := c.sdk.ApplicationAPI.ActivateApplication(ctx, id).Execute()
		return err
	})
}

// DeactivateApplication is POST /api/v1/apps/{appId}/lifecycle/deactivate.
func (c *Client) DeactivateApplication(id string) Call {
	return Repeatable(func(ctx context.Context) error {
		_, err := c.sdk.ApplicationAPI.DeactivateApplication(ctx, id).Execute()
		return err
	})
}

// DeleteApplication is DELETE /api/v1/apps/{appId}.
func (c *Client) DeleteApplication(id string) Call {
	return func(ctx context.Context) error {
		_, err := c.sdk.ApplicationAPI.DeleteApplication(ctx, id).Execute()
		return err
	}
}

// ListApplicationGroups is GET /api/v1/apps/{appId}/groups, with the groups embedded.
func (c *Client) ListApplicationGroups(id string) PageCall {
	return func(ctx context.Context, after string) error {
		call := c.sdk.ApplicationGroupsAPI.ListApplicationGroupAssignments(ctx, id).Expand("group").Limit(PageSize)
		if after != "" {
			call = call.After(after)
		}
		_, _, err := call.Execute()
		return err
	}
}

// AssignGroupToApplication is PUT /api/v1/apps/{appId}/groups/{groupId}.
func (c *Client) AssignGroupToApplication(id, group string) Call {
	return func(ctx context.Context) error {
		_, _, err := c.sdk.ApplicationGroupsAPI.AssignGroupToApplication(ctx, id, group).
			ApplicationGroupAssignment(sdk.ApplicationGroupAssignment{}).Execute()
		return err
	}
}

// UnassignGroupFromApplication is DELETE /api/v1/apps/{appId}/groups/{groupId}.
func (c *Client) UnassignGroupFromApplication(id, group string) Call {
	return func(ctx context.Context) error {
		_, err := c.sdk.ApplicationGroupsAPI.UnassignApplicationFromGroup(ctx, id, group).Execute()
		return err
	}
}

// ListApplicationUsers is GET /api/v1/apps/{appId}/users, with the users embedded.
func (c *Client) ListApplicationUsers(id string) PageCall {
	return func(ctx context.Context, after string) error {
		call := c.sdk.ApplicationUsersAPI.ListApplicationUsers(ctx, id).Expand("user").Limit(PageSize)
		if after != "" {
			call = call.After(after)
		}
		_, _, err := call.Execute()
		return err
	}
}

// AssignUserToApplication is POST /api/v1/apps/{appId}/users.
func (c *Client) AssignUserToApplication(id, user string) Call {
	request := sdk.AppUserAssignRequest{Id: user}
	request.SetScope("USER")
	return Repeatable(func(ctx context.Context) error {
		_, _, err := c.sdk.ApplicationUsersAPI.AssignUserToApplication(ctx, id).AppUser(request).Execute()
		return err
	})
}

// UnassignUserFromApplication is DELETE /api/v1/apps/{appId}/users/{userId}.
func (c *Client) UnassignUserFromApplication(id, user string) Call {
	return func(ctx context.Context) error {
		_, err := c.sdk.ApplicationUsersAPI.UnassignUserFromApplication(ctx, id, user).Execute()
		return err
	}
}

// GrantScope is POST /api/v1/apps/{appId}/grants.
func (c *Client) GrantScope(id, scope string) Call {
	request := sdk.NewOAuth2ScopeConsentGrant(c.url, scope)
	return func(ctx context.Context) error {
		_, _, err := c.sdk.ApplicationGrantsAPI.GrantConsentToScope(ctx, id).OAuth2ScopeConsentGrant(*request).Execute()
		return err
	}
}

// RevokeGrant is DELETE /api/v1/apps/{appId}/grants/{grantId}.
func (c *Client) RevokeGrant(id, grant string) Call {
	return func(ctx context.Context) error {
		_, err := c.sdk.ApplicationGrantsAPI.RevokeScopeConsentGrant(ctx, id, grant).Execute()
		return err
	}
}

// ListGroups is GET /api/v1/groups?filter=...
func (c *Client) ListGroups(filter string) PageCall {
	return func(ctx context.Context, after string) error {
		call := c.sdk.GroupAPI.ListGroups(ctx).Filter(filter).Limit(PageSize)
		if after != "" {
			call = call.After(after)
		}
		_, _, err := call.Execute()
		return err
	}
}

// GetGroup is GET /api/v1/groups/{groupId}.
func (c *Client) GetGroup(id string) Call {
	return func(ctx context.Context) error {
		_, _, err := c.sdk.GroupAPI.GetGroup(ctx, id).Execute()
		return err
	}
}

// DeleteGroup is DELETE /api/v1/groups/{groupId}.
func (c *Client) DeleteGroup(id string) Call {
	return func(ctx context.Context) error {
		_, err := c.sdk.GroupAPI.DeleteGroup(ctx, id).Execute()
		return err
	}
}

// ListGroupUsers is GET /api/v1/groups/{groupId}/users.
func (c *Client) ListGroupUsers(id string) PageCall {
	return func(ctx context.Context, after string) error {
		call := c.sdk.GroupAPI.ListGroupUsers(ctx, id).Limit(PageSize)
		if after != "" {
			call = call.After(after)
		}
		_, _, err := call.Execute()
		return err
	}
}

// AssignUserToGroup is PUT /api/v1/groups/{groupId}/users/{userId}.
func (c *Client) AssignUserToGroup(id, user string) Call {
	return func(ctx context.Context) error {
		_, err := c.sdk.GroupAPI.AssignUserToGroup(ctx, id, user).Execute()
		return err
	}
}

// UnassignUserFromGroup is DELETE /api/v1/groups/{groupId}/users/{userId}.
func (c *Client) UnassignUserFromGroup(id, user string) Call {
	return func(ctx context.Context) error {
		_, err := c.sdk.GroupAPI.UnassignUserFromGroup(ctx, id, user).Execute()
		return err
	}
}

// ListUsers is GET /api/v1/users?filter=...
func (c *Client) ListUsers(filter string) PageCall {
	return func(ctx context.Context, after string) error {
		call := c.sdk.UserAPI.ListUsers(ctx).Filter(filter).Limit(PageSize)
		if after != "" {
			call = call.After(after)
		}
		_, _, err := call.Execute()
		return err
	}
}

// GetUser is GET /api/v1/users/{userId}.
func (c *Client) GetUser(idOrLogin string) Call {
	return func(ctx context.Context) error {
		_, _, err := c.sdk.UserAPI.GetUser(ctx, idOrLogin).Execute()
		return err
	}
}

// ActivateUser is POST /api/v1/users/{userId}/lifecycle/activate, without an e-mail.
func (c *Client) ActivateUser(id string) Call {
	return Repeatable(func(ctx context.Context) error {
		_, _, err := c.sdk.UserAPI.ActivateUser(ctx, id).SendEmail(false).Execute()
		return err
	})
}

// SuspendUser is POST /api/v1/users/{userId}/lifecycle/suspend.
func (c *Client) SuspendUser(id string) Call {
	return func(ctx context.Context) error {
		_, err := c.sdk.UserAPI.SuspendUser(ctx, id).Execute()
		return err
	}
}

// UnsuspendUser is POST /api/v1/users/{userId}/lifecycle/unsuspend.
func (c *Client) UnsuspendUser(id string) Call {
	return Repeatable(func(ctx context.Context) error {
		_, err := c.sdk.UserAPI.UnsuspendUser(ctx, id).Execute()
		return err
	})
}

// DeactivateUser is POST /api/v1/users/{userId}/lifecycle/deactivate.
func (c *Client) DeactivateUser(id string) Call {
	return Repeatable(func(ctx context.Context) error {
		_, err := c.sdk.UserAPI.DeactivateUser(ctx, id).Execute()
		return err
	})
}

// DeleteUser is DELETE /api/v1/users/{userId}.
func (c *Client) DeleteUser(id string) Call {
	return func(ctx context.Context) error {
		_, err := c.sdk.UserAPI.DeleteUser(ctx, id).Execute()
		return err
	}
}
