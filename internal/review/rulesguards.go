package review

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// guardRules report what protects a principal or limits a right, and changes. An
// attribute that no other rule judges and that isn't known to be harmless counts.
func guardRules() []Rule {
	return []Rule{
		{ID: "G39", Title: "A guard of access changes", Severity: Low, Worst: Medium,
			Rationale: "The rights stay the same, and what has to be shown to use them, from where, or on what, does not.",
			Source:    "Okta's apps and roles API (by inference)", Fix: "Make sure that the setting is meant.", gains: guards},
	}
}

// harmless are attributes that only people see.
var harmless = []string{
	"label", "name", "description", "profile", "client_uri", "logo_uri", "tos_uri", "policy_uri", "notes_admin", "notes_enduser",
	"hide_ios", "hide_web", "auto_launch", "auto_submit_toolbar", "first_name", "last_name",
}

// judgedElsewhere are attributes whose changes other rules report, or that decide
// the rights themselves.
var judgedElsewhere = []string{
	"okta_api_scopes", "admin_role", "members", "permissions", "groups", "users_of", "users", "apps", "all", "all_apps_of", "resources",
	"status", "redirect_uris", "jwks_uri", "email", "password", "password_version", "login", "user", "group",
	"assigned_groups", "assigned_users", "assigned_group", "wildcard_redirect",
}

// loosens tells for some attributes whether their change can weaken anything; of
// the others every change counts.
var loosens = map[string]func(was, is *Object) bool{
	"dpop_bound_access_tokens":         turnedOff("dpop_bound_access_tokens"),
	"pkce_required":                    turnedOff("pkce_required"),
	"auto_key_rotation":                turnedOff("auto_key_rotation"),
	"implicit_assignment":              turnedOn("implicit_assignment"),
	"accessibility_self_service":       turnedOn("accessibility_self_service"),
	"participate_slo":                  turnedOn("participate_slo"),
	"grant_types":                      longer("grant_types"),
	"post_logout_redirect_uris":        longer("post_logout_redirect_uris"),
	"initiate_login_uri":               set("initiate_login_uri"),
	"frontchannel_logout_uri":          set("frontchannel_logout_uri"),
	"accessibility_error_redirect_url": set("accessibility_error_redirect_url"),
	"accessibility_login_redirect_url": set("accessibility_login_redirect_url"),
	"client_id":                        set("client_id"),
	"consent_method":                   func(_, is *Object) bool { return is.text("consent_method") != "REQUIRED" },
	"idp_initiated_login_mode":         func(_, is *Object) bool { return is.text("idp_initiated_login_mode") != "DISABLED" },
	"network_connection":               func(_, is *Object) bool { return is.text("network_connection") != "ZONE" },
	"network_include":                  zoned,
	"network_exclude":                  zoned,
	"response_types":                   longer("response_types"),
	"refresh_token_rotation_type":      staticNow,
	"refresh_token_leeway":             grown("refresh_token_leeway"),
	"public_key":                       keyRepurposed,
	"client_secret":                    secretLoosened,
	"assigned_user":                    otherName,
	"condition":                        func(was, _ *Object) bool { before, _ := was.blocks("condition"); return len(before) > 0 },
}

func turnedOff(name string) func(was, is *Object) bool {
	return func(_, is *Object) bool { return !isTrue(is.get(name)) }
}

func turnedOn(name string) func(was, is *Object) bool {
	return func(_, is *Object) bool { return !isFalse(is.get(name)) }
}

func longer(name string) func(was, is *Object) bool {
	return func(was, is *Object) bool {
		now := is.list(name)
		return now.unknown || len(without(now.texts, was.list(name).texts)) > 0
	}
}

func set(name string) func(was, is *Object) bool {
	return func(_, is *Object) bool {
		return !is.get(name).IsNull() && (name != "client_id" || is.text(name) != "")
	}
}

func grown(name string) func(was, is *Object) bool {
	return func(was, is *Object) bool {
		before, _ := number(was.get(name))
		now, known := number(is.get(name))
		return known && now > before || !is.get(name).IsKnown()
	}
}

// staticNow reports whether refresh tokens were replaced at each use, and stay the
// same now. Without the refresh_token grant there is no rotation.
func staticNow(was, is *Object) bool {
	const name = "refresh_token_rotation_type"
	return !is.get(name).IsKnown() || was.text(name) == "ROTATE" && is.text(name) == "STATIC"
}

// keyRepurposed reports whether a key that stays is for something else than before.
// Keys that come and go have rules of their own.
func keyRepurposed(was, is *Object) bool {
	before, _ := was.blocks("public_key")
	after, _ := is.blocks("public_key")
	return slices.ContainsFunc(after, func(key cty.Value) bool {
		return slices.ContainsFunc(before, func(old cty.Value) bool {
			return text(old.GetAttr("kid")) == text(key.GetAttr("kid")) &&
				(text(old.GetAttr("use")) != text(key.GetAttr("use")) || text(old.GetAttr("alg")) != text(key.GetAttr("alg")))
		})
	})
}

// secretLoosened reports whether a client secret comes or is accepted again, or is
// no longer pinned.
func secretLoosened(was, is *Object) bool {
	active := func(o *Object) (list []string) {
		blocks, _ := o.blocks("client_secret")
		for _, b := range blocks {
			if text(b.GetAttr("status")) != "INACTIVE" {
				list = append(list, text(b.GetAttr("since")))
			}
		}
		return list
	}
	return unpinned(was, is) || len(without(active(is), active(was))) > 0
}

// zoned reports whether both versions limit the app to zones.
func zoned(was, is *Object) bool {
	return was.text("network_connection") == "ZONE" && is.text("network_connection") != "ANYWHERE"
}

// unpinned reports whether a client secret that was pinned by its hash is no longer,
// or whether secrets are no longer managed.
func unpinned(was, is *Object) bool {
	before, _ := was.blocks("client_secret")
	after, known := is.blocks("client_secret")
	pins := func(blocks []cty.Value) (list []string) {
		for _, b := range blocks {
			if hash := text(b.GetAttr("secret_hash")); hash != "" {
				list = append(list, hash)
			}
		}
		return list
	}
	return !known || len(before) > 0 && len(after) == 0 || len(without(pins(before), pins(after))) > 0 || len(without(pins(after), pins(before))) > 0
}

// otherName reports whether somebody is called otherwise in the app than before.
func otherName(was, is *Object) bool {
	names := func(o *Object) (list []string) {
		blocks, _ := o.blocks("assigned_user")
		for _, b := range blocks {
			if name := text(b.GetAttr("user_name")); name != "" {
				list = append(list, refOf(b.GetAttr("user")).String()+" "+name)
			}
		}
		return list
	}
	return len(without(names(is), names(was))) > 0
}

func guards(x *examined, others []Finding) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	x.pairs(func(was, is *Object) {
		limits := is.Kind.Name == "custom_role"
		if was == nil || !bothKnown(was, is) || !isPrincipal(is) && !limits {
			return
		}
		severity := Low
		if limits || slices.ContainsFunc(x.of(is).Entries, func(e Entry) bool { return e.risk() >= Medium }) {
			severity = Medium
		}
		for _, name := range is.Kind.Changed(was.Value, is.Value) {
			if slices.Contains(harmless, name) || slices.Contains(judgedElsewhere, name) {
				continue
			}
			if weaker, found := loosens[name]; found && !weaker(was, is) {
				continue
			}
			reported := func(f Finding) bool { return f.Addr == is.Addr && f.Attribute == name && f.Severity >= severity }
			if !slices.ContainsFunc(others, reported) {
				hits = append(hits, hit{o: is, attribute: name, severity: severity, message: changeOf(was, is, name)})
			}
		}
	})
	return hits
}

// changeOf says in words how an attribute changes.
func changeOf(was, is *Object, name string) string {
	now := is.get(name)
	switch {
	case !now.IsKnown():
		return name + " isn't known any longer"
	case is.Kind.Block(name) != nil:
		return name + " is another than before"
	case now.Type() == cty.String:
		return fmt.Sprintf("%s is %s instead of %s", name, orNone(is.text(name)), orNone(was.text(name)))
	case now.Type() == cty.Bool:
		return fmt.Sprintf("%s is %t now", name, isTrue(now))
	case now.Type() == cty.Number:
		before, _ := number(was.get(name))
		after, _ := number(now)
		return fmt.Sprintf("%s is %d instead of %d", name, after, before)
	case now.Type().Equals(schema.Ref):
		return fmt.Sprintf("%s is %s instead of %s", name, orNone(cmp.Or(refOf(now).name, refOf(now).addr)), orNone(cmp.Or(refOf(was.get(name)).name, refOf(was.get(name)).addr)))
	case now.CanIterateElements() && len(is.list(name).texts)+len(was.list(name).texts) > 0:
		return fmt.Sprintf("%s is %s instead of %s", name, orNone(enumerate(is.list(name).texts)), orNone(enumerate(was.list(name).texts)))
	}
	return name + " is another than before"
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
