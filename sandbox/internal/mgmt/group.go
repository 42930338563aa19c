package mgmt

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// groupKind are groups.
func groupKind() Kind {
	return Kind{
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
			{Pattern: "GET /api/v1/groups/{groupId}/apps", Scope: "okta.groups", Right: access.GroupsRead, Handle: listGroupApps},
		},
		Section: listOf[groupDoc]{
			member: "groups", name: func(d *groupDoc) string { return jsondoc.Text(d.Profile, "name") },
			complete: completeGroups, seed: seedGroup, refer: seedGroupRoles, dump: dumpGroups,
		},
		Events:   []syslog.Type{eventGroupCreate, eventGroupUpdate, eventGroupDelete, eventMemberAdd, eventMemberGone},
		Features: groupFeatures(),
	}
}

// The events of groups.
var (
	eventGroupCreate = syslog.Type{Name: "group.lifecycle.create", Message: "Create Okta group", Legacy: "core.user_group.created"}
	eventGroupUpdate = syslog.Type{Name: "group.profile.update", Message: "Update Okta group profile"}
	eventGroupDelete = syslog.Type{Name: "group.lifecycle.delete", Message: "Delete Okta group", Legacy: "core.user_group.deleted"}
	eventMemberAdd   = syslog.Type{Name: "group.user_membership.add", Message: "Add user to group membership", Legacy: "core.user_group_member.user_add"}
	eventMemberGone  = syslog.Type{Name: "group.user_membership.remove", Message: "Remove user from group membership", Legacy: "core.user_group_member.user_remove"}
)

func groupFeatures() []FeatureField {
	return []FeatureField{
		{state.GroupOwners, "_links.owners", func(c *web.Call, id string) any {
			return map[string]any{"href": c.URL("/api/v1/groups/" + id + "/owners")}
		}},
	}
}

// everyoneName is the name of the built-in group of all users.
const everyoneName = "Everyone"

// appGroupType is the type of groups that were imported from an app: nobody changes them
// in Okta.
const appGroupType = "APP_GROUP"

type groupDoc struct {
	Type string `json:"type,omitempty"` // OKTA_GROUP when left out; APP_GROUP: imported from an app
	madeDoc
	LastMembershipUpdated time.Time      `json:"lastMembershipUpdated,omitzero"`
	Profile               map[string]any `json:"profile"`
	Members               []string       `json:"members,omitempty"`
	Roles                 []*roleDoc     `json:"roles,omitempty"`
}

// completeGroups adds the group of all users unless it is there.
func completeGroups(s *seeding, docs *[]*groupDoc) {
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
	everyone.fill("00g", s.now)
	s.Org.Self().Everyone = everyone.ID
}

func seedGroup(s *seeding, d *groupDoc) error {
	d.fill("00g", s.now)
	if d.LastMembershipUpdated.IsZero() {
		d.LastMembershipUpdated = d.Created
	}
	name := jsondoc.Text(d.Profile, "name")
	if strings.TrimSpace(name) == "" {
		return errors.New("profile.name is missing")
	}
	if s.groupNamed(name) != nil || s.Org.Groups.Get(d.ID) != nil {
		return errors.New("a group with this name or id is there already")
	}
	g := &state.Group{ID: d.ID, Type: "OKTA_GROUP", Created: d.Created, LastUpdated: d.LastUpdated, LastMembershipUpdated: d.LastMembershipUpdated, Profile: d.Profile}
	switch {
	case name == everyoneName:
		g.Type = "BUILT_IN"
	case d.Type == appGroupType:
		g.Type = d.Type
	case d.Type != "" && d.Type != g.Type:
		return fmt.Errorf("type is %q; it can be %s or %s", d.Type, g.Type, appGroupType)
	}
	for _, member := range d.Members {
		u, err := s.userNamed(member)
		if err != nil {
			return err
		}
		g.Members = append(g.Members, u.ID)
	}
	s.Org.Groups.Put(g.ID, g)
	return nil
}

func seedGroupRoles(s *seeding, d *groupDoc) error {
	g := s.groupNamed(d.ID)
	if g.Type == "BUILT_IN" && len(d.Roles) > 0 {
		return errors.New("roles can't be given to a built-in group")
	}
	return s.roles(groupAssignee(s.Org, g), d.Roles)
}

func dumpGroups(o *state.Org, _ bool) (docs []*groupDoc) {
	for _, g := range o.Groups.All() {
		d := &groupDoc{madeDoc: madeDoc{g.ID, g.Created, g.LastUpdated}, LastMembershipUpdated: g.LastMembershipUpdated, Profile: g.Profile, Roles: dumpRoles(o, g.Roles)}
		if g.Type == appGroupType {
			d.Type = g.Type
		}
		for _, id := range g.Members {
			if u := o.Users.Get(id); u != nil {
				d.Members = append(d.Members, u.Login())
			}
		}
		docs = append(docs, d)
	}
	return docs
}
