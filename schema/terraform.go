package schema

import "slices"

// TerraformType is a resource type of Terraform's provider okta/okta that declares objects of
// a kind, or a part of them.
type TerraformType struct {
	Name string // okta_group
	// ID names the attribute that holds the id of the object, or the URLs of several.
	ID string
	// Part is the attribute or nested block that the resource declares; "" for the object.
	Part string
	// When names an attribute, and the value that it has for objects of this kind, where one
	// type declares several kinds.
	When [2]string
	// Path is the element before the id in the URLs of ID: "users".
	Path string
	// Rename maps names of Terraform's attributes to those of the kind, where they differ.
	Rename map[string]string
	// Ignore are attributes that mean nothing here, so that nothing is lost without them.
	Ignore []string
	// Defaults are what leaving an attribute of the kind out means in Terraform, as HCL, where
	// that is another value.
	Defaults map[string]string
}

// TerraformTypes lists the resource types of that name that declare the kind or a part of it.
func (k *Kind) TerraformTypes(name string) []TerraformType {
	return slices.DeleteFunc(slices.Clone(k.Terraform), func(t TerraformType) bool { return t.Name != name })
}

// Declares reports whether a resource of the type, with an attribute of that value where When
// asks for it, declares objects of the kind.
func (t TerraformType) Declares(attr func(name string) any) bool {
	return t.Part == "" && (t.When[0] == "" || attr(t.When[0]) == t.When[1])
}

// terraformApp are the resource types that declare an OAuth client app, and its parts.
func terraformApp(applicationType, authMethod string) []TerraformType {
	app := TerraformType{Name: "okta_app_oauth", ID: "id", When: [2]string{"type", applicationType},
		Rename: map[string]string{
			"login_uri": "initiate_login_uri", "login_mode": "idp_initiated_login_mode", "login_scopes": "idp_initiated_login_default_scope",
			"admin_note": "notes_admin", "enduser_note": "notes_enduser", "refresh_token_rotation": "refresh_token_rotation_type",
			"authentication_policy": "access_policy",
		},
		// Secrets are left to the org, and the others are about how Terraform works.
		Ignore: []string{"type", "client_basic_secret", "client_basic_secret_wo", "client_basic_secret_wo_version", "omit_secret", "skip_users", "skip_groups", "timeouts"},
	}
	if authMethod != "client_secret_basic" {
		app.Defaults = map[string]string{"token_endpoint_auth_method": `"client_secret_basic"`}
	}
	return []TerraformType{app,
		{Name: "okta_app_oauth_api_scope", ID: "app_id", Part: "okta_api_scopes", Rename: map[string]string{"scopes": "okta_api_scopes"}, Ignore: []string{"issuer"}},
		{Name: "okta_app_oauth_redirect_uri", ID: "app_id", Part: "redirect_uris"},
		{Name: "okta_app_oauth_post_logout_redirect_uri", ID: "app_id", Part: "post_logout_redirect_uris"},
	}
}

// terraformSignIn are the resource types that say who may sign in to an app.
func terraformSignIn() []TerraformType {
	return []TerraformType{
		{Name: "okta_app_group_assignment", ID: "app_id", Part: "assigned_groups", Ignore: []string{"retain_assignment", "timeouts"}},
		{Name: "okta_app_group_assignments", ID: "app_id", Part: "assigned_groups", Ignore: []string{"timeouts"}},
		{Name: "okta_app_user", ID: "app_id", Part: "assigned_users", Ignore: []string{"retain_assignment", "password"}},
	}
}

// terraformUserRoles and terraformGroupRoles are the resource types that give admin roles.
func terraformUserRoles() []TerraformType {
	return []TerraformType{
		{Name: "okta_user_admin_roles", ID: "user_id", Part: roleBlock, Ignore: []string{"disable_notifications"}},
		{Name: "okta_admin_role_targets", ID: "user_id", Part: roleBlock},
		{Name: "okta_admin_role_custom_assignments", ID: "members", Path: "users", Part: roleBlock},
	}
}

func terraformGroupRoles() []TerraformType {
	return []TerraformType{
		{Name: "okta_group_role", ID: "group_id", Part: roleBlock, Ignore: []string{"disable_notifications"}},
		{Name: "okta_admin_role_custom_assignments", ID: "members", Path: "groups", Part: roleBlock},
	}
}

const roleBlock = "admin_role"
