package mgmt

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// pathGroup returns the group that the path names.
func pathGroup(c *web.Call) (*state.Group, error) {
	id := c.Path("groupId")
	if g := c.Org.Groups.Get(id); g != nil {
		return g, nil
	}
	return nil, web.NotFound(id, "UserGroup")
}

func GroupView(c *web.Call, g *state.Group) map[string]any {
	self := c.URL("/api/v1/groups/" + g.ID)
	logo := func(size string) any {
		return map[string]any{"name": size, "href": c.URL("/assets/img/logos/groups/okta-" + size + ".png"), "type": "image/png"}
	}
	profile := jsondoc.Filled(g.Profile, map[string]any{"description": nil})
	doc := map[string]any{
		"id": g.ID, "created": state.Timestamp(g.Created), "lastUpdated": state.Timestamp(g.LastUpdated),
		"lastMembershipUpdated": state.Timestamp(g.LastMembershipUpdated), "objectClass": []string{"okta:user_group"},
		"type": g.Type, "profile": profile,
		"_links": map[string]any{
			"logo":  []any{logo("medium"), logo("large")},
			"users": map[string]any{"href": self + "/users"},
			"apps":  map[string]any{"href": self + "/apps"},
		},
	}
	return withFeatures(c, groupFeatures(), g.ID, doc)
}

// groupStats is what ?expand=stats embeds.
func groupStats(c *web.Call, g *state.Group) map[string]any {
	return map[string]any{"stats": map[string]any{
		"usersCount": len(c.Org.Members(g)), "appsCount": len(c.Org.AppsOf(g)), "groupPushMappingsCount": 0,
		"hasAdminPrivilege": len(g.Roles) > 0,
		"_links":            map[string]any{"self": map[string]any{"href": c.URL("/api/v1/groups/" + g.ID + "/stats")}},
	}}
}

// groupLists are the three ways to look for groups, with the attributes that
// search and filter can compare.
func groupLists() web.Listing[state.Group] {
	return web.Listing[state.Group]{
		Search: func(a string) bool {
			switch a {
			case "id", "type", "created", "lastUpdated", "lastMembershipUpdated", "source.id":
				return true
			}
			return strings.HasPrefix(a, "profile.")
		},
		Filter: func(a string) bool {
			return slices.Contains([]string{"id", "type", "lastUpdated", "lastMembershipUpdated"}, a)
		},
		StartsWith: func(g *state.Group, q string) bool { return strings.HasPrefix(strings.ToLower(g.Name()), q) },
		ID:         func(g *state.Group) string { return g.ID },
		Size:       web.PageSize{Fallback: 10000, Max: 10000},
		QLimit:     300,
	}
}

func listGroups(c *web.Call) error {
	var visible []*state.Group
	for _, g := range c.Org.Groups.All() {
		if access.Allows(c, access.GroupsRead, access.Group, g.ID) {
			visible = append(visible, g)
		}
	}
	found, err := groupLists().Find(c, visible, func(g *state.Group) map[string]any { return GroupView(c, g) })
	if err != nil {
		return err
	}
	list := []any{}
	for _, g := range found {
		doc := GroupView(c, g)
		if c.Query().Get("expand") == "stats" {
			doc["_embedded"] = groupStats(c, g)
		}
		list = append(list, doc)
	}
	return c.JSON(http.StatusOK, list)
}

// groupProfile reads and checks the profile of a body. Attributes besides name
// and description are kept: the org's group schema is open.
func groupProfile(c *web.Call, own *state.Group) (map[string]any, error) {
	doc, err := c.Object()
	if err != nil {
		return nil, err
	}
	profile := maps.Clone(jsondoc.Object(doc, "profile"))
	var bad web.Violations
	name := jsondoc.Text(profile, "name")
	switch {
	case strings.TrimSpace(name) == "":
		bad.Add("name", "The field cannot be left blank")
	case utf8.RuneCountInString(name) > 255:
		bad.Add("name", "The field is too long")
	}
	if utf8.RuneCountInString(jsondoc.Text(profile, "description")) > 1024 {
		bad.Add("description", "The field is too long")
	}
	same := c.Org.Groups.Find(func(g *state.Group) bool { return g != own && strings.EqualFold(g.Name(), name) })
	if same != nil {
		bad.Add("name", "An object with this field already exists in the current organization")
	}
	return profile, bad.Err()
}

func createGroup(c *web.Call) error {
	profile, err := groupProfile(c, nil)
	if err != nil {
		return err
	}
	now := c.Second()
	g := &state.Group{ID: state.NewID("00g"), Type: "OKTA_GROUP", Created: now, LastUpdated: now, LastMembershipUpdated: now, Profile: profile}
	c.Org.Groups.Put(g.ID, g)
	syslog.Emit(c, eventGroupCreate, syslog.GroupEntity(g))
	return c.JSON(http.StatusOK, GroupView(c, g))
}

func getGroup(c *web.Call) error {
	g, err := pathGroup(c)
	if err != nil {
		return err
	}
	doc := GroupView(c, g)
	if c.Query().Get("expand") == "stats" {
		doc["_embedded"] = groupStats(c, g)
	}
	return c.JSON(http.StatusOK, doc)
}

// pathOwnGroup returns the group of the path if it may be changed: an OKTA_GROUP.
func pathOwnGroup(c *web.Call) (*state.Group, error) {
	g, err := pathGroup(c)
	if err != nil {
		return nil, err
	}
	if g.Type != "OKTA_GROUP" {
		return nil, web.Forbidden()
	}
	return g, nil
}

func replaceGroup(c *web.Call) error {
	g, err := pathOwnGroup(c)
	if err != nil {
		return err
	}
	profile, err := groupProfile(c, g)
	if err != nil {
		return err
	}
	g.Profile, g.LastUpdated = profile, c.Second()
	c.Org.Groups.Put(g.ID, g)
	syslog.Emit(c, eventGroupUpdate, syslog.GroupEntity(g))
	return c.JSON(http.StatusOK, GroupView(c, g))
}

// deleteGroup removes the group's app assignments with it. Admin roles that
// had it as their only target keep the target: without one they would be
// roles over all groups.
func deleteGroup(c *web.Call) error {
	g, err := pathOwnGroup(c)
	if err != nil {
		return err
	}
	for _, a := range c.Org.AppsOf(g) {
		a.Groups = slices.DeleteFunc(a.Groups, func(o *state.GroupAssignment) bool { return o.GroupID == g.ID })
		c.Org.Apps.Put(a.ID, a)
	}
	c.Org.Groups.Remove(g.ID)
	syslog.Emit(c, eventGroupDelete, syslog.GroupEntity(g))
	return c.NoContent(http.StatusNoContent)
}
