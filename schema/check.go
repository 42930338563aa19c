package schema

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
)

func checkSignInApp(v cty.Value) []Problem {
	problems := checkApp(v)
	if uris := v.GetAttr("redirect_uris"); uris.IsKnown() && !uris.IsNull() && uris.LengthInt() == 0 {
		problems = append(problems, Problem{Attr: "redirect_uris", Summary: "No redirect URI",
			Detail: "An app that people sign in to needs at least one sign-in redirect URI."})
	}
	if method, pkce := text(v.GetAttr("token_endpoint_auth_method")), v.GetAttr("pkce_required"); method == "none" && pkce.RawEquals(cty.False) {
		problems = append(problems, Problem{Attr: "pkce_required", Summary: "Public client without PKCE",
			Detail: "A client that doesn't authenticate (token_endpoint_auth_method = \"none\") must use PKCE."})
	}
	return problems
}

func checkServiceApp(v cty.Value) []Problem {
	problems := append(checkApp(v), checkRoles(v)...)
	method := text(v.GetAttr("token_endpoint_auth_method"))
	keys := v.GetAttr("public_key")
	uri := v.GetAttr("jwks_uri")
	if (method == "" || method == "private_key_jwt") && keys.IsKnown() && keys.LengthInt() == 0 && uri.IsKnown() && uri.IsNull() {
		problems = append(problems, Problem{Summary: "Service app without a key",
			Detail: "A service app proves who it is with a private key (private_key_jwt), so it needs a public_key block, or a jwks_uri where Okta finds its keys."})
	}
	return problems
}

func checkApp(v cty.Value) []Problem {
	var problems []Problem
	if n := len([]rune(text(v.GetAttr("label")))); n > 100 {
		problems = append(problems, Problem{Attr: "label", Summary: "Label too long",
			Detail: fmt.Sprintf("The label has %d characters; Okta allows 100.", n)})
	}
	for _, attr := range []string{"redirect_uris", "post_logout_redirect_uris"} {
		for _, uri := range texts(v.GetAttr(attr)) {
			if u, err := url.Parse(uri); err != nil || !u.IsAbs() || u.Fragment != "" {
				problems = append(problems, Problem{Attr: attr, Summary: "Invalid redirect URI",
					Detail: fmt.Sprintf("%q is not an absolute URI without a fragment, such as https://app.example.com/callback.", uri)})
			}
		}
	}
	if mode := text(v.GetAttr("idp_initiated_login_mode")); mode != "" && mode != "DISABLED" && v.GetAttr("initiate_login_uri").IsNull() {
		problems = append(problems, Problem{Attr: "idp_initiated_login_mode", Summary: "No URI for sign-ins that Okta starts",
			Detail: fmt.Sprintf("With idp_initiated_login_mode = %q Okta has to know where to send people: set initiate_login_uri.", mode)})
	}
	for _, scope := range texts(v.GetAttr("okta_api_scopes")) {
		if !strings.HasPrefix(scope, "okta.") && !strings.HasPrefix(scope, "ssf.") {
			problems = append(problems, Problem{Attr: "okta_api_scopes", Summary: "Not an Okta API scope",
				Detail: fmt.Sprintf("%q can't be granted: the names of Okta API scopes begin with okta., for example okta.users.read. OpenID scopes such as openid are not granted; an app just asks for them.", scope)})
		}
	}
	return append(problems, checkKeys(v)...)
}

func checkKeys(v cty.Value) []Problem {
	var problems []Problem
	seen := map[string]bool{}
	if !v.Type().HasAttribute("public_key") {
		return nil
	}
	keys := v.GetAttr("public_key")
	if !keys.IsKnown() {
		return nil
	}
	for i, key := range elements(keys) {
		kid := text(key.GetAttr("kid"))
		if kid != "" && seen[kid] {
			problems = append(problems, Problem{Block: "public_key", Index: i, Summary: "Duplicate key id",
				Detail: fmt.Sprintf("The key id %q stands twice. The ids of an app's keys must differ, since client assertions name their key by it.", kid)})
		}
		seen[kid] = true
	}
	if uri := v.GetAttr("jwks_uri"); len(seen) > 0 && text(uri) != "" {
		problems = append(problems, Problem{Attr: "jwks_uri", Summary: "Two sources of keys",
			Detail: "jwks_uri and public_key exclude each other: Okta either fetches the app's keys or holds them."})
	}
	return problems
}

func checkRoles(v cty.Value) []Problem {
	var problems []Problem
	seen := map[string]bool{}
	for i, role := range elements(v.GetAttr("admin_role")) {
		add := func(attr, summary, format string, args ...any) {
			problems = append(problems, Problem{Block: "admin_role", Index: i, Attr: attr, Summary: summary, Detail: fmt.Sprintf(format, args...)})
		}
		typ := text(role.GetAttr("type"))
		custom, set := role.GetAttr("role"), role.GetAttr("resource_set")
		if typ == "CUSTOM" && (custom.IsNull() || set.IsNull()) {
			add("", "Incomplete custom role", "A CUSTOM role is assigned within a resource set: both role and resource_set are needed, as ids (cr0..., iam...).")
		}
		if typ != "CUSTOM" && (!custom.IsNull() || !set.IsNull()) {
			add("", "Attribute of custom roles", "role and resource_set belong to CUSTOM roles only; %s has none.", typ)
		}
		for _, attr := range []string{"target_groups", "target_apps"} {
			targets := role.GetAttr(attr)
			if attr != RoleTargets(typ) && targets.IsKnown() && !targets.IsNull() && targets.LengthInt() > 0 {
				add(attr, "Role without such targets", "%s can't be limited with %s.", typ, attr)
			}
		}
		key := typ + " " + RefKey(custom) + " " + RefKey(set)
		if custom.IsKnown() && set.IsKnown() && seen[key] {
			add("", "Duplicate role", "The role %s stands twice. Okta assigns a role to a principal once; put all targets into one block.", strings.TrimSpace(key))
		}
		seen[key] = true
	}
	return problems
}

func checkGroup(v cty.Value) []Problem {
	problems := checkRoles(v)
	if name := v.GetAttr("name"); name.IsKnown() {
		if n := len([]rune(text(name))); n < 1 || n > 255 {
			problems = append(problems, Problem{Attr: "name", Summary: "Invalid group name", Detail: "The name of a group has 1 to 255 characters."})
		}
	}
	return problems
}

func checkUser(v cty.Value) []Problem {
	problems := checkRoles(v)
	for _, attr := range []string{"login", "email"} {
		if s := text(v.GetAttr(attr)); s != "" && !strings.Contains(strings.Trim(s, "@"), "@") {
			problems = append(problems, Problem{Attr: attr, Summary: "Not an e-mail address",
				Detail: fmt.Sprintf("%q is not in the form of an e-mail address, which Okta asks of a user's %s.", s, attr)})
		}
	}
	if version := text(v.GetAttr("password_version")); version != "" {
		if _, err := ParseMoment(version); err != nil {
			problems = append(problems, Problem{Attr: "password_version", Summary: "Not a date", Detail: err.Error() + "."})
		}
	}
	return problems
}

// ParseMoment reads a date (2026-11-23, the beginning of that day in UTC) or a
// moment of RFC 3339.
func ParseMoment(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is neither a date such as 2026-11-23 nor a moment such as 2026-11-23T08:00:00Z; Okta keeps only the time at which a password was last set", s)
}

func elements(list cty.Value) []cty.Value {
	if list.IsNull() || !list.IsKnown() {
		return nil
	}
	return list.AsValueSlice()
}

func texts(list cty.Value) []string {
	var out []string
	for _, v := range elements(list) {
		if s := text(v); s != "" {
			out = append(out, s)
		}
	}
	return out
}
