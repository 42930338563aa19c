package org

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"

	"github.com/oktaform/oktaform/internal/okta"
)

// User is something that hangs on an object: an app that a group is assigned to, a
// resource set that holds it, or a principal with a role on a resource set.
type User struct {
	ID   string // of the app, user, group or resource set, or the client id of an app
	What string // for people
}

// Users lists what hangs on a group, custom role or resource set, and goes or is
// changed with it.
func (c *Client) Users(ctx context.Context, kind, id string) ([]User, error) {
	switch kind {
	case "group":
		docs, err := c.List(ctx, "/api/v1/groups/"+url.PathEscape(id)+"/apps", "")
		if okta.NotFound(err) {
			return nil, nil // another run has deleted it
		}
		var out []User
		for _, doc := range docs {
			out = append(out, User{okta.Text(doc, "id"), fmt.Sprintf("the app %q (%s), which it is assigned to", okta.Text(doc, "label"), okta.Text(doc, "id"))})
		}
		if err != nil {
			return nil, err
		}
		more, err := c.holding(ctx, id)
		return append(out, more...), err
	case "resource_set":
		users, err := c.bound(ctx, id, "")
		if okta.NotFound(err) {
			return nil, nil // another run has deleted it
		}
		return users, err
	case "custom_role":
		sets, err := c.listResourceSets(ctx)
		var out []User
		for _, set := range sets {
			if err == nil {
				var more []User
				more, err = c.bound(ctx, set.id(), id)
				out = append(out, more...)
			}
		}
		return out, err
	}
	return nil, nil
}

// holding lists the resource sets that hold a group or its members.
func (c *Client) holding(ctx context.Context, group string) ([]User, error) {
	sets, err := c.listResourceSets(ctx)
	if err != nil {
		return nil, err
	}
	var out []User
	for _, set := range sets {
		if err := (resourceSets{c: c}).details(ctx, set); err != nil {
			return nil, err
		}
		for _, entry := range set.resources {
			if r := entry.resource(); r.Value == group {
				out = append(out, User{set.id(), fmt.Sprintf("the resource set %q (%s), which holds it", set.name(), set.id())})
				break
			}
		}
	}
	return out, nil
}

// bound lists who has a role on a resource set; any role where it is "".
func (c *Client) bound(ctx context.Context, set, role string) ([]User, error) {
	bindings := resourceSets{c: c}.path(set) + "/bindings"
	roles, err := c.WrappedList(ctx, bindings, "roles")
	if err != nil {
		return nil, err
	}
	var out []User
	for _, r := range roles {
		if role != "" && okta.Text(r, "id") != role {
			continue
		}
		members, err := c.WrappedList(ctx, bindings+"/"+url.PathEscape(okta.Text(r, "id"))+"/members", "members")
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			href := okta.Text(m, "_links", "self", "href")
			id := path.Base(href)
			out = append(out, User{id, fmt.Sprintf("%s, which has the role %s on it", c.nameOf(id), c.nameOf(okta.Text(r, "id")))})
		}
	}
	return out, nil
}

// AdminRoles lists the types of the admin roles that a user holds: own, and through groups.
func (c *Client) AdminRoles(ctx context.Context, user string) (own, group []string, err error) {
	roles, err := c.rolesOf(ctx, user)
	for _, role := range roles {
		if okta.Text(role, "assignmentType") == "GROUP" {
			group = append(group, okta.Text(role, "type"))
		} else {
			own = append(own, okta.Text(role, "type"))
		}
	}
	return own, group, err
}

// AdminUsers lists the ids of the users who hold admin roles (GET /api/v1/iam/assignees/users).
func (c *Client) AdminUsers(ctx context.Context) (ids []string, err error) {
	docs, err := c.WrappedList(ctx, iamPath+"/assignees/users", "value")
	for _, doc := range docs {
		ids = append(ids, okta.Text(doc, "id"))
	}
	return ids, err
}

// SuperAdmin is an active user with the role SUPER_ADMIN.
type SuperAdmin struct {
	ID    string
	Own   bool // assigned to the user
	Group bool // through a group
}

// SuperAdmins lists the people who are super admins now.
func (c *Client) SuperAdmins(ctx context.Context) ([]SuperAdmin, error) {
	docs, err := c.WrappedList(ctx, iamPath+"/assignees/users", "value")
	if err != nil {
		return nil, err
	}
	var out []SuperAdmin
	for _, doc := range docs {
		user, err := users{c: c}.get(ctx, okta.Text(doc, "id"))
		if okta.NotFound(err) || err == nil && !slices.Contains([]string{"ACTIVE", "PASSWORD_EXPIRED", "RECOVERY", "LOCKED_OUT"}, okta.Text(user, "status")) {
			continue
		}
		if err != nil {
			return nil, err
		}
		roles, err := c.rolesOf(ctx, okta.Text(doc, "id"))
		if err != nil {
			return nil, err
		}
		admin := SuperAdmin{ID: okta.Text(doc, "id")}
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
