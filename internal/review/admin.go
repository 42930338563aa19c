package review

import (
	"strings"

	"github.com/oktaform/oktaform/schema"
)

// An admin block is about a user or group that isn't declared, and has no data block of its own.
var adminKind = &kind{
	name: "admin", names: adminNames, acts: Admin,
	attributes: []attribute{right("user"), right("group"), guard("principal"), adminRoles},
}

// adminNames are those of the principal, which tell its kind.
func adminNames(o *Object) []string { return []string{o.person, o.alias, o.text(o.Kind.Label)} }

// isEveryone reports whether it is about the group of all users.
func (o *Object) isEveryone() bool {
	return o.Kind.OnExisting && strings.EqualFold(o.name(), schema.Principal(groupSource, everyone))
}
