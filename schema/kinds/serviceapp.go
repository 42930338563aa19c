package kinds

import "github.com/oktaform/oktaform/schema"

const kindServiceApp = "service_app"

// serviceApp is a machine client: client credentials with a private key.
func serviceApp() *schema.Kind {
	k := oauthApp(kindServiceApp, "service app", "service")
	k.Machine = true
	k.Terraform = append(terraformApp("service", "private_key_jwt"),
		schema.TerraformType{Name: "okta_app_oauth_role_assignment", ID: "client_id", Part: roleBlock, Attrs: []string{"type", "role", "resource_set"}},
		schema.TerraformType{Name: "okta_admin_role_custom_assignments", ID: "members", Path: "clients", Part: roleBlock, Attrs: []string{"custom_role_id", "resource_set_id"}})
	k.Doc = "A machine client: it signs a client assertion with its private key and acts in its own name, within the Okta API scopes granted to it and the admin roles assigned to it."
	k.Attrs = append(k.Attrs, redirectURIs(false), grantTypes("client_credentials"), responseTypes("token"),
		authMethod("private_key_jwt", "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"), pkceRequired(false))
	k.Blocks = []schema.Block{publicKey(), clientSecret(), adminRole()}
	k.Check = checkApp(k)
	return k
}
