package state

import (
	"slices"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
)

// Group is an Okta group. The built-in group Everyone is one too.
type Group struct {
	ID                    string
	Type                  string // OKTA_GROUP or BUILT_IN
	Created               time.Time
	LastUpdated           time.Time
	LastMembershipUpdated time.Time
	Profile               map[string]any // name, description
	Members               []string       // user ids; empty for Everyone, which all users are members of
	// ByRule are the ids of the users whom a group rule has made members, by the rule's id.
	ByRule map[string][]string `json:",omitempty"`
	// LeftOut is the number of members whom the seed, a copy of a part of an org, left out.
	LeftOut int `json:",omitempty"`
	Roles   []*RoleAssignment
}

// IsMember reports whether the user is a member of the group.
func (o *Org) IsMember(g *Group, u *User) bool {
	return g != nil && (g.ID == o.Self().Everyone || slices.Contains(g.Members, u.ID) || g.RuleOf(u.ID) != "")
}

// RuleOf returns the id of a rule that has made a user a member; "" if none has.
func (g *Group) RuleOf(user string) string {
	for rule, users := range g.ByRule {
		if slices.Contains(users, user) {
			return rule
		}
	}
	return ""
}

// Members returns the users of a group in order of their creation.
func (o *Org) Members(g *Group) []*User {
	var members []*User
	for _, u := range o.Users.All() {
		if o.IsMember(g, u) {
			members = append(members, u)
		}
	}
	return members
}

// GroupsOf returns the groups of a user, including Everyone.
func (o *Org) GroupsOf(u *User) []*Group {
	var groups []*Group
	for _, g := range o.Groups.All() {
		if o.IsMember(g, u) {
			groups = append(groups, g)
		}
	}
	return groups
}

// Name returns the name of the group; "" for nil.
func (g *Group) Name() string {
	if g == nil {
		return ""
	}
	return jsondoc.Text(g.Profile, "name")
}

// InGroup is IsMember by ids.
func (o *Org) InGroup(groupID, userID string) bool {
	g, u := o.Groups.Get(groupID), o.Users.Get(userID)
	return g != nil && u != nil && o.IsMember(g, u)
}
