package kinds

import (
	"slices"

	"github.com/oktaform/oktaform/schema"
)

const kindNativeApp = "native_app"

// nativeApp is a desktop or phone application: a public client, or one with a key pair on each
// device.
func nativeApp() *schema.Kind {
	k := oauthApp(kindNativeApp, "native app", "native")
	k.OpenRedirects = true
	k.Terraform = append(terraformApp("native", "none"), terraformSignIn()...)
	k.Doc = "An application on a desktop or phone: a public client with the authorization code flow and PKCE."
	k.Attrs = slices.Concat(k.Attrs, []schema.Attr{redirectURIs(true), grantTypes("authorization_code"), responseTypes("code"),
		authMethod("none", methods()...), pkceRequired(true), refreshRotation("STATIC"), refreshLeeway(0)},
		signInAttrs())
	k.Blocks = []schema.Block{publicKey(), clientSecret(), groupsClaim(), assignedGroup(), assignedUser()}
	k.Check = checkApp(k)
	return k
}
