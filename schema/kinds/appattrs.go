package kinds

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// This file declares the attributes of OAuth client apps, by topic. Their names are Okta's; those
// of nested objects have the object's name as a prefix.

// Paths in the JSON of an app.
const (
	settings    = "settings.oauthClient."
	credentials = "credentials.oauthClient."
	userNames   = "credentials.userNameTemplate."
)

// oauthApp returns a kind of OAuth client app (POST /api/v1/apps).
func oauthApp(name, title, applicationType string) *schema.Kind {
	return &schema.Kind{
		Name: name, Title: title, Label: "label", Mark: schema.MarkProfile, OAuthClient: true, FoundAs: sourceApp,
		Constants: map[string]any{
			"name":                        "oidc_client",
			"signOnMode":                  "OPENID_CONNECT",
			settings + "application_type": applicationType,
		},
		Canonical: canonicalApp,
		Attrs:     concat(identityAttrs(), tokenAttrs(), uriAttrs(), networkAttrs(), consoleAttrs()),
	}
}

func concat(lists ...[]schema.Attr) (all []schema.Attr) {
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// identityAttrs identify the app and describe what it may do.
func identityAttrs() []schema.Attr {
	return []schema.Attr{
		{Name: "label", Type: cty.String, Path: "label", Required: true,
			Doc: "The app's name in the Admin Console, at most 100 characters. Okta allows two apps with one label."},
		{Name: "client_id", Type: cty.String, Path: credentials + "client_id", Computed: true, Settable: true, Immutable: true,
			Doc: "The OAuth client id, 6 to 100 characters. It can be chosen when the app is created; a change replaces the app."},
		{Name: "status", Access: true, Type: cty.String, Path: "status", Default: cty.StringVal("ACTIVE"), OneOf: []string{"ACTIVE", "INACTIVE"},
			Doc: "An INACTIVE app can't get tokens."},
		{Name: "okta_api_scopes", Type: cty.List(cty.String), Default: cty.ListValEmpty(cty.String), Unordered: true, Known: catalog.Scopes,
			Doc: "The Okta API scopes granted to the app, for example okta.users.read. Exactly these: omitted means none."},
		{Name: "profile", Type: cty.String, Path: "profile", JSON: true, Merged: true, Unmanaged: true, Reserved: reservedForMark,
			Doc: "An object with your own properties. Properties that it doesn't name are unmanaged; a property with the value null is removed from the org. The owner's mark is kept. Omitted: not managed."},
	}
}

// tokenAttrs configure how tokens are requested and issued.
func tokenAttrs() []schema.Attr {
	return []schema.Attr{
		{Name: "dpop_bound_access_tokens", Access: true, Type: cty.Bool, Path: settings + "dpop_bound_access_tokens", Default: cty.False,
			Doc: "Whether the app must prove possession of a key with each token (RFC 9449)."},
		{Name: "consent_method", Access: true, Type: cty.String, Path: settings + "consent_method", Default: cty.StringVal("TRUSTED"), OneOf: []string{"TRUSTED", "REQUIRED"},
			Doc: "Whether users are asked for consent."},
		{Name: "issuer_mode", Type: cty.String, Path: settings + "issuer_mode", Default: cty.StringVal("ORG_URL"), OneOf: []string{"ORG_URL", "CUSTOM_URL", "DYNAMIC"},
			Doc: "Which of the org's URLs is the issuer of ID tokens. DYNAMIC needs that feature of the org."},
		{Name: "auto_key_rotation", Type: cty.Bool, Path: credentials + "autoKeyRotation", Default: cty.True,
			Doc: "Whether Okta rotates the key that signs the app's ID tokens."},
		{Name: "request_object_signing_alg", Type: cty.String, Path: settings + "request_object_signing_alg", OneOf: signingAlgs(),
			Doc: "The algorithm with which request objects must be signed."},
		{Name: "id_token_encrypted_response_alg", Type: cty.String, Path: settings + "id_token_encrypted_response_alg",
			OneOf: []string{"RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"},
			Doc:   "The algorithm with which ID tokens are encrypted. Needs a public_key with use = \"enc\", or a jwks_uri."},
		{Name: "subject_type", Type: cty.String, Path: settings + "subject_type", Default: cty.StringVal("public"), OmitDefault: true, OneOf: []string{"public", "pairwise"},
			Doc: "Whether all apps get the same subject for a user, or each app its own (OpenID Connect Core, section 8)."},
		{Name: "sector_identifier_uri", Type: cty.String, Path: settings + "sector_identifier_uri",
			Doc: "With subject_type pairwise: apps with the same sector identifier get the same subject."},
	}
}

func signingAlgs() []string {
	return []string{"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512"}
}

// uriAttrs are the URIs that Okta sends people, browsers or requests to.
func uriAttrs() []schema.Attr {
	uri := func(name, doc string) schema.Attr {
		return schema.Attr{Name: name, Type: cty.String, Path: settings + name, Doc: doc}
	}
	return []schema.Attr{
		{Name: "post_logout_redirect_uris", Type: cty.List(cty.String), Path: settings + "post_logout_redirect_uris", Default: cty.ListValEmpty(cty.String), OmitDefault: true,
			Doc: "URIs to which Okta may redirect the browser after sign-out. The order is kept."},
		{Name: "wildcard_redirect", Access: true, Type: cty.String, Path: settings + "wildcard_redirect", Default: cty.StringVal("DISABLED"), OneOf: []string{"DISABLED", "SUBDOMAIN"},
			Doc: "Whether redirect URIs may contain one * in their lowest-level domain, such as https://*.example.com/callback."},
		access(uri("jwks_uri", "The URL from which Okta fetches the app's public keys. Excludes public_key.")),
		uri("client_uri", "A page with information about the app."),
		uri("logo_uri", "The URL of a logo shown with the app."),
		uri("tos_uri", "The terms of service."),
		uri("policy_uri", "The privacy policy."),
		uri("initiate_login_uri", "The URI to which Okta sends a sign-in that it starts."),
		{Name: "idp_initiated_login_mode", Type: cty.String, Path: settings + "idp_initiated_login.mode", Default: cty.StringVal("DISABLED"), OneOf: []string{"DISABLED", "SPEC", "OKTA"},
			Doc: "Whether and how Okta starts sign-ins. Other modes than DISABLED need initiate_login_uri."},
		{Name: "idp_initiated_login_default_scope", Type: cty.List(cty.String), Path: settings + "idp_initiated_login.default_scope", Default: cty.ListValEmpty(cty.String), Unordered: true,
			Doc: "The scopes of sign-ins that Okta starts."},
	}
}

// networkAttrs limit the networks that the app may request tokens from.
func networkAttrs() []schema.Attr {
	return []schema.Attr{
		{Name: "network_connection", Access: true, Type: cty.String, Path: settings + "network.connection", Default: cty.StringVal("ANYWHERE"), OmitDefault: true, OneOf: []string{"ANYWHERE", "ZONE"},
			Doc: "From where the app may request tokens: ANYWHERE, or ZONE with network_include and network_exclude."},
		{Name: "network_include", Limits: true, Type: cty.List(cty.String), Path: settings + "network.include", Default: cty.ListValEmpty(cty.String), OmitDefault: true, Unordered: true, Refs: []string{kindNetworkZone}, OrID: true,
			Doc: "With ZONE: the network zones from which it may, or the string ALL_ZONES."},
		{Name: "network_exclude", Limits: true, Type: cty.List(cty.String), Path: settings + "network.exclude", Default: cty.ListValEmpty(cty.String), OmitDefault: true, Unordered: true, Refs: []string{kindNetworkZone}, OrID: true,
			Doc: "With ZONE: the network zones from which it may not, or the string ALL_ZONES."},
	}
}

// consoleAttrs are what people see of the app in Okta.
func consoleAttrs() []schema.Attr {
	return []schema.Attr{
		{Name: "implicit_assignment", Access: true, Type: cty.Bool, Path: "settings.implicitAssignment", Default: cty.False,
			Doc: "Whether everybody in the org may use the app without being assigned (Federation Broker Mode)."},
		{Name: "user_name_template", Type: cty.String, Path: userNames + "template", Default: cty.StringVal("${source.login}"),
			Doc: "The user name in the app. In HCL, $${source.login} stands for ${source.login}."},
		{Name: "user_name_template_type", Type: cty.String, Path: userNames + "type", Default: cty.StringVal("BUILT_IN"), OneOf: []string{"NONE", "BUILT_IN", "CUSTOM"},
			Doc: "Whether the template is one of Okta's, or your own expression."},
		{Name: "user_name_template_suffix", Type: cty.String, Path: userNames + "userSuffix",
			Doc: "With BUILT_IN: a suffix for the user name."},
		{Name: "user_name_template_push_status", Type: cty.String, Path: userNames + "pushStatus", Unmanaged: true, OneOf: []string{"PUSH", "DONT_PUSH", "NOT_CONFIGURED"},
			Doc: "With CUSTOM: whether a changed user name is pushed to the app. Omitted: not managed."},
		{Name: "accessibility_self_service", Access: true, Type: cty.Bool, Path: "accessibility.selfService", Default: cty.False,
			Doc: "Whether users may assign the app to themselves."},
		{Name: "accessibility_error_redirect_url", Type: cty.String, Path: "accessibility.errorRedirectUrl",
			Doc: "The URL of your own error page."},
		{Name: "accessibility_login_redirect_url", Access: true, Type: cty.String, Path: "accessibility.loginRedirectUrl",
			Doc: "The URL of your own sign-in page, in orgs with custom app login."},
		{Name: "notes_admin", Type: cty.String, Path: "settings.notes.admin", Unmanaged: true, Doc: "A note for admins. Omitted: not managed."},
		{Name: "notes_enduser", Type: cty.String, Path: "settings.notes.enduser", Unmanaged: true, Doc: "A note for users. Omitted: not managed."},
		{Name: "hide_ios", Type: cty.Bool, Path: "visibility.hide.iOS", Unmanaged: true, Doc: "Whether the app is hidden in Okta's mobile apps. Omitted: not managed."},
		{Name: "hide_web", Type: cty.Bool, Path: "visibility.hide.web", Unmanaged: true, Doc: "Whether the app is hidden on users' dashboards. Omitted: not managed."},
		{Name: "auto_launch", Type: cty.Bool, Path: "visibility.autoLaunch", Unmanaged: true, Doc: "Whether signing in to Okta opens the app. Omitted: not managed."},
		{Name: "auto_submit_toolbar", Type: cty.Bool, Path: "visibility.autoSubmitToolbar", Unmanaged: true, Doc: "Whether Okta's browser plugin signs in by itself on the app's sign-in page. Omitted: not managed."},
	}
}

func redirectURIs(required bool) schema.Attr {
	a := schema.Attr{Name: "redirect_uris", Type: cty.List(cty.String), Path: settings + "redirect_uris", Required: required,
		Doc: "Sign-in redirect URIs, compared exactly. The order is kept: Okta uses the first one for sign-ins that it starts."}
	if !required {
		a.Default = cty.ListValEmpty(cty.String)
	}
	return a
}

func grantTypes(def string) schema.Attr {
	return schema.Attr{Name: "grant_types", Type: cty.List(cty.String), Path: settings + "grant_types", Unordered: true, Known: knownGrants,
		Default: cty.ListVal([]cty.Value{cty.StringVal(def)}), Doc: "OAuth grant types that the app may use."}
}

func responseTypes(def string) schema.Attr {
	return schema.Attr{Name: "response_types", Type: cty.List(cty.String), Path: settings + "response_types", Unordered: true,
		Default: cty.ListVal([]cty.Value{cty.StringVal(def)}), OneOf: []string{"code", "token", "id_token"}, Doc: "OAuth response types: code for the authorization_code grant, token and id_token for the implicit one."}
}

func authMethod(def string, allowed ...string) schema.Attr {
	return schema.Attr{Name: "token_endpoint_auth_method", Access: true, Type: cty.String, Path: credentials + "token_endpoint_auth_method",
		Default: cty.StringVal(def), OneOf: allowed, Doc: "How the app authenticates at the token endpoint."}
}

// methods returns the methods of authentication at the token endpoint.
func methods() []string {
	return []string{"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"}
}

func pkceRequired(def bool) schema.Attr {
	return schema.Attr{Name: "pkce_required", Access: true, Type: cty.Bool, Path: credentials + "pkce_required", Default: cty.BoolVal(def),
		Doc: "Whether an authorization request without a PKCE code challenge is refused (RFC 7636)."}
}

// The policy for refresh tokens applies only with the grant type.
var withRefreshTokens = [2]string{"grant_types", "refresh_token"}

func refreshRotation(def string) schema.Attr {
	return schema.Attr{Name: "refresh_token_rotation_type", Type: cty.String, Path: settings + "refresh_token.rotation_type",
		Default: cty.StringVal(def), Needs: withRefreshTokens, OneOf: []string{"STATIC", "ROTATE"},
		Doc: "Whether each use of a refresh token returns a new one. Applies only with the refresh_token grant."}
}

func refreshLeeway(def int64) schema.Attr {
	return schema.Attr{Name: "refresh_token_leeway", Type: cty.Number, Path: settings + "refresh_token.leeway",
		Default: cty.NumberIntVal(def), Needs: withRefreshTokens,
		Doc: "For how many seconds, 0 to 60, a rotated refresh token stays valid. Applies only with the refresh_token grant."}
}

func canonicalApp(v schema.Value) schema.Values {
	attrs := schema.Values{}
	canonicalLeeway(v, attrs)
	canonicalLabel(v, attrs)
	return attrs
}

// canonicalLeeway takes out the leeway of refresh tokens that aren't rotated: Okta stores none, and
// answers without it.
func canonicalLeeway(v schema.Value, attrs schema.Values) {
	const leeway, rotation = "refresh_token_leeway", "refresh_token_rotation_type"
	if !v.Has(leeway) || v.GetAttr(leeway).IsNull() {
		return
	}
	rotates, _ := v.GetAttr(rotation).Unmark()
	if rotates.IsNull() {
		rotates = v.Kind().Attr(rotation).Default
	}
	switch {
	case !rotates.IsKnown():
		attrs[leeway] = cty.UnknownVal(cty.Number)
	case schema.Text(rotates) == "STATIC":
		attrs[leeway] = cty.NullVal(cty.Number)
	}
}

// signInAttrs are the attributes of apps that people sign in to.
func signInAttrs() []schema.Attr {
	return []schema.Attr{
		{Name: "assigned_groups", Type: cty.List(schema.Ref), Unmanaged: true, Unordered: true, Refs: []string{kindGroup},
			Doc: "Groups whose members may use the app. Omitted: not managed and not read. Present, also as []: exactly these."},
		{Name: "assigned_users", Type: cty.List(schema.Ref), Unmanaged: true, Unordered: true, Refs: []string{kindUser},
			Doc: "Users who may use the app directly, not through a group. Omitted: not managed and not read. Present, also as []: exactly these."},
		{Name: "access_policy", Access: true, Type: schema.Ref, Unmanaged: true, NameOrID: true,
			Doc: "The authentication policy for sign-ins to the app, by its name or id (Identity Engine). Omitted: not managed."},
	}
}

// logoutAttrs configure single logout, which Okta has for web and browser apps in orgs with that
// feature.
func logoutAttrs() []schema.Attr {
	return []schema.Attr{
		{Name: "participate_slo", Type: cty.Bool, Path: settings + "participate_slo", Default: cty.False, OmitDefault: true,
			Doc: "Whether the app participates in single logout. Needs frontchannel_logout_uri."},
		{Name: "frontchannel_logout_uri", Type: cty.String, Path: settings + "frontchannel_logout_uri",
			Doc: "The URI at which Okta notifies the app of a logout."},
		{Name: "frontchannel_logout_session_required", Type: cty.Bool, Path: settings + "frontchannel_logout_session_required", Default: cty.False, OmitDefault: true,
			Doc: "Whether that notification contains the session."},
	}
}

// backchannelAttrs configure sign-ins approved on another device (CIBA), which web apps can have.
func backchannelAttrs() []schema.Attr {
	return []schema.Attr{
		{Name: "backchannel_custom_authenticator_id", Type: cty.String, Path: settings + "backchannel_custom_authenticator_id",
			Doc: "With the CIBA grant: the id of the custom authenticator that asks the user."},
		{Name: "backchannel_authentication_request_signing_alg", Type: cty.String, Path: settings + "backchannel_authentication_request_signing_alg", OneOf: signingAlgs(),
			Doc: "With the CIBA grant: the algorithm of signed requests."},
		{Name: "backchannel_token_delivery_mode", Type: cty.String, Path: settings + "backchannel_token_delivery_mode", OneOf: []string{"poll", "ping", "push"}, Default: cty.StringVal("poll"),
			Needs: [2]string{"grant_types", cibaGrant},
			Doc:   "With the CIBA grant: how the app receives the answer. Okta supports poll."},
	}
}

func access(a schema.Attr) schema.Attr {
	a.Access = true
	return a
}

// appKinds returns the names of the kinds of OAuth client apps.
func appKinds() []string { return []string{kindWebApp, kindServiceApp, kindBrowserApp, kindNativeApp} }

// sourceApp is the data block that finds apps of any kind.
const sourceApp = "app"

func appSource() *schema.Kind {
	return dataSource(sourceApp, "app", "label", "label", "The app's label, which must be unique in the org.",
		computedAttr("client_id", "credentials.oauthClient.client_id", "The OAuth client id; null for apps that aren't OAuth clients."),
		computedAttr("catalog_name", "name", "The entry of Okta's catalog from which the app was created: oidc_client, salesforce and so on."),
		computedAttr("status", "status", "ACTIVE or INACTIVE."))
}

// OIDCClient is the catalog entry of every app that can be declared.
const OIDCClient = "oidc_client"

func canonicalLabel(v schema.Value, attrs schema.Values) {
	bare, marks := v.GetAttr("label").Unmark()
	if label := schema.Label(schema.Text(bare)); label != schema.Text(bare) {
		attrs["label"] = cty.StringVal(label).WithMarks(marks)
	}
}
