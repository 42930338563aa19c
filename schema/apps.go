package schema

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/catalog"
)

// webApp is an OIDC web application: authorization code with a client secret
// or a private key.
func webApp() *Kind {
	k := oauthApp("web_app", "web app", "web")
	k.Doc = "An OIDC web application: people sign in with the authorization code flow, and the app acts on their behalf within the Okta API scopes granted to it."
	k.Attrs = append(k.Attrs, redirectURIs(true), grantTypes("authorization_code"), responseTypes("code"),
		authMethod("client_secret_basic"), pkceRequired(false), refreshRotation("STATIC"), refreshLeeway(0))
	k.Attrs = append(k.Attrs, signInAttrs()...)
	k.Blocks = []Block{publicKey()}
	k.Check = checkSignInApp
	return k
}

// browserApp is a single-page application: a public client in a browser.
func browserApp() *Kind {
	k := oauthApp("browser_app", "browser app", "browser")
	k.Doc = "A single-page application: a public client that runs in the browser, with the authorization code flow and PKCE."
	k.Attrs = append(k.Attrs, redirectURIs(true), grantTypes("authorization_code"), responseTypes("code"),
		authMethod("none"), pkceRequired(true), refreshRotation("ROTATE"), refreshLeeway(30))
	k.Attrs = append(k.Attrs, signInAttrs()...)
	k.Check = checkSignInApp
	return k
}

// nativeApp is an application on a desktop or phone: a public client.
func nativeApp() *Kind {
	k := oauthApp("native_app", "native app", "native")
	k.Doc = "An application on a desktop or phone: a public client with the authorization code flow and PKCE."
	k.Attrs = append(k.Attrs, redirectURIs(true), grantTypes("authorization_code"), responseTypes("code"),
		authMethod("none"), pkceRequired(true), refreshRotation("STATIC"), refreshLeeway(0))
	k.Attrs = append(k.Attrs, signInAttrs()...)
	k.Check = checkSignInApp
	return k
}

// serviceApp is a machine client: client credentials with a private key.
func serviceApp() *Kind {
	k := oauthApp("service_app", "service app", "service")
	k.Doc = "A machine client: it signs a client assertion with its private key and acts in its own name, within the Okta API scopes granted to it and the admin roles assigned to it."
	k.Attrs = append(k.Attrs, redirectURIs(false), grantTypes("client_credentials"), responseTypes("token"),
		authMethod("private_key_jwt"), pkceRequired(false))
	k.Blocks = []Block{publicKey(), adminRole()}
	k.Check = checkServiceApp
	return k
}

// Places in the JSON of an app.
const (
	settings    = "settings.oauthClient."
	credentials = "credentials.oauthClient."
)

// oauthApp is what all OAuth client apps share (POST /api/v1/apps).
func oauthApp(name, title, applicationType string) *Kind {
	uri := func(name, doc string) Attr {
		return Attr{Name: name, Type: cty.String, Path: settings + name, Doc: doc}
	}
	return &Kind{
		Name: name, Title: title, Label: "label", Mark: MarkProfile,
		Constants: map[string]any{
			"name":                        "oidc_client",
			"signOnMode":                  "OPENID_CONNECT",
			settings + "application_type": applicationType,
		},
		Attrs: []Attr{
			{Name: "label", Type: cty.String, Path: "label", Required: true,
				Doc: "The app's name in the Admin Console, at most 100 characters. Okta allows two apps with one label."},
			{Name: "client_id", Type: cty.String, Path: credentials + "client_id", Computed: true, Settable: true, Immutable: true,
				Doc: "The OAuth client id, 6 to 100 characters. It can be chosen when the app is made; a change replaces the app."},
			{Name: "status", Type: cty.String, Path: "status", Default: cty.StringVal("ACTIVE"), OneOf: []string{"ACTIVE", "INACTIVE"},
				Doc: "An INACTIVE app can't get tokens."},
			{Name: "okta_api_scopes", Type: cty.List(cty.String), Default: cty.ListValEmpty(cty.String), Unordered: true, Known: catalog.Scopes,
				Doc: "The Okta API scopes granted to the app, for example okta.users.read. Exactly these: left out means none."},
			{Name: "post_logout_redirect_uris", Type: cty.List(cty.String), Path: settings + "post_logout_redirect_uris", Default: cty.ListValEmpty(cty.String), Sparse: true,
				Doc: "Where the browser may be sent after signing out. The order is kept."},
			{Name: "dpop_bound_access_tokens", Type: cty.Bool, Path: settings + "dpop_bound_access_tokens", Default: cty.False,
				Doc: "Whether the app must prove possession of a key with each token (RFC 9449)."},
			{Name: "consent_method", Type: cty.String, Path: settings + "consent_method", Default: cty.StringVal("TRUSTED"), OneOf: []string{"TRUSTED", "REQUIRED"},
				Doc: "Whether users are asked for consent."},
			{Name: "issuer_mode", Type: cty.String, Path: settings + "issuer_mode", Default: cty.StringVal("ORG_URL"), OneOf: []string{"ORG_URL", "CUSTOM_URL", "DYNAMIC"},
				Doc: "Which of the org's URLs is the issuer of ID tokens."},
			{Name: "wildcard_redirect", Type: cty.String, Path: settings + "wildcard_redirect", Default: cty.StringVal("DISABLED"), OneOf: []string{"DISABLED", "SUBDOMAIN"},
				Doc: "Whether redirect URIs may hold a wildcard for a subdomain."},
			uri("jwks_uri", "Where Okta fetches the app's public keys. Excludes public_key."),
			uri("client_uri", "A page with information about the app."),
			uri("logo_uri", "A logo shown with the app."),
			uri("tos_uri", "The terms of service."),
			uri("policy_uri", "The privacy policy."),
			uri("initiate_login_uri", "Where a sign-in that Okta starts is sent."),
			{Name: "idp_initiated_login_mode", Type: cty.String, Path: settings + "idp_initiated_login.mode", Default: cty.StringVal("DISABLED"), OneOf: []string{"DISABLED", "SPEC", "OKTA"},
				Doc: "Whether and how Okta starts sign-ins. Other modes than DISABLED need initiate_login_uri."},
			{Name: "idp_initiated_login_default_scope", Type: cty.List(cty.String), Path: settings + "idp_initiated_login.default_scope", Default: cty.ListValEmpty(cty.String), Unordered: true,
				Doc: "The scopes of sign-ins that Okta starts."},
			{Name: "network_connection", Type: cty.String, Path: settings + "network.connection", Default: cty.StringVal("ANYWHERE"), Sparse: true, OneOf: []string{"ANYWHERE", "ZONE"},
				Doc: "From where the app may ask for tokens."},
			{Name: "network_include", Type: cty.List(cty.String), Path: settings + "network.include", Default: cty.ListValEmpty(cty.String), Sparse: true, Unordered: true,
				Doc: "With ZONE: the ids of the network zones from which it may."},
			{Name: "network_exclude", Type: cty.List(cty.String), Path: settings + "network.exclude", Default: cty.ListValEmpty(cty.String), Sparse: true, Unordered: true,
				Doc: "With ZONE: the ids of the network zones from which it may not."},
			{Name: "auto_key_rotation", Type: cty.Bool, Path: credentials + "autoKeyRotation", Default: cty.True,
				Doc: "Whether Okta rotates the key that signs the app's ID tokens."},
			{Name: "implicit_assignment", Type: cty.Bool, Path: "settings.implicitAssignment", Default: cty.False,
				Doc: "Whether everybody in the org may use the app without being assigned (Federation Broker Mode)."},
			{Name: "notes_admin", Type: cty.String, Path: "settings.notes.admin", Unmanaged: true, Doc: "A note for admins. Left out: not managed."},
			{Name: "notes_enduser", Type: cty.String, Path: "settings.notes.enduser", Unmanaged: true, Doc: "A note for users. Left out: not managed."},
			{Name: "hide_ios", Type: cty.Bool, Path: "visibility.hide.iOS", Unmanaged: true, Doc: "Whether the app is hidden in Okta's mobile apps. Left out: not managed."},
			{Name: "hide_web", Type: cty.Bool, Path: "visibility.hide.web", Unmanaged: true, Doc: "Whether the app is hidden on users' dashboards. Left out: not managed."},
			{Name: "profile", Type: cty.String, Path: "profile", JSON: true, Unmanaged: true,
				Doc: "An object with properties of your own, next to the mark of the owner. Left out: not managed."},
		},
	}
}

func redirectURIs(required bool) Attr {
	a := Attr{Name: "redirect_uris", Type: cty.List(cty.String), Path: settings + "redirect_uris", Required: required,
		Doc: "Sign-in redirect URIs, compared exactly. The order is kept: Okta uses the first one for sign-ins that it starts."}
	if !required {
		a.Default = cty.ListValEmpty(cty.String)
	}
	return a
}

func grantTypes(def string) Attr {
	return Attr{Name: "grant_types", Type: cty.List(cty.String), Path: settings + "grant_types", Unordered: true,
		Default: cty.ListVal([]cty.Value{cty.StringVal(def)}), Doc: "OAuth grant types that the app may use."}
}

func responseTypes(def string) Attr {
	return Attr{Name: "response_types", Type: cty.List(cty.String), Path: settings + "response_types", Unordered: true,
		Default: cty.ListVal([]cty.Value{cty.StringVal(def)}), OneOf: []string{"code", "token", "id_token"}, Doc: "OAuth response types."}
}

func pkceRequired(def bool) Attr {
	return Attr{Name: "pkce_required", Type: cty.Bool, Path: credentials + "pkce_required", Default: cty.BoolVal(def),
		Doc: "Whether an authorization request without a PKCE code challenge is refused (RFC 7636)."}
}

// The policy for refresh tokens counts only with the grant type.
var withRefreshTokens = [2]string{"grant_types", "refresh_token"}

func refreshRotation(def string) Attr {
	return Attr{Name: "refresh_token_rotation_type", Type: cty.String, Path: settings + "refresh_token.rotation_type",
		Default: cty.StringVal(def), Needs: withRefreshTokens, OneOf: []string{"STATIC", "ROTATE"},
		Doc: "Whether each use of a refresh token gives a new one. Counts with the refresh_token grant."}
}

func refreshLeeway(def int64) Attr {
	return Attr{Name: "refresh_token_leeway", Type: cty.Number, Path: settings + "refresh_token.leeway",
		Default: cty.NumberIntVal(def), Needs: withRefreshTokens,
		Doc: "For how many seconds, 0 to 60, a rotated refresh token stays valid. Counts with the refresh_token grant."}
}

// signInAttrs are those of apps that people sign in to.
func signInAttrs() []Attr {
	return []Attr{
		{Name: "assigned_groups", Type: cty.List(Ref), Unmanaged: true, Unordered: true, Refs: []string{"group"},
			Doc: "Groups whose members may use the app. Left out: not managed and not read. Present, also as []: exactly these."},
		{Name: "assigned_users", Type: cty.List(Ref), Unmanaged: true, Unordered: true, Refs: []string{"user"},
			Doc: "Users who may use the app by themselves, not through a group. Left out: not managed and not read. Present, also as []: exactly these."},
		{Name: "participate_slo", Type: cty.Bool, Path: settings + "participate_slo", Unmanaged: true,
			Doc: "Whether the app takes part in single logout, in orgs with that feature. Left out: not managed."},
		{Name: "frontchannel_logout_uri", Type: cty.String, Path: settings + "frontchannel_logout_uri", Unmanaged: true,
			Doc: "Where Okta tells the app of a logout. Left out: not managed."},
		{Name: "frontchannel_logout_session_required", Type: cty.Bool, Path: settings + "frontchannel_logout_session_required", Unmanaged: true,
			Doc: "Whether that message names the session. Left out: not managed."},
	}
}

func authMethod(def string) Attr {
	return Attr{Name: "token_endpoint_auth_method", Type: cty.String, Path: credentials + "token_endpoint_auth_method",
		Default: cty.StringVal(def),
		OneOf:   []string{"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"},
		Doc:     "How the app authenticates at the token endpoint."}
}

// publicKey is one key of the app's JSON Web Key Set (RFC 7517).
func publicKey() Block {
	return Block{
		Type: "public_key", Label: "kid", Key: []string{"kid"}, KeyMaterial: true,
		Doc: "A public key with which Okta checks the app's client assertions. Exactly the declared keys: left out means none. The label is the key id (kid).",
		Attrs: []Attr{
			{Name: "kid", Type: cty.String, Required: true, Doc: "The key id."},
			{Name: "status", Type: cty.String, Default: cty.StringVal("ACTIVE"), OneOf: []string{"ACTIVE", "INACTIVE"}, Doc: "An INACTIVE key is refused."},
			{Name: "kty", Type: cty.String, Computed: true, Doc: "The key type: RSA or EC."},
			{Name: "thumbprint", Type: cty.String, Computed: true, Doc: "The SHA-256 thumbprint of the key (RFC 7638), base64url."},
			{Name: "public_jwk", Type: cty.String, Computed: true, Hidden: true, Doc: "The public key's members as JSON, in the form of RFC 7638."},
			{Name: "file", Type: cty.String, Local: true, Doc: "A file with the public key: PEM (SPKI, PKCS#1 or certificate) or JWK."},
			{Name: "jwk", Type: cty.DynamicPseudoType, Local: true, Doc: "The public key as a JWK: an object or JSON text."},
			{Name: "private_key_file", Type: cty.String, Local: true, Doc: "A file with the private key; smoke tests sign with it. Never sent, printed or stored elsewhere."},
			{Name: "generate", Type: cty.Bool, Local: true, Doc: "Make the key pair when the file is absent and the app has no key with this kid."},
		},
	}
}

// adminRole is one admin role of a principal.
func adminRole() Block {
	return Block{
		Type: "admin_role", Label: "type", Key: []string{"type", "role", "resource_set"},
		Doc: "An admin role. Exactly the declared roles: left out means none. The label is the role's type.",
		Attrs: []Attr{
			{Name: "type", Type: cty.String, Required: true, OneOf: RoleTypes(), Doc: "The type of role."},
			{Name: "role", Type: Ref, Refs: []string{"custom_role"}, OrID: true, Doc: "For CUSTOM: the custom role, or the id of one."},
			{Name: "resource_set", Type: Ref, Refs: []string{"resource_set"}, OrID: true, Doc: "For CUSTOM: the resource set, or the id of one."},
			{Name: "target_groups", Type: cty.List(Ref), Default: cty.ListValEmpty(Ref), Unordered: true, Refs: []string{"group"},
				Doc: "The groups that the role is limited to (HELP_DESK_ADMIN, USER_ADMIN, GROUP_MEMBERSHIP_ADMIN). Left out: all groups."},
			{Name: "target_apps", Type: cty.List(Ref), Default: cty.ListValEmpty(Ref), Unordered: true, Refs: appKinds(),
				Doc: "The apps that the role is limited to (APP_ADMIN). Left out: all apps."},
		},
	}
}

// appKinds names the kinds of OAuth client apps.
func appKinds() []string { return []string{"web_app", "service_app", "browser_app", "native_app"} }

// RoleTypes lists the types of admin role (POST /oauth2/v1/clients/{clientId}/roles).
func RoleTypes() []string {
	return []string{
		"SUPER_ADMIN", "ORG_ADMIN", "APP_ADMIN", "USER_ADMIN", "GROUP_MEMBERSHIP_ADMIN", "HELP_DESK_ADMIN",
		"API_ACCESS_MANAGEMENT_ADMIN", "READ_ONLY_ADMIN", "REPORT_ADMIN",
		"ACCESS_CERTIFICATIONS_ADMIN", "ACCESS_REQUESTS_ADMIN", "WORKFLOWS_ADMIN", "CUSTOM",
	}
}

// RoleTargets says what the standard role of that type can be limited to:
// "target_groups", "target_apps", or nothing.
func RoleTargets(roleType string) string {
	switch roleType {
	case "APP_ADMIN":
		return "target_apps"
	case "USER_ADMIN", "HELP_DESK_ADMIN", "GROUP_MEMBERSHIP_ADMIN":
		return "target_groups"
	}
	return ""
}
