package catalog

import (
	"slices"
	"strings"
)

// What an object may hold besides admin roles: see Protects.
const (
	RoleOfGroup   = "role of a group" // a user: through one of their groups
	GrantedScopes = "granted scopes"  // a service app
)

const (
	onlySuper  = "Okta help: Group administrators: only super admins manage groups with administrative roles, and their members"
	superOnly  = "Okta help: Standard administrator roles and permissions: what can be done to super admins"
	higherRole = "Okta help, for roles near this one: an admin doesn't manage those who may do more"
	keysSuper  = "Okta guides: only a super admin changes the keys of a service app with granted scopes"
)

// peers maps an actor's role to the roles of users whom the actor may manage: nobody with more
// rights than the actor.
var peers = map[string][]string{
	"ORG_ADMIN": {"ORG_ADMIN", "APP_ADMIN", "USER_ADMIN", "GROUP_MEMBERSHIP_ADMIN", "HELP_DESK_ADMIN",
		"READ_ONLY_ADMIN", "REPORT_ADMIN", "MOBILE_ADMIN"},
	"USER_ADMIN":      {"USER_ADMIN", "GROUP_MEMBERSHIP_ADMIN", "HELP_DESK_ADMIN", "READ_ONLY_ADMIN", "REPORT_ADMIN", "MOBILE_ADMIN"},
	"HELP_DESK_ADMIN": {"HELP_DESK_ADMIN", "READ_ONLY_ADMIN", "REPORT_ADMIN", "MOBILE_ADMIN"},
}

// Protects reports whether an object is protected from the operation by what it holds (the type of
// an admin role, RoleOfGroup or GrantedScopes), if the actor's right comes from a role of the type
// actor, and why.
func Protects(held string, o Operation, actor string) (Basis, bool) {
	if o.Reads() || !o.Names() || actor == "SUPER_ADMIN" {
		return Basis{}, false
	}
	switch o.Object() {
	case Users:
		switch {
		case held == RoleOfGroup:
			return Basis{onlySuper, Documented}, true
		case held == "SUPER_ADMIN":
			return Basis{superOnly, Documented}, true
		}
		return Basis{higherRole, Inferred}, !slices.Contains(peers[actor], held)
	case Groups:
		return Basis{onlySuper, Documented}, true
	case Apps:
		keys := strings.Contains(o.Path, "/credentials/") || strings.HasSuffix(o.Path, "/lifecycle/newSecret")
		if held == GrantedScopes {
			return Basis{keysSuper, Documented}, keys
		}
		return Basis{higherRole, Inferred}, keys
	}
	return Basis{}, false
}
