package review

import (
	"cmp"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema/kinds"
)

// userRules are about users: who can sign in as them, and what follows from their attributes.
func userRules() []Rule {
	return []Rule{
		{ID: "G43", Title: "Somebody else can sign in as the user", Severity: severity.Medium, Worst: severity.High,
			Rationale: "Whoever knows the new password, or reads the new mailbox, can do all that the user may do: Okta sends password resets there.",
			Source:    "Okta's users API (by inference)", Fix: "Make sure that the user asked for it.", change: newCredentials},
		{ID: "G59", Title: "Attributes change that group rules may use", Severity: severity.Medium,
			Rationale: "A group rule adds users to groups by their attributes, and groups give apps and admin roles; apps receive attributes, too. No file shows the org's rules and mappings, so a review can't tell the effect.",
			Source:    "Okta's group rules and profile mappings", Fix: "Look in the org for group rules and app mappings that use the attribute (Directory > Groups > Rules).", change: profileChanges},
	}
}

// newCredentials finds new passwords and the like. A new block may be about an existing user whose
// roles are in no file; without an org that user may be a super admin, so it counts as High. For a
// user who was declared before, the declared rights count, at least as Medium.
func newCredentials(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	x.pairs(func(was, is *access.Object) {
		if !is.Facts.Has(access.AttrPasswordVersion) {
			return
		}
		version, email := is.Get(access.AttrPasswordVersion), is.Get(access.AttrEmail)
		if was == nil {
			if !version.IsNull() {
				hits = append(hits, hit{o: is, attribute: access.AttrPasswordVersion, severity: severity.High, message: "if there is a user with this login already, the password is set again"})
			}
			if !email.IsNull() && (!isKnown(email) || !isKnown(is.Get(access.AttrLogin)) || !strings.EqualFold(is.Text(access.AttrEmail), is.Text(access.AttrLogin))) {
				hits = append(hits, hit{o: is, attribute: access.AttrEmail, severity: severity.High, message: "if there is a user with this login already, resets of the password go to " + cmp.Or(is.Text(access.AttrEmail), "an address that isn't known")})
			}
			return
		}
		level := max(x.controlRisk(is), severity.Medium)
		if !version.IsNull() && !version.RawEquals(was.Get(access.AttrPasswordVersion)) {
			hits = append(hits, hit{o: is, attribute: access.AttrPasswordVersion, severity: level, message: "the password is set again"})
		}
		if !email.RawEquals(was.Get(access.AttrEmail)) {
			hits = append(hits, hit{o: is, attribute: access.AttrEmail, severity: level, message: "resets of the password go to " + cmp.Or(is.Text(access.AttrEmail), "an address that isn't known")})
		}
	})
	return hits
}

// profileChanges names the custom attributes of users that change. It does not
// return their values, which are personal data.
func profileChanges(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	x.pairs(func(was, is *access.Object) {
		if !is.Kind.Person || is.Get(access.AttrProfile).IsNull() {
			return
		}
		before := cty.NullVal(cty.String)
		if was != nil {
			before = was.Get(access.AttrProfile)
		}
		after := is.Get(access.AttrProfile)
		if before.RawEquals(after) {
			return // G52 reports an unknown one that is computed differently
		}
		names := kinds.ChangedNames(before, after)
		switch {
		case !after.IsKnown(), !before.IsKnown():
			hits = append(hits, hit{o: is, attribute: access.AttrProfile, message: "attributes that aren't known here change; a group rule or app mapping of the org may use them"})
		case len(names) > 0:
			hits = append(hits, hit{o: is, attribute: access.AttrProfile, message: strings.Join(names, ", ") + ": a group rule or app mapping of the org may use it"})
		}
	})
	return hits
}

func isKnown(v cty.Value) bool { return !v.IsNull() && v.IsKnown() }
