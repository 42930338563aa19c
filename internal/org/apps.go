package org

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// apps are the OAuth client apps of one kind (/api/v1/apps).
//
// Their documents are written raw, not by the SDK's model: unknown fields and
// the free-form profile must go back just as they came, and the model drops
// nulls and empty lists and rounds large numbers. They are listed raw, since
// decoding thousands into models that nobody reads takes longer than the rest.
type apps struct {
	c    *Client
	kind *schema.Kind
}

const (
	pageSize = 200 // the most that Okta takes where it is asked here
	appName  = "oidc_client"
	appsPath = "/api/v1/apps"

	applicationType = "settings.oauthClient.application_type" // by which the kinds of app differ
)

// listApps lists the OIDC apps of the org that are of a known kind, with these fields
// of their documents, and what settle makes of each.
func (c *Client) listApps(ctx context.Context, only okta.Fields, settle func(*remote)) ([]*remote, error) {
	query := url.Values{"filter": {`name eq "` + appName + `"`}, "limit": {strconv.Itoa(pageSize)}}
	var found []*remote
	err := c.EachPage(ctx, c.ListPage(appsPath, query.Encode()), only, func(page []map[string]any) bool {
		for _, doc := range page {
			c.remember(okta.Text(doc, "id"), okta.Text(doc, "label"))
			if kind := appKind(doc); kind != nil {
				r := &remote{kind: kind, doc: doc}
				settle(r)
				found = append(found, r)
			}
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// lookedAt lists the OIDC apps with what a plan looks at. Of thousands of them whole
// documents would take more room than everything else.
func (c *Client) lookedAt(ctx context.Context) ([]*remote, error) {
	only := okta.FieldsAt("id", "name", "lastUpdated", "credentials.oauthClient.client_id", "settings.oauthClient.jwks", "_links.accessPolicy")
	for _, kind := range schema.Kinds() {
		if kind.IsApp() {
			for _, path := range kind.Paths() {
				only.Add(path)
			}
		}
	}
	return c.listApps(ctx, only, (*remote).distill)
}

// appKind is the kind of an app; nil for those that can't be declared, among
// them Okta's own.
func appKind(doc map[string]any) *schema.Kind {
	if okta.Text(doc, "name") != appName || okta.Text(doc, "id") == "" || okta.Text(doc, "status") == "DELETED" {
		return nil
	}
	for _, kind := range schema.Kinds() {
		if kind.Constants[applicationType] == okta.Text(doc, "settings", "oauthClient", "application_type") {
			return kind
		}
	}
	return nil
}

func (a apps) get(ctx context.Context, id string) (map[string]any, error) {
	return a.c.Document(ctx, a.c.GetApplication(id))
}

func (a apps) create(ctx context.Context, doc map[string]any, want schema.Value) (map[string]any, error) {
	path := appsPath
	if text(want.GetAttr("status")) == "INACTIVE" {
		path += "?activate=false"
	}
	return a.c.Document(ctx, a.c.Request(http.MethodPost, path, writable(doc)))
}

// update deactivates before anything else, and activates when the rest is right.
func (a apps) update(ctx context.Context, now *remote, doc map[string]any, want schema.Value) error {
	is, should := okta.Text(now.doc, "status"), text(want.GetAttr("status"))
	if should == "INACTIVE" && is != should {
		if err := a.deactivate(ctx, now.id()); err != nil {
			return err
		}
	}
	if doc != nil {
		if _, err := a.c.Call(ctx, a.c.Request(http.MethodPut, appsPath+"/"+url.PathEscape(now.id()), writable(doc))); err != nil {
			return err
		}
	}
	if should == "ACTIVE" && is != should {
		_, err := a.c.Call(ctx, a.c.ActivateApplication(now.id()))
		return err
	}
	return nil
}

// writable returns the document without the fields that Okta's OpenAPI document marks as
// read-only.
func writable(doc map[string]any) map[string]any {
	doc = maps.Clone(doc)
	for _, name := range []string{"_embedded", "_links", "created", "features", "id", "lastUpdated", "orn", "status", "universalLogout"} {
		delete(doc, name)
	}
	return doc
}

func (a apps) deactivate(ctx context.Context, id string) error {
	_, err := a.c.Call(ctx, a.c.DeactivateApplication(id))
	return err
}

// remove deactivates and deletes. The deletion may be refused with 500 while
// Okta still works on the deactivation; transport waits for that.
func (a apps) remove(ctx context.Context, now *remote, onDestroy string) error {
	if okta.Text(now.doc, "status") != "INACTIVE" {
		if err := a.deactivate(ctx, now.id()); err != nil {
			return err
		}
	}
	if onDestroy == "deactivate" {
		return nil
	}
	_, err := a.c.Call(ctx, a.c.DeleteApplication(now.id()))
	return err
}

func (a apps) principal(r *remote) (string, string) {
	if a.kind.Block("admin_role") == nil {
		return "", ""
	}
	return "/oauth2/v1/clients/" + url.PathEscape(clientID(r)) + "/roles", "CLIENT"
}

func (a apps) memberships() []membership {
	if a.kind.Attr("assigned_groups") == nil {
		return nil
	}
	return []membership{
		{attr: assignedGroups, path: appsPath + "/ID/groups", list: a.listGroups, add: a.addGroup, remove: a.removeGroup, details: a.groupDetails, detail: a.setGroup},
		{attr: "assigned_users", path: appsPath + "/ID/users", list: a.listUsers, add: a.addUser, remove: a.removeUser, details: a.userDetails, detail: a.setUser},
	}
}

func (a apps) listGroups(ctx context.Context, id string) ([]named, error) {
	docs, err := a.c.Pages(ctx, a.c.ListApplicationGroups(id))
	var out []named
	for _, doc := range docs {
		a.c.remember(okta.Text(doc, "id"), okta.Text(doc, "_embedded", "group", "profile", "name"))
		out = append(out, named{okta.Text(doc, "id"), a.c.nameOf(okta.Text(doc, "id"))})
	}
	return out, err
}

func (a apps) addGroup(ctx context.Context, id, group string) error {
	_, err := a.c.Call(ctx, a.c.AssignGroupToApplication(id, group))
	return err
}

func (a apps) removeGroup(ctx context.Context, id, group string) error {
	_, err := a.c.Call(ctx, a.c.UnassignGroupFromApplication(id, group))
	return err
}

// listUsers lists the users who are assigned directly, not through a group.
func (a apps) listUsers(ctx context.Context, id string) ([]named, error) {
	docs, err := a.c.Pages(ctx, a.c.ListApplicationUsers(id))
	var out []named
	for _, doc := range docs {
		if okta.Text(doc, "scope") != "USER" {
			continue
		}
		a.c.remember(okta.Text(doc, "id"), okta.Text(doc, "_embedded", "user", "profile", "login"))
		out = append(out, named{okta.Text(doc, "id"), a.c.nameOf(okta.Text(doc, "id"))})
	}
	return out, err
}

func (a apps) addUser(ctx context.Context, id, user string) error {
	_, err := a.c.Call(ctx, a.c.AssignUserToApplication(id, user))
	return err
}

func (a apps) removeUser(ctx context.Context, id, user string) error {
	_, err := a.c.Call(ctx, a.c.UnassignUserFromApplication(id, user))
	return err
}
