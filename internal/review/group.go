package review

import "strings"

const attrMembers = "members"

const groupSource = "group"

var groupKind = &kind{
	name: "group", source: groupSource, names: byLabel, acts: Admin,
	attributes: []attribute{
		harmless("name", "a name that people see; the group keeps its id, members and roles"),
		harmless("description", "a text that people see"),
		harmless(attrProfile, "what apps may receive about the group; Okta's group rules use attributes of users"),
		{name: attrMembers, meaning: meansRights, held: true, released: true},
		adminRoles,
	},
}

const everyone = "Everyone"

// everyone reports whether the reference is to the group of all users.
func (r ref) everyone() bool { return strings.EqualFold(r.name, everyone) }

// likelyEveryone reports whether the reference is to the group of all users, or to one whose name
// in the configuration suggests so.
func (r ref) likelyEveryone() bool {
	return r.everyone() || strings.HasSuffix(r.addr, "group.everyone")
}
