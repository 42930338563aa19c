package schema

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
)

// Problems returns what is wrong with a declared object besides types.
func (k *Kind) Problems(v Value) []Problem {
	var problems []Problem
	if a := k.MarkedAttr(); a != nil {
		if _, owner := OwnerFromText(Text(v.GetAttr(a.Name))); !owner.IsZero() {
			problems = append(problems, Problem{Attr: a.Name, Summary: "Mark in the " + a.Name,
				Detail: fmt.Sprintf("The text in brackets at the end is the mark of %s of owner %s. oktaform writes the mark itself; remove it here.", owner.Addr, owner.Owner)})
		}
	}
	for i := range k.Attrs {
		problems = append(problems, k.Attrs[i].reservedNames(v)...)
	}
	if k.Check != nil {
		problems = append(problems, k.Check(v)...)
	}
	return problems
}

func checkRoles(v Value) []Problem {
	var problems []Problem
	seen := map[string]bool{}
	for i, role := range Elements(v.GetAttr("admin_role")) {
		add := func(attr, summary, format string, args ...any) {
			problems = append(problems, Problem{Block: "admin_role", Index: i, Attr: attr, Summary: summary, Detail: fmt.Sprintf(format, args...)})
		}
		typ := Text(role.GetAttr("type"))
		custom, set := role.GetAttr("role"), role.GetAttr("resource_set")
		if typ == "CUSTOM" && (custom.IsNull() || set.IsNull()) {
			add("", "Incomplete custom role", "A CUSTOM role is assigned within a resource set: both role and resource_set are needed, as ids (cr0..., iam...).")
		}
		if typ != "CUSTOM" && (!custom.IsNull() || !set.IsNull()) {
			add("", "Attribute of custom roles", "role and resource_set belong to CUSTOM roles only; %s has none.", typ)
		}
		for _, attr := range TargetAttrs() {
			targets := role.GetAttr(attr)
			if !slices.Contains(RoleTargets(typ), attr) && targets.IsKnown() && !targets.IsNull() && targets.LengthInt() > 0 {
				add(attr, "Role without such targets", "%s can't be limited with %s.", typ, attr)
			}
		}
		if app := coveredApp(role); app != "" {
			add("target_apps", "Target within another target", "%s is an app of %s, which target_catalog_apps contains, and Okta keeps only that. Remove one of them.", app, OIDCClient)
		}
		key := typ + " " + RefKey(custom) + " " + RefKey(set)
		if custom.IsKnown() && set.IsKnown() && seen[key] {
			add("", "Duplicate role", "The role %s is declared twice. Okta assigns a role to a principal once; put all targets into one block.", strings.TrimSpace(key))
		}
		seen[key] = true
	}
	return problems
}

// OIDCClient is the catalog entry of every app that can be declared.
const OIDCClient = "oidc_client"

// coveredApp returns the address of a declared app that is both a target itself and covered by a
// catalog target; "" if there is none.
func coveredApp(role cty.Value) string {
	if !holds(role.GetAttr("target_catalog_apps"), OIDCClient) {
		return ""
	}
	for _, app := range Elements(role.GetAttr("target_apps")) {
		if app.IsKnown() && !app.IsNull() {
			// A data block finds a kind that is not declared.
			if addr, err := ParseAddr(Text(app.GetAttr("addr"))); err == nil && slices.Contains(appKinds(), addr.Kind) {
				return addr.String()
			}
		}
	}
	return ""
}

// LeasePrefix begins the names of the groups that serve as leases.
const LeasePrefix = "oktaform lease "

func checkGroup(v Value) []Problem {
	problems := append(checkRoles(v), checkProfile(v)...)
	if name := v.GetAttr("name"); name.IsKnown() {
		if n := len([]rune(Text(name))); n < 1 || n > 255 {
			problems = append(problems, Problem{Attr: "name", Summary: "Invalid group name", Detail: "The name of a group must have 1 to 255 characters."})
		}
		if strings.HasPrefix(strings.ToLower(Text(name)), LeasePrefix) {
			problems = append(problems, Problem{Attr: "name", Summary: "Name of a lease",
				Detail: fmt.Sprintf("Groups whose names begin with %q are the leases of runs: a group of that name would block runs. Choose another name.", LeasePrefix)})
		}
	}
	return problems
}

func checkUser(v Value) []Problem {
	problems := append(checkRoles(v), checkProfile(v)...)
	for _, attr := range []string{"login", "email"} {
		if s := Text(v.GetAttr(attr)); s != "" && !strings.Contains(strings.Trim(s, "@"), "@") {
			problems = append(problems, Problem{Attr: attr, Summary: "Not an e-mail address",
				Detail: fmt.Sprintf("%q is not an e-mail address, which Okta requires for a user's %s.", s, attr)})
		}
	}
	if version := Text(v.GetAttr("password_version")); version != "" {
		if v.GetAttr("password").IsNull() {
			problems = append(problems, Problem{Attr: "password_version", Summary: "password_version without a password",
				Detail: "password_version is the time after which the password must have been set, so it needs password."})
		}
		if _, err := ParseMoment(version); err != nil {
			problems = append(problems, Problem{Attr: "password_version", Summary: "Not a date", Detail: err.Error() + "."})
		}
	}
	return problems
}

// ParseMoment parses a date (2026-11-23, the beginning of that day in UTC) or a time in RFC 3339
// format.
func ParseMoment(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is neither a date such as 2026-11-23 nor a time such as 2026-11-23T08:00:00Z; Okta stores only the time at which a password was last set", s)
}

func texts(list cty.Value) []string {
	var out []string
	for _, elem := range Elements(list) {
		if s := Text(elem); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// holds reports whether a list contains the string.
func holds(list cty.Value, s string) bool {
	return slices.ContainsFunc(Elements(list), func(elem cty.Value) bool { return Text(elem) == s })
}
