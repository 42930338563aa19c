package review

import (
	"cmp"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

const (
	attrLogin           = "login"
	attrEmail           = "email"
	attrPasswordVersion = "password_version"
	attrOnDestroy       = "on_destroy"
)

var userKind = &kind{
	name: "user", source: "user", names: userNames, acts: Admin,
	attributes: []attribute{
		right(attrLogin),
		controls(attrEmail),
		harmless("first_name", "a name that people see; who signs in is known by the login"),
		harmless("last_name", "a name that people see; who signs in is known by the login"),
		right(attrStatus),
		{name: "password", meaning: meansControl, immaterial: "sent when the user is made; another one takes a later password_version, which is reviewed"},
		controls(attrPasswordVersion),
		guard("password_changed"),
		right(attrOnDestroy),
		adminRoles,
	},
	rules: []Rule{
		{ID: "G43", Title: "Somebody else can sign in as the user", Severity: Medium, Worst: High,
			Rationale: "Whoever knows the new password, or reads the new mailbox, can do all that the user may do: Okta sends resets of the password there.",
			Source:    "Okta's users API (by inference)", Fix: "Make sure that the user asked for it.", change: newCredentials},
	},
}

// userNames returns a user's login, email address, and the part of the login before the @.
func userNames(o *Object) []string {
	login := o.text(attrLogin)
	short, _, _ := strings.Cut(login, "@")
	return []string{login, o.text(attrEmail), short}
}

// newCredentials finds new passwords and the like. A new block may be about an existing user whose
// roles are in no file; without an org that user may be a super admin, so it counts as High. For a
// user who was declared before, the declared rights count, at least as Medium.
func newCredentials(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	x.pairs(func(was, is *Object) {
		if !is.kind.has(attrPasswordVersion) {
			return
		}
		version, email := is.get(attrPasswordVersion), is.get(attrEmail)
		if was == nil {
			if !version.IsNull() {
				hits = append(hits, hit{o: is, attribute: attrPasswordVersion, severity: High, message: "if there is a user with this login already, the password is set anew"})
			}
			if !email.IsNull() && (!isKnown(email) || !isKnown(is.get(attrLogin)) || !strings.EqualFold(is.text(attrEmail), is.text(attrLogin))) {
				hits = append(hits, hit{o: is, attribute: attrEmail, severity: High, message: "if there is a user with this login already, resets of the password go to " + cmp.Or(is.text(attrEmail), "an address that isn't known")})
			}
			return
		}
		severity := max(x.stake(is), Medium)
		if !version.IsNull() && !version.RawEquals(was.get(attrPasswordVersion)) {
			hits = append(hits, hit{o: is, attribute: attrPasswordVersion, severity: severity, message: "the password is set anew"})
		}
		if !email.RawEquals(was.get(attrEmail)) {
			hits = append(hits, hit{o: is, attribute: attrEmail, severity: severity, message: "resets of the password go to " + cmp.Or(is.text(attrEmail), "an address that isn't known")})
		}
	})
	return hits
}

func isKnown(v cty.Value) bool { return !v.IsNull() && v.IsKnown() }
