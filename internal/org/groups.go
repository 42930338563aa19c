package org

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// groups are the groups made in Okta (/api/v1/groups).
type groups struct {
	c    *Client
	kind *schema.Kind
}

// groupType is the type of group that may be changed; others are imported from
// apps or built in.
const groupType = "OKTA_GROUP"

func (c *Client) listGroups(ctx context.Context) ([]*remote, error) {
	docs, err := c.Pages(ctx, c.ListGroups(`type eq "`+groupType+`"`))
	if err != nil {
		return nil, err
	}
	kind := schema.KindNamed("group")
	var found []*remote
	for _, doc := range docs {
		c.remember(okta.Text(doc, "id"), okta.Text(doc, "profile", "name"))
		if okta.Text(doc, "type") == groupType && okta.Text(doc, "id") != "" {
			found = append(found, &remote{kind: kind, doc: doc})
		}
	}
	return found, nil
}

// namesAtOnce is how many names one search for groups asks for.
const namesAtOnce = 20

// takenNames finds the groups that can't be declared and have the name of a declared group
// that none of found has. Nothing is asked while the org has all that are declared. That
// it can't be known is no failure: creating the group tells.
func (c *Client) takenNames(ctx context.Context, q schema.Query, found []*remote) ([]schema.Taken, error) {
	has := map[string]bool{}
	for _, r := range found {
		has[strings.ToLower(r.name())] = true
	}
	var filters []string
	for _, want := range q.Wants {
		if want.Addr.Kind == "group" && want.Name != "" && !has[strings.ToLower(want.Name)] {
			filters = append(filters, "profile.name eq "+okta.FilterText(want.Name))
		}
	}
	var taken []schema.Taken
	for some := range slices.Chunk(filters, namesAtOnce) {
		docs, err := c.List(ctx, groupsPath, "search="+url.QueryEscape(strings.Join(some, " or ")))
		var refused *okta.Error
		if errors.As(err, &refused) {
			return taken, nil
		}
		if err != nil {
			return nil, err
		}
		for _, doc := range docs {
			if okta.Text(doc, "type") != groupType {
				taken = append(taken, schema.Taken{ID: okta.Text(doc, "id"), Name: okta.Text(doc, "profile", "name"), Type: okta.Text(doc, "type")})
			}
		}
	}
	return taken, nil
}

func (g groups) get(ctx context.Context, id string) (map[string]any, error) {
	return g.c.Document(ctx, g.c.GetGroup(id))
}

func (g groups) create(ctx context.Context, doc map[string]any, _ schema.Value) (map[string]any, error) {
	return g.c.Document(ctx, g.c.CreateGroup(doc["profile"]))
}

// update replaces the profile; what the org has added to it goes back with it.
func (g groups) update(ctx context.Context, now *remote, doc map[string]any, _ schema.Value) error {
	if doc == nil {
		return nil
	}
	_, err := g.c.Call(ctx, g.c.ReplaceGroup(now.id(), doc["profile"]))
	return err
}

func (g groups) remove(ctx context.Context, now *remote, _ string) error {
	_, err := g.c.Call(ctx, g.c.DeleteGroup(now.id()))
	return err
}

func (g groups) principal(r *remote) (string, string) {
	return "/api/v1/groups/" + url.PathEscape(r.id()) + "/roles", "GROUP"
}

func (g groups) memberships() []membership {
	return []membership{{attr: "members", path: "/api/v1/groups/ID/users", list: g.listMembers, add: g.addMember, remove: g.removeMember}}
}

func (g groups) listMembers(ctx context.Context, id string) ([]named, error) {
	docs, err := g.c.Pages(ctx, g.c.ListGroupUsers(id))
	var out []named
	for _, doc := range docs {
		g.c.remember(okta.Text(doc, "id"), okta.Text(doc, "profile", "login"))
		out = append(out, named{okta.Text(doc, "id"), g.c.nameOf(okta.Text(doc, "id"))})
	}
	return out, err
}

// Members lists who is in a group, by their logins.
func (c *Client) Members(ctx context.Context, group string) ([]string, error) {
	members, err := groups{c: c}.listMembers(ctx, group)
	var logins []string
	for _, m := range members {
		logins = append(logins, m.name)
	}
	return logins, err
}

func (g groups) addMember(ctx context.Context, id, user string) error {
	_, err := g.c.Call(ctx, g.c.AssignUserToGroup(id, user))
	return err
}

func (g groups) removeMember(ctx context.Context, id, user string) error {
	_, err := g.c.Call(ctx, g.c.UnassignUserFromGroup(id, user))
	return err
}
