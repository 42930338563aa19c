package access

import (
	"strings"
)

// Attributes of users.
const (
	AttrLogin           = "login"
	AttrEmail           = "email"
	AttrPasswordVersion = "password_version"
	AttrOnDestroy       = "on_destroy"
	AttrProfile         = "profile"
)

// UserKind: a user has the roles of their own blocks, of admin blocks, and of their groups.
var UserKind = &Kind{
	name: "user", Source: "user", names: userNames, acts: Admin,
	Attributes: []Attribute{
		right(AttrLogin),
		controls(AttrEmail),
		harmless("first_name", "a name that people see; who signs in is known by the login"),
		harmless("last_name", "a name that people see; who signs in is known by the login"),
		controls(AttrProfile),
		right(AttrStatus),
		{Name: "password", Meaning: meansControl, Immaterial: "sent when the user is created; a new one requires a later password_version, which is reviewed"},
		controls(AttrPasswordVersion),
		guard("password_changed"),
		right(AttrOnDestroy),
		adminRoles,
	},
}

// userNames returns a user's login, email address, and the part of the login before the @.
func userNames(o *Object) []string {
	login := o.Text(AttrLogin)
	short, _, _ := strings.Cut(login, "@")
	return []string{login, o.Text(AttrEmail), short}
}
