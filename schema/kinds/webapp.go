package kinds

import (
	"slices"

	"github.com/oktaform/oktaform/schema"
)

const kindWebApp = "web_app"

// webApp is an OIDC web application: authorization code with a client secret or a private key.
func webApp() *schema.Kind {
	k := oauthApp(kindWebApp, "web app", "web")
	k.Terraform = append(terraformApp("web", "client_secret_basic"), terraformSignIn()...)
	k.Doc = "An OIDC web application: people sign in with the authorization code flow, and the app acts on their behalf within the Okta API scopes granted to it."
	k.Attrs = slices.Concat(k.Attrs, []schema.Attr{redirectURIs(true), grantTypes("authorization_code"), responseTypes("code"),
		authMethod("client_secret_basic", methods()...), pkceRequired(false), refreshRotation("STATIC"), refreshLeeway(0)},
		signInAttrs(), logoutAttrs(), backchannelAttrs())
	k.Blocks = []schema.Block{publicKey(), clientSecret(), groupsClaim(), assignedGroup(), assignedUser()}
	k.Check = checkApp(k)
	return k
}
