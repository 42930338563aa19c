package review

import (
	"strings"

	"github.com/oktaform/oktaform/schema/kinds"
)

// adminKind: an admin block is about a user or group that is not declared. It has no data block of
// its own.
var adminKind = &kind{
	name: "admin", names: adminNames, acts: Admin,
	attributes: []attribute{right("user"), right("group"), guard("principal"), adminRoles},
}

// adminNames returns the names of the principal, which include its kind.
func adminNames(o *Object) []string { return []string{o.person, o.alias, o.text(o.Kind.Label)} }

// isEveryone reports whether the object is the group of all users.
func (o *Object) isEveryone() bool {
	return o.Kind.OnExisting && strings.EqualFold(o.name(), kinds.Principal(groupSource, everyone))
}
