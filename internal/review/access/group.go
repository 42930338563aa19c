package access

import "strings"

// AttrMembers contains the users in a group.
const AttrMembers = "members"

// GroupSource is the type of the data block that finds a group.
const GroupSource = "group"

var groupKind = &Kind{
	name: "group", Source: GroupSource, names: byLabel, acts: Admin,
	Attributes: []Attribute{
		harmless("name", "a name that people see; the group keeps its id, members and roles"),
		harmless("description", "a text that people see"),
		harmless(AttrProfile, "what apps may receive about the group; Okta's group rules use attributes of users"),
		{Name: AttrMembers, Meaning: MeansRights, Held: true, Released: true},
		adminRoles,
	},
}

const everyone = "Everyone"

// everyone reports whether the reference is to the group of all users.
func (r Ref) everyone() bool { return strings.EqualFold(r.Name, everyone) }

// LikelyEveryone reports whether the reference is to the group of all users, or to one whose name
// in the configuration suggests so.
func (r Ref) LikelyEveryone() bool {
	return r.everyone() || strings.HasSuffix(r.Addr, "group.everyone")
}
