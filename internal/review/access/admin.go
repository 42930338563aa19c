package access

import (
	"strings"

	"github.com/oktaform/oktaform/schema/kinds"
)

// adminKind: an admin block is about a user or group that is not declared. It has no data block of
// its own.
var adminKind = &Kind{
	name: "admin", names: adminNames, acts: Admin,
	Attributes: []Attribute{right("user"), right("group"), guard("principal"), adminRoles},
}

// adminNames returns the names of the principal, which include its kind.
func adminNames(o *Object) []string { return []string{o.Person, o.alias, o.Text(o.Kind.Label)} }

// IsEveryone reports whether the object is the group of all users.
func (o *Object) IsEveryone() bool {
	return o.Kind.OnExisting && strings.EqualFold(o.Name(), kinds.Principal(GroupSource, everyone))
}
