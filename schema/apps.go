package schema

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// webApp is an OIDC web application: authorization code with a client secret
// or a private key.
func webApp() *Kind {
	k := oauthApp("web_app", "web app", "web")
	k.Doc = "An OIDC web application: people sign in with the authorization code flow, and the app acts on their behalf within the Okta API scopes granted to it."
	k.Attrs = slices.Concat(k.Attrs, []Attr{redirectURIs(true), grantTypes("authorization_code"), responseTypes("code"),
		authMethod("client_secret_basic", methods()...), pkceRequired(false), refreshRotation("STATIC"), refreshLeeway(0)},
		signInAttrs(), logoutAttrs(), backchannelAttrs())
	k.Blocks = []Block{publicKey(), clientSecret(), assignedGroup(), assignedUser()}
	k.Check = checkApp(k)
	return k
}

// browserApp is a single-page application: a public client in a browser.
func browserApp() *Kind {
	k := oauthApp("browser_app", "browser app", "browser")
	k.Doc = "A single-page application: a public client that runs in the browser, with the authorization code flow and PKCE."
	k.Attrs = slices.Concat(k.Attrs, []Attr{redirectURIs(true), grantTypes("authorization_code"), responseTypes("code"),
		authMethod("none", "client_secret_basic", "client_secret_post", "client_secret_jwt", "none"), pkceRequired(true), refreshRotation("ROTATE"), refreshLeeway(30)},
		signInAttrs(), logoutAttrs())
	k.Blocks = []Block{clientSecret(), assignedGroup(), assignedUser()}
	k.Check = checkApp(k)
	return k
}

// nativeApp is an application on a desktop or phone: a public client, or one
// with a key pair of its own on each device.
func nativeApp() *Kind {
	k := oauthApp("native_app", "native app", "native")
	k.Doc = "An application on a desktop or phone: a public client with the authorization code flow and PKCE."
	k.Attrs = slices.Concat(k.Attrs, []Attr{redirectURIs(true), grantTypes("authorization_code"), responseTypes("code"),
		authMethod("none", methods()...), pkceRequired(true), refreshRotation("STATIC"), refreshLeeway(0)},
		signInAttrs())
	k.Blocks = []Block{publicKey(), clientSecret(), assignedGroup(), assignedUser()}
	k.Check = checkApp(k)
	return k
}

// serviceApp is a machine client: client credentials with a private key.
func serviceApp() *Kind {
	k := oauthApp("service_app", "service app", "service")
	k.Doc = "A machine client: it signs a client assertion with its private key and acts in its own name, within the Okta API scopes granted to it and the admin roles assigned to it."
	k.Attrs = append(k.Attrs, redirectURIs(false), grantTypes("client_credentials"), responseTypes("token"),
		authMethod("private_key_jwt", "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"), pkceRequired(false))
	k.Blocks = []Block{publicKey(), clientSecret(), adminRole()}
	k.Check = checkApp(k)
	return k
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
			{Name: "target_groups", Type: cty.List(Ref), Default: cty.ListValEmpty(Ref), Unordered: true, Narrows: true, Refs: []string{"group"},
				Doc: "The groups that the role is limited to (HELP_DESK_ADMIN, USER_ADMIN, GROUP_MEMBERSHIP_ADMIN). Left out: all groups; an empty list or null is an error."},
			{Name: "target_apps", Type: cty.List(Ref), Default: cty.ListValEmpty(Ref), Unordered: true, Narrows: true, Refs: appKinds(),
				Doc: "The apps that the role is limited to (APP_ADMIN). Left out, and without target_catalog_apps: all apps; an empty list or null is an error."},
			{Name: "target_catalog_apps", Type: cty.List(cty.String), Default: cty.ListValEmpty(cty.String), Unordered: true, Narrows: true,
				Doc: "Entries of Okta's catalog to whose apps the role is limited (APP_ADMIN), for example salesforce, or oidc_client for OIDC apps; also those made later. An empty list or null is an error."},
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

// RoleTargets names the attributes with which the standard role of that type
// can be limited.
func RoleTargets(roleType string) []string {
	switch roleType {
	case "APP_ADMIN":
		return []string{"target_apps", "target_catalog_apps"}
	case "USER_ADMIN", "HELP_DESK_ADMIN", "GROUP_MEMBERSHIP_ADMIN":
		return []string{"target_groups"}
	}
	return nil
}

// TargetAttrs are the attributes of admin_role that limit a role.
func TargetAttrs() []string { return []string{"target_groups", "target_apps", "target_catalog_apps"} }
