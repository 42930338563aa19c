package kinds

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

const kindUser = "user"

// user is a person or test user. Users carry no mark: they are matched by login and changed only
// while they are declared.
func user() *schema.Kind {
	return &schema.Kind{
		Name: kindUser, Title: "user", Label: "login", Unique: true, Mark: schema.MarkNone, Person: true,
		Terraform: append(terraformUserRoles(), schema.TerraformType{Name: "okta_user", ID: "id", Rename: map[string]string{"custom_profile_attributes": "profile"},
			Ignore: []string{"custom_profile_attributes_to_ignore", "password", "old_password", "password_hash", "recovery_answer", "recovery_question", "expire_password_on_create", "skip_roles", "raw_status", "admin_roles", "group_memberships"}}),
		Doc: "A user, matched by login and changed only while declared. A deprovisioned user with that login is reactivated.",
		Attrs: []schema.Attr{
			{Name: "login", Type: cty.String, Path: "profile.login", Required: true, Fixed: true, Doc: "The name to sign in with, in the form of an e-mail address. It can't be changed."},
			{Name: "email", Access: true, Type: cty.String, Path: "profile.email", DefaultFrom: "login", Doc: "The e-mail address. Omitted: the login."},
			{Name: "first_name", Type: cty.String, Path: "profile.firstName", Required: true, Doc: "The given name."},
			{Name: "last_name", Type: cty.String, Path: "profile.lastName", Required: true, Doc: "The family name."},
			customProfile("user", reservedInUsers),
			{Name: "status", Access: true, Type: cty.String, Path: "status", Default: cty.StringVal("ACTIVE"), OneOf: []string{"ACTIVE", "SUSPENDED"}, Aliases: sameStatus(),
				Doc: "A SUSPENDED user can't sign in and gets no tokens, but keeps groups, apps and roles. Okta suspends users who have a password."},
			{Name: "password", Type: cty.String, Sensitive: true, WriteOnly: true, Doc: "The password: set when the user is created, and changed only with password_version."},
			{Name: "password_version", Type: cty.String, VersionOf: "password_changed",
				Doc: "A date (2026-11-23) or time (RFC 3339): a password that was last set before it is set again. The org stores no other version of a password."},
			{Name: "password_changed", Type: cty.String, Path: "passwordChanged", Computed: true, Hidden: true, Doc: "When the password was last set."},
			{Name: "on_destroy", Type: cty.String, Local: true, Default: cty.StringVal("keep"), OneOf: []string{"keep", "deactivate", "delete"}, Doc: "What destroy does to the user."},
		},
		Blocks: []schema.Block{adminRole()},
		Check:  checkUser,
	}
}

// Password is the password that a declared user has; "" for other objects, and where the block
// leaves it to the org.
func Password(d *schema.Desired) string {
	if d.Kind.Name != kindUser || !d.Value.Has("password") {
		return ""
	}
	v, _ := d.Value.GetAttr("password").Unmark()
	if v.IsNull() || !v.IsKnown() {
		return ""
	}
	return v.AsString()
}

// sameStatus maps the statuses that depend on the user's own actions (a pending activation, an
// expired password, a lockout) to ACTIVE: they are no drift.
func sameStatus() map[string]string {
	return map[string]string{
		"PROVISIONED": "ACTIVE", "RECOVERY": "ACTIVE", "PASSWORD_EXPIRED": "ACTIVE", "LOCKED_OUT": "ACTIVE",
	}
}

func userSource() *schema.Kind {
	return dataSource(kindUser, "user", "login", "profile.login", "The user's login.",
		computedAttr("email", "profile.email", "The e-mail address."),
		computedAttr("first_name", "profile.firstName", "The given name."),
		computedAttr("last_name", "profile.lastName", "The family name."),
		computedAttr("status", "status", "ACTIVE, SUSPENDED, DEPROVISIONED and so on."))
}

func checkUser(v schema.Value) []schema.Problem {
	problems := append(checkRoles(v), checkProfile(v)...)
	for _, attr := range []string{"login", "email"} {
		if s := schema.Text(v.GetAttr(attr)); s != "" && !strings.Contains(strings.Trim(s, "@"), "@") {
			problems = append(problems, schema.Problem{Attr: attr, Summary: "Not an e-mail address",
				Detail: fmt.Sprintf("%q is not an e-mail address, which Okta requires for a user's %s.", s, attr)})
		}
	}
	if version := schema.Text(v.GetAttr("password_version")); version != "" {
		if v.GetAttr("password").IsNull() {
			problems = append(problems, schema.Problem{Attr: "password_version", Summary: "password_version without a password",
				Detail: "password_version is the time after which the password must have been set, so it needs password."})
		}
		if _, err := schema.ParseMoment(version); err != nil {
			problems = append(problems, schema.Problem{Attr: "password_version", Summary: "Not a date", Detail: err.Error() + "."})
		}
	}
	return problems
}
