package review

import "strings"

const attrMembers = "members"

const groupSource = "group"

var groupKind = &kind{
	name: "group", source: groupSource, names: byLabel, acts: Admin,
	attributes: []attribute{
		harmless("name", "a name that people see; the group keeps its id, members and roles"),
		harmless("description", "a text that people see"),
		{name: attrMembers, meaning: meansRights, held: true, released: true},
		adminRoles,
	},
}

const everyone = "Everyone"

// everyone reports whether it is the group of all users.
func (r ref) everyone() bool { return strings.EqualFold(r.name, everyone) }

// likelyEveryone reports whether it is the group of all users, or is called so in the
// configuration.
func (r ref) likelyEveryone() bool {
	return r.everyone() || strings.HasSuffix(r.addr, "group.everyone")
}
