package kinds

import (
	"slices"

	"github.com/oktaform/oktaform/schema"
)

const kindBrowserApp = "browser_app"

// browserApp is a single-page application: a public client in a browser.
func browserApp() *schema.Kind {
	k := oauthApp(kindBrowserApp, "browser app", "browser")
	k.Terraform = append(terraformApp("browser", "none"), terraformSignIn()...)
	k.Doc = "A single-page application: a public client that runs in the browser, with the authorization code flow and PKCE."
	k.Attrs = slices.Concat(k.Attrs, []schema.Attr{redirectURIs(true), grantTypes("authorization_code"), responseTypes("code"),
		authMethod("none", "client_secret_basic", "client_secret_post", "client_secret_jwt", "none"), pkceRequired(true), refreshRotation("ROTATE"), refreshLeeway(30)},
		signInAttrs(), logoutAttrs())
	k.Blocks = []schema.Block{clientSecret(), groupsClaim(), assignedGroup(), assignedUser()}
	k.Check = checkApp(k)
	return k
}
