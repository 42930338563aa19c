package org

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// admins are the roles of users and groups that aren't managed here. The
// document of one is made here, since Okta has none:
//
//	id         of the user, group or app
//	principal  as schema.Principal names it
//	roles      the path of its role assignments
//	type       that its own assignments have
//	status     of a user
type admins struct {
	c    *Client
	kind *schema.Kind
}

// Prefixes of Okta's ids.
const (
	userPrefix       = "00u"
	groupOwnIDPrefix = "00g"
)

func newAdmin(principal, id, path, assignmentType string) map[string]any {
	return map[string]any{"id": id, "principal": principal, "roles": path + "/roles", "type": assignmentType}
}

func userAdmin(doc map[string]any) map[string]any {
	id := okta.Text(doc, "id")
	admin := newAdmin(schema.Principal("user", okta.Text(doc, "profile", "login")), id, "/api/v1/users/"+url.PathEscape(id), "USER")
	admin["status"] = okta.Text(doc, "status")
	return admin
}

func groupAdmin(doc map[string]any) map[string]any {
	id := okta.Text(doc, "id")
	return newAdmin(schema.Principal("group", okta.Text(doc, "profile", "name")), id, "/api/v1/groups/"+url.PathEscape(id), "GROUP")
}

func appAdmin(id, label, client string) map[string]any {
	admin := newAdmin(schema.Principal("app", label), id, "/oauth2/v1/clients/"+url.PathEscape(client), "CLIENT")
	admin["client_id"] = client
	return admin
}

func (a admins) get(ctx context.Context, id string) (map[string]any, error) {
	switch {
	case strings.HasPrefix(id, userPrefix):
		doc, err := users{c: a.c}.get(ctx, id)
		return userAdmin(doc), err
	case strings.HasPrefix(id, groupOwnIDPrefix):
		doc, err := groups{c: a.c}.get(ctx, id)
		return groupAdmin(doc), err
	}
	doc, err := apps{c: a.c}.get(ctx, id)
	return appAdmin(okta.Text(doc, "id"), okta.Text(doc, "label"), okta.Text(doc, "credentials", "oauthClient", "client_id")), err
}

// findAdmins finds the principals that a declared admin block may mean: none
// where there is none, more than one where groups share the name. They are
// called as they are declared.
func (c *Client) findAdmins(ctx context.Context, want schema.Want) ([]*remote, error) {
	kind, name, _ := strings.Cut(want.Name, " ")
	var docs []map[string]any
	switch {
	case want.ID != "":
		doc, err := admins{c: c}.get(ctx, want.ID)
		if err != nil && !okta.NotFound(err) {
			return nil, err
		}
		if err == nil {
			docs = append(docs, doc)
		}
	case kind == "user":
		user, err := c.findUser(ctx, name)
		if err != nil {
			return nil, err
		}
		if user != nil {
			docs = append(docs, userAdmin(user.doc))
		}
	default:
		found, err := c.groupsNamed(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, doc := range found {
			docs = append(docs, groupAdmin(doc))
		}
	}
	var out []*remote
	for _, doc := range docs {
		doc["principal"] = want.Name
		out = append(out, &remote{kind: schema.KindNamed("admin"), doc: doc})
	}
	return out, nil
}

// groupsNamed finds the groups of any type with that name. The search lags
// behind the org; q, which lists names that begin so, doesn't.
func (c *Client) groupsNamed(ctx context.Context, name string) ([]map[string]any, error) {
	for _, query := range []string{"search=" + url.QueryEscape("profile.name eq "+okta.FilterText(name)), "q=" + url.QueryEscape(name)} {
		docs, err := c.List(ctx, "/api/v1/groups", query)
		if err != nil {
			return nil, err
		}
		docs = slices.DeleteFunc(docs, func(doc map[string]any) bool {
			return !strings.EqualFold(okta.Text(doc, "profile", "name"), name)
		})
		if len(docs) > 0 {
			return docs, nil
		}
	}
	return nil, nil
}

// create is never called: the principal exists.
func (a admins) create(_ context.Context, doc map[string]any, _ schema.Value) (map[string]any, error) {
	return doc, nil
}

func (a admins) update(context.Context, *remote, map[string]any, schema.Value) error { return nil }

// remove takes all of the principal's own roles away.
func (a admins) remove(ctx context.Context, now *remote, _ string) error {
	path, assignmentType := a.principal(now)
	a.c.roles.Lock()
	defer a.c.roles.Unlock()
	roles, err := a.c.listRoles(ctx, path, assignmentType)
	if err != nil {
		return err
	}
	for _, role := range roles {
		if err := a.c.unassign(ctx, path, role); err != nil {
			return err
		}
	}
	return nil
}

func (a admins) principal(r *remote) (string, string) {
	return okta.Text(r.doc, "roles"), okta.Text(r.doc, "type")
}

func (a admins) memberships() []membership { return nil }
