package org

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
)

// findAdmins returns every principal that has an admin role of its own.
func (c *Client) findAdmins(ctx context.Context, listed []*orgkinds.Remote, self string, cache Cache) (*schema.Admins, error) {
	ctx, tally := c.WithTally(ctx)
	candidates, err := c.Admins(ctx, slices.DeleteFunc(slices.Clone(listed), func(r *orgkinds.Remote) bool { return r == nil || !r.Kind.IsApp() }))
	if err != nil {
		return nil, fmt.Errorf("finding the admins: %w", err)
	}
	var jobs []okta.Job
	admins := &schema.Admins{}
	for _, r := range candidates {
		admins.Candidates = append(admins.Candidates, r.ID())
		if !cache.Answers(r, orgkinds.Selection{}, true) {
			jobs = append(jobs, c.Jobs(r, orgkinds.Selection{})...)
		}
	}
	if err := okta.RunJobs(ctx, jobs); err != nil {
		return nil, fmt.Errorf("finding the admins: %w", err)
	}
	admins.Load = tally.Load()
	for _, r := range candidates {
		object, err := r.Object()
		if err != nil {
			return nil, err
		}
		if !orgkinds.HasRoles(object.Value) {
			continue
		}
		admins.Objects = append(admins.Objects, object)
		if self != "" && (object.ID == self || object.ClientID == self) {
			admins.Self = object.ID
		}
		if okta.Text(r.Doc, "status") == "ACTIVE" && strings.HasPrefix(object.ID, orgkinds.UserIDPrefix) {
			admins.ActiveUsers = append(admins.ActiveUsers, object.ID)
		}
	}
	return admins, nil
}

// Rights are what the credential may do, as far as that can be read.
type Rights struct {
	// Scopes are the scopes of the access token; nil if they do not limit it or are unknown.
	Scopes []string
	// Roles are the types of the principal's admin roles; nil if they cannot be read.
	Roles []string
}

// Rights reads what the principal (see Snapshot.Principal) may do.
func (c *Client) Rights(ctx context.Context, principal string) Rights {
	r := Rights{Scopes: c.Scopes()}
	if principal == "" {
		return r
	}
	docs, err := c.RolesOf(ctx, principal)
	if err != nil {
		return r // a principal may have roles without being allowed to read them
	}
	r.Roles = []string{}
	for _, doc := range docs {
		r.Roles = append(r.Roles, okta.Text(doc, "type"))
	}
	return r
}

// SeesAll reports whether the principal is a super admin itself, not through a group. It then sees
// everything, whatever happens to groups, custom roles and resource sets.
func (c *Client) SeesAll(ctx context.Context, principal string) bool {
	docs, err := c.RolesOf(ctx, principal)
	return err == nil && slices.ContainsFunc(docs, func(doc map[string]any) bool {
		return okta.Text(doc, "type") == "SUPER_ADMIN" && okta.Text(doc, "assignmentType") != "GROUP" && okta.Text(doc, "status") != "INACTIVE"
	})
}

// AdminRoles returns the types of a user's admin roles: their own, and those through groups.
func (c *Client) AdminRoles(ctx context.Context, user string) (own, group []string, err error) {
	roles, err := c.RolesOf(ctx, user)
	for _, role := range roles {
		if okta.Text(role, "assignmentType") == "GROUP" {
			group = append(group, okta.Text(role, "type"))
		} else {
			own = append(own, okta.Text(role, "type"))
		}
	}
	return own, group, err
}

// SuperAdmin is an active user with the role SUPER_ADMIN.
type SuperAdmin struct {
	ID    string
	Own   bool // assigned to the user
	Group bool // through a group
}

// SuperAdmins returns the people who are super admins.
func (c *Client) SuperAdmins(ctx context.Context) ([]SuperAdmin, error) {
	ids, err := c.AdminUsers(ctx)
	if err != nil {
		return nil, err
	}
	var out []SuperAdmin
	for _, id := range ids {
		user, err := c.Document(ctx, c.GetUser(id))
		if okta.NotFound(err) || err == nil && !slices.Contains([]string{"ACTIVE", "PASSWORD_EXPIRED", "RECOVERY", "LOCKED_OUT"}, okta.Text(user, "status")) {
			continue
		}
		if err != nil {
			return nil, err
		}
		roles, err := c.RolesOf(ctx, id)
		if err != nil {
			return nil, err
		}
		admin := SuperAdmin{ID: id}
		for _, role := range roles {
			if okta.Text(role, "type") == "SUPER_ADMIN" {
				admin.Own = admin.Own || okta.Text(role, "assignmentType") != "GROUP"
				admin.Group = admin.Group || okta.Text(role, "assignmentType") == "GROUP"
			}
		}
		if admin.Own || admin.Group {
			out = append(out, admin)
		}
	}
	return out, nil
}
