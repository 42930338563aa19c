package sandbox

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// groupRoutes are the operations on groups, /api/v1/groups.
func groupRoutes() []route {
	return []route{
		{pattern: "GET /api/v1/groups", scope: "okta.groups", right: rightGroupsRead, handle: listGroups},
		{pattern: "POST /api/v1/groups", scope: "okta.groups", right: rightGroupsManage, handle: createGroup},
		{pattern: "GET /api/v1/groups/{groupId}", scope: "okta.groups", right: rightGroupsRead, handle: getGroup},
		{pattern: "PUT /api/v1/groups/{groupId}", scope: "okta.groups", right: rightGroupsManage, handle: replaceGroup},
		{pattern: "DELETE /api/v1/groups/{groupId}", scope: "okta.groups", right: rightGroupsManage, handle: deleteGroup},
		{pattern: "GET /api/v1/groups/{groupId}/users", scope: "okta.groups", right: rightGroupsRead, handle: listMembers},
		{pattern: "PUT /api/v1/groups/{groupId}/users/{userId}", scope: "okta.groups", right: rightGroupsMembers, handle: addMember},
		{pattern: "DELETE /api/v1/groups/{groupId}/users/{userId}", scope: "okta.groups", right: rightGroupsMembers, handle: removeMember},
		{pattern: "GET /api/v1/groups/{groupId}/apps", scope: "okta.groups", right: rightGroupsRead, handle: listGroupApps},
	}
}

func (g *group) name() string {
	if g == nil {
		return ""
	}
	return text(g.Profile, "name")
}

// group returns the group that the path names.
func (c *call) group() (*group, error) {
	id := c.path("groupId")
	if g := c.org.groups.get(id); g != nil {
		return g, nil
	}
	return nil, errNotFound(id, "UserGroup")
}

func (c *call) groupView(g *group) map[string]any {
	self := c.url("/api/v1/groups/" + g.ID)
	logo := func(size string) any {
		return map[string]any{"name": size, "href": c.url("/assets/img/logos/groups/okta-" + size + ".png"), "type": "image/png"}
	}
	profile := filled(g.Profile, map[string]any{"description": nil})
	doc := map[string]any{
		"id": g.ID, "created": timestamp(g.Created), "lastUpdated": timestamp(g.LastUpdated),
		"lastMembershipUpdated": timestamp(g.LastMembershipUpdated), "objectClass": []string{"okta:user_group"},
		"type": g.Type, "profile": profile,
		"_links": map[string]any{
			"logo":  []any{logo("medium"), logo("large")},
			"users": map[string]any{"href": self + "/users"},
			"apps":  map[string]any{"href": self + "/apps"},
		},
	}
	return c.withFeatures("group", g.ID, doc)
}

// groupStats is what ?expand=stats embeds.
func (c *call) groupStats(g *group) map[string]any {
	return map[string]any{"stats": map[string]any{
		"usersCount": len(c.org.members(g)), "appsCount": len(c.org.appsOf(g)), "groupPushMappingsCount": 0,
		"hasAdminPrivilege": len(g.Roles) > 0,
		"_links":            map[string]any{"self": map[string]any{"href": c.url("/api/v1/groups/" + g.ID + "/stats")}},
	}}
}

// groupLists are the three ways to look for groups, with the attributes that
// search and filter can compare.
func groupLists() listing[group] {
	return listing[group]{
		search: func(a string) bool {
			switch a {
			case "id", "type", "created", "lastUpdated", "lastMembershipUpdated", "source.id":
				return true
			}
			return strings.HasPrefix(a, "profile.")
		},
		filter: func(a string) bool {
			return slices.Contains([]string{"id", "type", "lastUpdated", "lastMembershipUpdated"}, a)
		},
		startsWith: func(g *group, q string) bool { return strings.HasPrefix(strings.ToLower(g.name()), q) },
		id:         func(g *group) string { return g.ID },
		size:       pageSize{fallback: 10000, max: 10000},
		qLimit:     300,
	}
}

func listGroups(c *call) error {
	var visible []*group
	for _, g := range c.org.groups.all() {
		if c.allows(rightGroupsRead, "group", g.ID) {
			visible = append(visible, g)
		}
	}
	found, err := groupLists().find(c, visible, c.groupView)
	if err != nil {
		return err
	}
	list := []any{}
	for _, g := range found {
		doc := c.groupView(g)
		if c.query().Get("expand") == "stats" {
			doc["_embedded"] = c.groupStats(g)
		}
		list = append(list, doc)
	}
	return c.json(http.StatusOK, list)
}

// groupProfile reads and checks the profile of a body. Attributes besides name
// and description are kept: the org's group schema is open.
func (c *call) groupProfile(own *group) (map[string]any, error) {
	doc, err := c.object()
	if err != nil {
		return nil, err
	}
	profile := maps.Clone(object(doc, "profile"))
	var bad violations
	name := text(profile, "name")
	switch {
	case strings.TrimSpace(name) == "":
		bad.add("name", "The field cannot be left blank")
	case utf8.RuneCountInString(name) > 255:
		bad.add("name", "The field is too long")
	}
	if utf8.RuneCountInString(text(profile, "description")) > 1024 {
		bad.add("description", "The field is too long")
	}
	same := c.org.groups.find(func(g *group) bool { return g != own && strings.EqualFold(g.name(), name) })
	if same != nil {
		bad.add("name", "An object with this field already exists in the current organization")
	}
	return profile, bad.err()
}

func createGroup(c *call) error {
	profile, err := c.groupProfile(nil)
	if err != nil {
		return err
	}
	now := c.second()
	g := &group{ID: newID("00g"), Type: "OKTA_GROUP", Created: now, LastUpdated: now, LastMembershipUpdated: now, Profile: profile}
	c.org.groups.put(g.ID, g)
	c.happened(eventGroupCreate, groupParty(g))
	return c.json(http.StatusOK, c.groupView(g))
}

func getGroup(c *call) error {
	g, err := c.group()
	if err != nil {
		return err
	}
	doc := c.groupView(g)
	if c.query().Get("expand") == "stats" {
		doc["_embedded"] = c.groupStats(g)
	}
	return c.json(http.StatusOK, doc)
}

// ownGroup returns the group of the path if it may be changed: an OKTA_GROUP.
func (c *call) ownGroup() (*group, error) {
	g, err := c.group()
	if err != nil {
		return nil, err
	}
	if g.Type != "OKTA_GROUP" {
		return nil, errForbidden()
	}
	return g, nil
}

func replaceGroup(c *call) error {
	g, err := c.ownGroup()
	if err != nil {
		return err
	}
	profile, err := c.groupProfile(g)
	if err != nil {
		return err
	}
	g.Profile, g.LastUpdated = profile, c.second()
	c.org.groups.put(g.ID, g)
	c.happened(eventGroupUpdate, groupParty(g))
	return c.json(http.StatusOK, c.groupView(g))
}

// deleteGroup removes the group's app assignments with it. Admin roles that
// had it as their only target keep the target: without one they would be
// roles over all groups.
func deleteGroup(c *call) error {
	g, err := c.ownGroup()
	if err != nil {
		return err
	}
	for _, a := range c.org.appsOf(g) {
		a.Groups = slices.DeleteFunc(a.Groups, func(o *groupAssignment) bool { return o.GroupID == g.ID })
		c.org.apps.put(a.ID, a)
	}
	c.org.groups.remove(g.ID)
	c.happened(eventGroupDelete, groupParty(g))
	return c.noContent(http.StatusNoContent)
}
