package sandbox

import (
	"net/http"
	"slices"
)

// isMember reports membership; all users are members of Everyone.
func (o *org) isMember(g *group, u *user) bool {
	return g != nil && (g.ID == o.self().Everyone || slices.Contains(g.Members, u.ID))
}

// members returns the users of a group in the order of their creation.
func (o *org) members(g *group) []*user {
	var members []*user
	for _, u := range o.users.all() {
		if o.isMember(g, u) {
			members = append(members, u)
		}
	}
	return members
}

// groupsOf returns the groups of a user, Everyone among them.
func (o *org) groupsOf(u *user) []*group {
	var groups []*group
	for _, g := range o.groups.all() {
		if o.isMember(g, u) {
			groups = append(groups, g)
		}
	}
	return groups
}

// appsOf returns the apps that the group is assigned to.
func (o *org) appsOf(g *group) []*app {
	var apps []*app
	for _, a := range o.apps.all() {
		if a.groupAssignment(g.ID) != nil {
			apps = append(apps, a)
		}
	}
	return apps
}

func listMembers(c *call) error {
	g, err := c.group()
	if err != nil {
		return err
	}
	found, err := page(c, c.org.members(g), func(u *user) string { return u.ID }, pageSize{fallback: 1000, max: 1000, echo: true})
	if err != nil {
		return err
	}
	list := []any{}
	for _, u := range found {
		list = append(list, c.userListView(u))
	}
	return c.json(http.StatusOK, list)
}

// member returns the group and user of the path, the group one whose members
// are set by hand.
func (c *call) member() (*group, *user, error) {
	g, err := c.ownGroup()
	if err != nil {
		return nil, nil, err
	}
	u, err := c.user()
	return g, u, err
}

func addMember(c *call) error {
	g, u, err := c.member()
	if err != nil {
		return err
	}
	if !slices.Contains(g.Members, u.ID) {
		g.Members, g.LastMembershipUpdated = append(g.Members, u.ID), c.second()
		c.org.groups.put(g.ID, g)
		c.happened(eventMemberAdd, userParty(u), groupParty(g))
	}
	return c.noContent(http.StatusNoContent)
}

func removeMember(c *call) error {
	g, u, err := c.member()
	if err != nil {
		return err
	}
	if slices.Contains(g.Members, u.ID) {
		g.Members = slices.DeleteFunc(g.Members, func(id string) bool { return id == u.ID })
		g.LastMembershipUpdated = c.second()
		c.org.groups.put(g.ID, g)
		c.happened(eventMemberGone, userParty(u), groupParty(g))
	}
	return c.noContent(http.StatusNoContent)
}

func listGroupApps(c *call) error {
	g, err := c.group()
	if err != nil {
		return err
	}
	found, err := page(c, c.org.appsOf(g), func(a *app) string { return a.ID }, pageSize{fallback: 20, max: 200, echo: true})
	if err != nil {
		return err
	}
	list := []any{}
	for _, a := range found {
		list = append(list, c.appView(a))
	}
	return c.json(http.StatusOK, list)
}
