package kinds

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// This file contains Okta's rules for the settings of an app. Okta would report violations one by
// one when the app is written.

const (
	urnIETF   = "urn:ietf:params:oauth:grant-type:"
	cibaGrant = "urn:openid:params:grant-type:ciba"
)

// grantRule says which application types may have a grant type.
type grantRule struct{ grant, types string }

var grantRules = sync.OnceValue(func() []grantRule {
	const all = "web native browser service"
	return []grantRule{
		{"authorization_code", "web native browser"},
		{"implicit", all},
		{"refresh_token", "web native browser"},
		{"client_credentials", "web service"},
		{"password", "native"},
		{"interaction_code", all},
		{urnIETF + "device_code", all},
		{urnIETF + "jwt-bearer", "native"},
		{urnIETF + "saml2-bearer", all},
		{urnIETF + "token-exchange", all},
		{cibaGrant, "web"},
		{"urn:okta:params:oauth:grant-type:otp", all},
		{"urn:okta:params:oauth:grant-type:oob", all},
		{"http://auth0.com/oauth/grant-type/mfa-otp", all},
		{"http://auth0.com/oauth/grant-type/mfa-oob", all},
	}
})

func knownGrants() []string {
	var names []string
	for _, r := range grantRules() {
		names = append(names, r.grant)
	}
	return names
}

// requiredGrant returns the grant type that an app of the type must have.
func requiredGrant(applicationType string) string {
	switch applicationType {
	case "web", "native":
		return "authorization_code"
	case "service":
		return "client_credentials"
	}
	return ""
}

// appChecker finds errors in the value of an app. Omitted attributes have their defaults.
type appChecker struct {
	applicationType string
	value           schema.Value // as declared
	kind            *schema.Kind
	problems        []schema.Problem
}

// checkApp returns the Check function of a kind of app.
func checkApp(k *schema.Kind) func(schema.Value) []schema.Problem {
	return func(v schema.Value) []schema.Problem {
		c := appProblems(k, v)
		if k.Block("admin_role") != nil {
			c.problems = append(c.problems, checkRoles(v)...)
		}
		return c.problems
	}
}

func appProblems(k *schema.Kind, v schema.Value) *appChecker {
	applicationType, _ := k.Constants[settings+"application_type"].(string)
	c := &appChecker{applicationType: applicationType, value: v, kind: k}
	c.names()
	c.uris()
	c.grants()
	c.responses()
	c.tokens()
	c.network()
	c.userNames()
	c.keys()
	c.secrets()
	c.assignments()
	c.assignmentBlocks()
	c.groupsClaim()
	c.logout()
	return c
}

func (c *appChecker) add(attr, summary, format string, args ...any) {
	c.problems = append(c.problems, schema.Problem{Attr: attr, Summary: summary, Detail: fmt.Sprintf(format, args...)})
}

// given returns the declared value of an attribute; null if the kind does not have it.
func (c *appChecker) given(name string) cty.Value {
	if c.value.Has(name) {
		return c.value.GetAttr(name)
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

// effective returns the value of an attribute, or its default.
func (c *appChecker) effective(name string) cty.Value {
	v := c.given(name)
	if a := c.kind.Attr(name); v.IsNull() && a != nil && a.Default != cty.NilVal {
		return a.Default
	}
	return v
}

func (c *appChecker) text(name string) string { return schema.Text(c.effective(name)) }

// has reports whether a list contains, or may contain, the element: it may be unknown yet.
func (c *appChecker) has(list, element string) bool {
	v := c.effective(list)
	return schema.Holds(v, element) || !v.IsWhollyKnown()
}

// known reports whether all of the attributes are known, so that a rule about them can be checked.
func (c *appChecker) known(names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !c.given(name).IsWhollyKnown() })
}

var clientID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9$\-_.+!*'(),]{6,100}$`) })

func (c *appChecker) names() {
	if n := utf8.RuneCountInString(c.text("label")); n > 100 {
		c.add("label", "Label too long", "The label has %d characters; Okta allows 100.", n)
	}
	if id := c.text("client_id"); id != "" && (!clientID().MatchString(id) || id == "ALL_CLIENTS") {
		c.add("client_id", "Invalid client id", "%q is not a valid client id: it must have 6 to 100 letters, digits and characters of $-_.+!*'(), and must not be ALL_CLIENTS.", id)
	}
	for _, scope := range schema.Texts(c.given("okta_api_scopes")) {
		if !strings.HasPrefix(scope, "okta.") && !strings.HasPrefix(scope, "ssf.") {
			c.add("okta_api_scopes", "Not an Okta API scope",
				"%q can't be granted: the names of Okta API scopes begin with okta., for example okta.users.read. OpenID scopes such as openid need no grant; an app just requests them.", scope)
		}
	}
}

func (c *appChecker) uris() {
	wildcards := c.text("wildcard_redirect") == "SUBDOMAIN"
	for _, attr := range []string{"redirect_uris", "post_logout_redirect_uris"} {
		for _, uri := range schema.Texts(c.given(attr)) {
			if strings.Contains(uri, "*") {
				c.wildcard(attr, uri, wildcards)
			} else if !absoluteURI(uri) {
				c.add(attr, "Invalid redirect URI", "%q is not an absolute URI without a fragment, such as https://app.example.com/callback.", uri)
			}
		}
	}
	for _, attr := range []string{"jwks_uri", "client_uri", "logo_uri", "tos_uri", "policy_uri", "initiate_login_uri", "frontchannel_logout_uri", "sector_identifier_uri"} {
		uri := schema.Text(c.given(attr))
		switch {
		case uri == "":
		case len(uri) > 1024:
			c.add(attr, "URI too long", "%s has %d characters; Okta allows 1024.", attr, len(uri))
		case strings.Contains(uri, "*") && attr == "frontchannel_logout_uri":
			c.wildcard(attr, uri, wildcards)
		case !absoluteURI(uri):
			c.add(attr, "Invalid URI", "%q is not an absolute URI, such as https://app.example.com/page.", uri)
		}
	}
	uris := c.given("redirect_uris")
	redirects := slices.DeleteFunc(schema.Texts(c.effective("grant_types")), func(g string) bool {
		return g == "client_credentials" || g == "password" || g == urnIETF+"token-exchange"
	})
	if c.known("redirect_uris", "grant_types") && len(redirects) > 0 && (uris.IsNull() || uris.LengthInt() == 0) {
		c.add("redirect_uris", "No redirect URI", "The grant type %s redirects to the app, which needs at least one sign-in redirect URI: set redirect_uris.", redirects[0])
	}
	if mode := c.text("idp_initiated_login_mode"); mode != "" && mode != "DISABLED" {
		if c.given("initiate_login_uri").IsNull() {
			c.add("idp_initiated_login_mode", "No URI for sign-ins that Okta starts",
				"With idp_initiated_login_mode = %q Okta needs to know where to send users: set initiate_login_uri.", mode)
		}
		if !c.has("grant_types", "authorization_code") && !c.has("grant_types", "implicit") && !c.has("grant_types", "interaction_code") {
			c.add("idp_initiated_login_mode", "No grant for sign-ins that Okta starts",
				"idp_initiated_login_mode = %q needs one of the grant types authorization_code, implicit and interaction_code.", mode)
		}
	}
}

func absoluteURI(uri string) bool {
	u, err := url.Parse(uri)
	switch {
	case err != nil || !u.IsAbs() || strings.Contains(uri, "#"):
		return false
	case u.Scheme == "http" || u.Scheme == "https":
		return u.Host != ""
	}
	return u.Scheme != "javascript" && u.Scheme != "data"
}

// oneStar matches a wildcard in the lowest-level domain, with a domain between it and the top-level
// domain.
var oneStar = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^https://[A-Za-z0-9-]*\*[A-Za-z0-9-]*(\.[A-Za-z0-9-]+){2,}(:[0-9]+)?([/?][^*#\x00-\x20\x7f]*)?$`)
})

func (c *appChecker) wildcard(attr, uri string, allowed bool) {
	switch {
	case !oneStar().MatchString(uri):
		c.add(attr, "Invalid wildcard", "%q is not a valid wildcard URI: it must begin with https://, and have one * in its lowest-level domain, such as https://*.example.com/callback.", uri)
	case !allowed:
		c.add(attr, "Wildcard in a URI", "%q has a wildcard, which Okta accepts only with wildcard_redirect = \"SUBDOMAIN\". Anybody with a page on such a subdomain can receive codes, so list each URI instead if you can.", uri)
	}
}

func (c *appChecker) grants() {
	declared := c.effective("grant_types")
	if !declared.IsWhollyKnown() {
		return
	}
	for _, grant := range schema.Texts(declared) {
		i := slices.IndexFunc(grantRules(), func(r grantRule) bool { return r.grant == grant })
		if i >= 0 && !slices.Contains(strings.Fields(grantRules()[i].types), c.applicationType) {
			c.add("grant_types", "Grant type that this kind of app can't have", "Okta doesn't allow %s for a %s: %s. It can have: %s.",
				grant, c.kind.Title, kindsWith(grantRules()[i].types), strings.Join(grantsOf(c.applicationType), ", "))
		}
	}
	switch need := requiredGrant(c.applicationType); {
	case need != "" && !c.has("grant_types", need):
		c.add("grant_types", "Missing grant type", "A %s always has the grant type %s: add it to grant_types.", c.kind.Title, need)
	case declared.LengthInt() == 0:
		c.add("grant_types", "No grant type", "An app needs at least one grant type; the default is %s.", strings.Join(schema.Texts(c.kind.Attr("grant_types").Default), ", "))
	}
}

func kindsWith(types string) string {
	var kinds []string
	for typ := range strings.FieldsSeq(types) {
		kinds = append(kinds, typ+"_app")
	}
	return "it is for " + strings.Join(kinds, " and ")
}

func grantsOf(applicationType string) []string {
	var names []string
	for _, r := range grantRules() {
		if slices.Contains(strings.Fields(r.types), applicationType) {
			names = append(names, r.grant)
		}
	}
	return names
}

func (c *appChecker) responses() {
	if !c.known("grant_types", "response_types") {
		return
	}
	code := c.has("grant_types", "authorization_code") || c.has("grant_types", "interaction_code")
	implicit := c.has("grant_types", "implicit")
	response := func(typ string) bool { return c.has("response_types", typ) }
	switch {
	case response("code") && !code:
		c.add("response_types", "Response type without its grant type", "The response type code belongs to the grant type authorization_code: add that to grant_types, or set response_types to what the grant types need (token and id_token for implicit).")
	case code && !response("code"):
		c.add("response_types", "Grant type without its response type", "The grant type authorization_code needs the response type code: add it to response_types.")
	}
	switch {
	case implicit && !response("token") && !response("id_token"):
		c.add("response_types", "Grant type without its response type", "The grant type implicit needs token, id_token or both in response_types.")
	case response("id_token") && !implicit, response("token") && !implicit && !c.has("grant_types", "client_credentials"):
		c.add("response_types", "Response type without its grant type", "The response types token and id_token belong to the grant type implicit. Remove them, and use the authorization_code grant with PKCE.")
	}
}

func (c *appChecker) tokens() {
	if c.text("token_endpoint_auth_method") == "none" && c.effective("pkce_required").RawEquals(cty.False) {
		c.add("pkce_required", "Public client without PKCE", "A client that doesn't authenticate (token_endpoint_auth_method = \"none\") must use PKCE.")
	}
	if c.effective("dpop_bound_access_tokens").RawEquals(cty.True) && c.known("grant_types") && c.has("grant_types", "implicit") {
		c.add("dpop_bound_access_tokens", "DPoP with the implicit grant", "Okta doesn't allow the grant type implicit together with dpop_bound_access_tokens: a token in the browser's address bar can't be bound to a key. Remove implicit from grant_types.")
	}
	for _, with := range [][2]string{
		{"refresh_token_rotation_type", "refresh_token"}, {"refresh_token_leeway", "refresh_token"},
		{"backchannel_custom_authenticator_id", cibaGrant}, {"backchannel_authentication_request_signing_alg", cibaGrant}, {"backchannel_token_delivery_mode", cibaGrant},
	} {
		if attr, grant := with[0], with[1]; !c.given(attr).IsNull() && !c.has("grant_types", grant) {
			c.add(attr, "Setting of a grant type that the app doesn't have", "%s applies only with the grant type %s: add that to grant_types, or remove %s.", attr, grant, attr)
		}
	}
	if leeway := c.given("refresh_token_leeway"); !leeway.IsNull() && leeway.IsKnown() {
		if n, accuracy := leeway.AsBigFloat().Int64(); accuracy != 0 || n < 0 || n > 60 {
			c.add("refresh_token_leeway", "Invalid leeway", "The leeway of refresh tokens must be a whole number of seconds from 0 to 60.")
		}
	}
	if !c.given("sector_identifier_uri").IsNull() && c.known("subject_type") && c.text("subject_type") != "pairwise" {
		c.add("sector_identifier_uri", "Sector without pairwise subjects", "sector_identifier_uri applies only with subject_type = \"pairwise\".")
	}
}

func (c *appChecker) network() {
	if !c.known("network_connection", "network_include", "network_exclude") {
		return
	}
	zones := slices.Concat(schema.Texts(c.effective("network_include")), schema.Texts(c.effective("network_exclude")))
	switch zone := c.text("network_connection") == "ZONE"; {
	case zone && len(zones) == 0:
		c.add("network_connection", "No network zones", "network_connection = \"ZONE\" needs network_include or network_exclude, with network zones.")
	case !zone && len(zones) > 0:
		attr := "network_include"
		if c.given(attr).IsNull() {
			attr = "network_exclude"
		}
		c.add(attr, "Network zones without effect", "%s applies only with network_connection = \"ZONE\"; without it the app may request tokens from anywhere.", attr)
	}
}

func (c *appChecker) userNames() {
	typ := c.text("user_name_template_type")
	if typ != "" && typ != "BUILT_IN" && !c.given("user_name_template_suffix").IsNull() {
		c.add("user_name_template_suffix", "Suffix without a built-in template", "user_name_template_suffix applies only with user_name_template_type = \"BUILT_IN\"; write the suffix into the expression.")
	}
	if typ != "" && typ != "CUSTOM" && !c.given("user_name_template_push_status").IsNull() {
		c.add("user_name_template_push_status", "Push status without a custom template", "user_name_template_push_status applies only with user_name_template_type = \"CUSTOM\".")
	}
}

func (c *appChecker) assignments() {
	if !c.effective("implicit_assignment").RawEquals(cty.True) {
		return
	}
	for _, attr := range []string{"assigned_groups", "assigned_users"} {
		if list := c.given(attr); list.IsKnown() && !list.IsNull() && list.LengthInt() > 0 {
			c.add(attr, "Assignments to an app for everybody", "With implicit_assignment everybody may use the app, and Okta refuses assignments: remove %s, or set implicit_assignment = false.", attr)
		}
	}
}

func (c *appChecker) logout() {
	uri := c.given("frontchannel_logout_uri")
	for _, attr := range []string{"participate_slo", "frontchannel_logout_session_required"} {
		if c.given(attr).RawEquals(cty.True) && uri.IsKnown() && schema.Text(uri) == "" {
			c.add(attr, "Logout without a URI", "%s = true needs frontchannel_logout_uri, at which Okta notifies the app of a logout.", attr)
		}
	}
}
