package org

import (
	"context"
	"fmt"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// Who holds admin roles? Okta lists the users who do (GET
// /api/v1/iam/assignees/users), and nobody else: every service app has to be
// asked, and every group, except those whose statistics say that they have no
// admin privilege (GET /api/v1/groups?expand=stats).

// findHolders finds every principal that holds an admin role itself, and says
// how.
func (c *Client) findHolders(ctx context.Context, apps []*remote, self string, known *recall) (*schema.Holders, error) {
	ctx, tally := c.WithTally(ctx)
	candidates, err := c.candidateHolders(ctx, apps)
	if err != nil {
		return nil, fmt.Errorf("finding the holders of admin roles: %w", err)
	}
	var jobs []okta.Job
	holders := &schema.Holders{}
	for _, r := range candidates {
		holders.Asked = append(holders.Asked, r.id())
		if !known.answers(r, asked{}, true) {
			jobs = append(jobs, c.jobs(r, asked{})...)
		}
	}
	if err := okta.RunJobs(ctx, jobs); err != nil {
		return nil, fmt.Errorf("finding the holders of admin roles: %w", err)
	}
	holders.Load = tally.Load()
	for _, r := range candidates {
		object, err := r.object()
		if err != nil {
			return nil, err
		}
		if object.Value.GetAttr("admin_role").LengthInt() == 0 {
			continue
		}
		holders.Objects = append(holders.Objects, object)
		if self != "" && (object.ID == self || okta.Text(r.doc, "client_id") == self) {
			holders.Self = object.ID
		}
		if okta.Text(r.doc, "status") == "ACTIVE" && strings.HasPrefix(object.ID, userPrefix) {
			holders.ActiveUsers = append(holders.ActiveUsers, object.ID)
		}
	}
	return holders, nil
}

// candidateHolders lists those who may hold a role.
func (c *Client) candidateHolders(ctx context.Context, apps []*remote) ([]*remote, error) {
	kind := schema.KindNamed("admin")
	entries, err := c.WrappedList(ctx, iamPath+"/assignees/users", "value")
	if err != nil {
		return nil, err
	}
	var found []*remote
	for _, entry := range entries {
		doc, err := users{c: c}.get(ctx, okta.Text(entry, "id"))
		if okta.NotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		holder := userAdmin(doc)
		holder["status"] = okta.Text(doc, "status")
		found = append(found, &remote{kind: kind, doc: holder})
	}
	groups, err := c.List(ctx, "/api/v1/groups", "expand=stats&limit=200")
	if err != nil {
		return nil, err
	}
	for _, doc := range groups {
		stats := okta.Object(doc, "_embedded", "stats")
		if admin, told := stats["hasAdminPrivilege"].(bool); okta.Text(doc, "type") == "BUILT_IN" || told && !admin {
			continue
		}
		found = append(found, &remote{kind: kind, doc: groupAdmin(doc)})
	}
	for _, app := range apps {
		if app.kind.Block("admin_role") != nil {
			found = append(found, &remote{kind: kind, doc: appAdmin(app.id(), app.name(), clientID(app))})
		}
	}
	return found, nil
}
