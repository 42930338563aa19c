// Package groups is groups with their members, group rules, and the schema of groups.
package groups

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/roles"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/users"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// GroupKind describes groups.
func GroupKind() kind.Kind {
	return kind.Kind{
		Name:  "group",
		Table: func(o *state.Org) state.Storable { return o.Groups },
		Routes: []web.Route{
			{Pattern: "GET /api/v1/groups", Scope: "okta.groups", Right: access.GroupsRead, Handle: listGroups},
			{Pattern: "POST /api/v1/groups", Scope: "okta.groups", Right: access.GroupsCreate, Handle: createGroup},
			{Pattern: "GET /api/v1/groups/{groupId}", Scope: "okta.groups", Right: access.GroupsRead, Handle: getGroup},
			{Pattern: "PUT /api/v1/groups/{groupId}", Scope: "okta.groups", Right: access.GroupsManage, Handle: replaceGroup},
			{Pattern: "DELETE /api/v1/groups/{groupId}", Scope: "okta.groups", Right: access.GroupsManage, Handle: deleteGroup},
			{Pattern: "GET /api/v1/groups/{groupId}/users", Scope: "okta.groups", Right: access.GroupsRead, Handle: listMembers},
			{Pattern: "PUT /api/v1/groups/{groupId}/users/{userId}", Scope: "okta.groups", Right: access.GroupsMembers, Handle: addMember},
			{Pattern: "DELETE /api/v1/groups/{groupId}/users/{userId}", Scope: "okta.groups", Right: access.GroupsMembers, Handle: removeMember},
		},
		Section: kind.ListOf[groupDoc]{
			Member: "groups", Name: func(d *groupDoc) string { return jsondoc.Text(d.Profile, "name") },
			Complete: completeGroups, Seed: seedGroup, Refer: seedGroupRoles, Dump: dumpGroups,
		},
		Events:   []syslog.Type{eventGroupCreate, eventGroupUpdate, eventGroupDelete, users.EventMemberAdd, eventMemberGone},
		Features: kind.GroupFeatures(),
	}
}

// The events of groups.
var (
	eventGroupCreate = syslog.Type{Name: "group.lifecycle.create", Message: "Create Okta group", Legacy: "core.user_group.created"}
	eventGroupUpdate = syslog.Type{Name: "group.profile.update", Message: "Update Okta group profile"}
	eventGroupDelete = syslog.Type{Name: "group.lifecycle.delete", Message: "Delete Okta group", Legacy: "core.user_group.deleted"}
	eventMemberGone  = syslog.Type{Name: "group.user_membership.remove", Message: "Remove user from group membership", Legacy: "core.user_group_member.user_remove"}
)

// everyoneName is the name of the built-in group of all users.
const everyoneName = "Everyone"

// appGroupType is the type of groups imported from an app, which cannot be changed in Okta.
const appGroupType = "APP_GROUP"

// builtInType is the type of groups that every org has.
const builtInType = "BUILT_IN"

type groupDoc struct {
	Type string `json:"type,omitempty"` // OKTA_GROUP when left out; APP_GROUP: imported from an app
	kind.MadeDoc
	LastMembershipUpdated time.Time      `json:"lastMembershipUpdated,omitzero"`
	Profile               map[string]any `json:"profile"`
	Members               []string       `json:"members,omitempty"`
	// ByRule are the users whom a group rule has made members, by the rule's id.
	ByRule map[string][]string `json:"byRule,omitempty"`
	// MembersLeftOut is the number of members whom a copy of a part of an org leaves out.
	MembersLeftOut int          `json:"membersLeftOut,omitempty"`
	Roles          []*roles.Doc `json:"roles,omitempty"`
}

// completeGroups adds the group Everyone unless the seed has it.
func completeGroups(s *kind.Seeding, docs *[]*groupDoc) {
	var everyone *groupDoc
	for _, d := range *docs {
		if jsondoc.Text(d.Profile, "name") == everyoneName {
			everyone = d
		}
	}
	if everyone == nil {
		everyone = &groupDoc{Profile: map[string]any{"name": everyoneName, "description": "All users in your organization"}}
		*docs = append(*docs, everyone)
	}
	everyone.Fill("00g", s.Now)
	s.Org.Self().Everyone = everyone.ID
}

func seedGroup(s *kind.Seeding, d *groupDoc) error {
	d.Fill("00g", s.Now)
	if d.LastMembershipUpdated.IsZero() {
		d.LastMembershipUpdated = d.Created
	}
	name := jsondoc.Text(d.Profile, "name")
	if strings.TrimSpace(name) == "" {
		return errors.New("profile.name is missing")
	}
	taken := s.Org.Groups.Find(func(g *state.Group) bool { // groups of other directories may share a name
		return d.Type != appGroupType && g.Type != appGroupType && state.SameName(g.Name(), name)
	})
	if taken != nil || s.Org.Groups.Get(d.ID) != nil {
		return errors.New("a group with this name or id is there already")
	}
	g := &state.Group{ID: d.ID, Type: "OKTA_GROUP", Created: d.Created, LastUpdated: d.LastUpdated, LastMembershipUpdated: d.LastMembershipUpdated, Profile: d.Profile, LeftOut: d.MembersLeftOut}
	switch {
	case name == everyoneName:
		g.Type = "BUILT_IN"
	case d.Type == appGroupType, d.Type == builtInType:
		g.Type = d.Type
	case d.Type != "" && d.Type != g.Type:
		return fmt.Errorf("type is %q; it can be %s, %s or %s", d.Type, g.Type, appGroupType, builtInType)
	}
	for _, member := range d.Members {
		u, err := s.UserNamed(member)
		if err != nil {
			return err
		}
		g.Members = append(g.Members, u.ID)
	}
	for rule, users := range d.ByRule {
		for _, member := range users {
			u, err := s.UserNamed(member)
			if err != nil {
				return err
			}
			if g.ByRule == nil {
				g.ByRule = map[string][]string{}
			}
			g.ByRule[rule] = append(g.ByRule[rule], u.ID)
		}
	}
	s.Org.Groups.Put(g.ID, g)
	return nil
}

func seedGroupRoles(s *kind.Seeding, d *groupDoc) error {
	g := s.GroupNamed(d.ID)
	if g.Type == "BUILT_IN" && len(d.Roles) > 0 {
		return errors.New("roles can't be given to a built-in group")
	}
	return roles.Seed(s, roles.GroupAssignee(s.Org, g), d.Roles)
}

func dumpGroups(o *state.Org, _ bool) (docs []*groupDoc) {
	for _, g := range o.Groups.All() {
		d := &groupDoc{MadeDoc: kind.MadeDoc{ID: g.ID, Created: g.Created, LastUpdated: g.LastUpdated}, LastMembershipUpdated: g.LastMembershipUpdated, Profile: g.Profile, MembersLeftOut: g.LeftOut, Roles: roles.Dump(o, g.Roles)}
		if g.Type == appGroupType || g.Type == builtInType && g.ID != o.Self().Everyone {
			d.Type = g.Type
		}
		d.Members = logins(o, g.Members)
		for rule, users := range g.ByRule {
			if list := logins(o, users); len(list) > 0 {
				if d.ByRule == nil {
					d.ByRule = map[string][]string{}
				}
				d.ByRule[rule] = list
			}
		}
		docs = append(docs, d)
	}
	return docs
}

// logins returns the logins of users that are there.
func logins(o *state.Org, ids []string) (all []string) {
	for _, id := range ids {
		if u := o.Users.Get(id); u != nil {
			all = append(all, u.Login())
		}
	}
	return all
}

// groupStats returns what ?expand=stats embeds.
func groupStats(c *web.Call, g *state.Group) map[string]any {
	return map[string]any{"stats": map[string]any{
		"usersCount": len(c.Org.Members(g)) + g.LeftOut, "appsCount": len(c.Org.AppsOf(g)), "groupPushMappingsCount": 0,
		"hasAdminPrivilege": len(g.Roles) > 0,
		"_links":            map[string]any{"self": map[string]any{"href": c.URL("/api/v1/groups/" + g.ID + "/stats")}},
	}}
}

// groupLists describes the three ways to list groups, with the attributes that search and filter
// can compare.
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
	found, err := groupLists().Find(c, visible, func(g *state.Group) map[string]any { return kind.GroupView(c, g) })
	if err != nil {
		return err
	}
	list := []any{}
	for _, g := range found {
		doc := kind.GroupView(c, g)
		if c.Query().Get("expand") == "stats" {
			doc["_embedded"] = groupStats(c, g)
		}
		list = append(list, doc)
	}
	return c.JSON(http.StatusOK, list)
}

// groupProfile decodes and checks the profile of a body.
func groupProfile(c *web.Call, own *state.Group) (map[string]any, error) {
	doc, err := c.Object()
	if err != nil {
		return nil, err
	}
	profile := maps.Clone(jsondoc.Object(doc, "profile"))
	if err := kind.CheckCustom(profile, c.Org.Self().GroupAttributes, isBaseGroupAttribute, "profile"); err != nil {
		return nil, err
	}
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
	same := c.Org.Groups.Find(func(g *state.Group) bool { return g != own && state.SameName(g.Name(), name) })
	if same != nil {
		bad.Add("name", "An object with this field already exists in the current organization")
	}
	kind.CheckUnique(profile, c.Org.Self().GroupAttributes, groupProfiles(c.Org, own), &bad)
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
	return c.JSON(http.StatusOK, kind.GroupView(c, g))
}

func getGroup(c *web.Call) error {
	g, err := kind.PathGroup(c)
	if err != nil {
		return err
	}
	doc := kind.GroupView(c, g)
	if c.Query().Get("expand") == "stats" {
		doc["_embedded"] = groupStats(c, g)
	}
	return c.JSON(http.StatusOK, doc)
}

// pathOwnGroup returns the group in the path if it may be changed: an OKTA_GROUP.
func pathOwnGroup(c *web.Call) (*state.Group, error) {
	g, err := kind.PathGroup(c)
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
	return c.JSON(http.StatusOK, kind.GroupView(c, g))
}

// deleteGroup also removes the group's app assignments. Admin roles with the group as their only
// target keep the target: without targets a role covers all groups.
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
	invalidateRules(c, g)
	syslog.Emit(c, eventGroupDelete, syslog.GroupEntity(g))
	return c.NoContent(http.StatusNoContent)
}
