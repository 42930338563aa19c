package review

import (
	"strings"
)

const (
	attrLogin           = "login"
	attrEmail           = "email"
	attrPasswordVersion = "password_version"
	attrOnDestroy       = "on_destroy"
	attrProfile         = "profile"
)

var userKind = &kind{
	name: "user", source: "user", names: userNames, acts: Admin,
	attributes: []attribute{
		right(attrLogin),
		controls(attrEmail),
		harmless("first_name", "a name that people see; who signs in is known by the login"),
		harmless("last_name", "a name that people see; who signs in is known by the login"),
		controls(attrProfile),
		right(attrStatus),
		{name: "password", meaning: meansControl, immaterial: "sent when the user is created; a new one requires a later password_version, which is reviewed"},
		controls(attrPasswordVersion),
		guard("password_changed"),
		right(attrOnDestroy),
		adminRoles,
	},
}

// userNames returns a user's login, email address, and the part of the login before the @.
func userNames(o *Object) []string {
	login := o.text(attrLogin)
	short, _, _ := strings.Cut(login, "@")
	return []string{login, o.text(attrEmail), short}
}
