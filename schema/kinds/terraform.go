package kinds

import "github.com/oktaform/oktaform/schema"

// terraformApp returns the resource types that declare an OAuth client app and its parts.
func terraformApp(applicationType, authMethod string) []schema.TerraformType {
	app := schema.TerraformType{Name: "okta_app_oauth", ID: "id", When: [2]string{"type", applicationType},
		Rename: map[string]string{
			"login_uri": "initiate_login_uri", "login_mode": "idp_initiated_login_mode", "login_scopes": "idp_initiated_login_default_scope",
			"admin_note": "notes_admin", "enduser_note": "notes_enduser", "refresh_token_rotation": "refresh_token_rotation_type",
			"authentication_policy": "access_policy",
		},
		// Secrets are not managed, and the other attributes concern how Terraform works.
		Ignore: []string{"type", "client_basic_secret", "client_basic_secret_wo", "client_basic_secret_wo_version", "omit_secret", "skip_users", "skip_groups", "timeouts",
			"users", "groups", "name", "sign_on_mode", "logo_url", "client_secret"},
		Computed: []string{"app_links_json", "app_settings_json"},
	}
	if authMethod != "client_secret_basic" {
		app.Defaults = map[string]string{"token_endpoint_auth_method": `"client_secret_basic"`}
	}
	return []schema.TerraformType{app,
		{Name: "okta_app_oauth_api_scope", ID: "app_id", Part: "okta_api_scopes", Attrs: []string{"scopes"}, Rename: map[string]string{"scopes": "okta_api_scopes"}, Ignore: []string{"issuer"}},
		{Name: "okta_app_oauth_redirect_uri", ID: "app_id", Part: "redirect_uris", Attrs: []string{"uri"}},
		{Name: "okta_app_oauth_post_logout_redirect_uri", ID: "app_id", Part: "post_logout_redirect_uris", Attrs: []string{"uri"}},
	}
}

// terraformSignIn returns the resource types that assign an app to people.
func terraformSignIn() []schema.TerraformType {
	return []schema.TerraformType{
		{Name: "okta_app_group_assignment", ID: "app_id", Part: "assigned_groups", Attrs: []string{"group_id", "priority", "profile"}, Ignore: []string{"retain_assignment", "timeouts"}},
		{Name: "okta_app_group_assignments", ID: "app_id", Part: "assigned_groups", Ignore: []string{"timeouts"}},
		{Name: "okta_app_user", ID: "app_id", Part: "assigned_users", Attrs: []string{"user_id", "username", "profile"}, Ignore: []string{"retain_assignment", "password"}},
	}
}

// terraformUserRoles and terraformGroupRoles return the resource types that assign admin roles.
func terraformUserRoles() []schema.TerraformType {
	return []schema.TerraformType{
		{Name: "okta_user_admin_roles", ID: "user_id", Part: roleBlock, Attrs: []string{"admin_roles"}, Ignore: []string{"disable_notifications"}},
		{Name: "okta_admin_role_targets", ID: "user_id", Part: roleBlock, Attrs: []string{"role_type", "groups", "apps"}},
		{Name: "okta_admin_role_custom_assignments", ID: "members", Path: "users", Part: roleBlock, Attrs: []string{"custom_role_id", "resource_set_id"}},
	}
}

func terraformGroupRoles() []schema.TerraformType {
	return []schema.TerraformType{
		{Name: "okta_group_role", ID: "group_id", Part: roleBlock, Attrs: []string{"role_type", "target_group_list", "target_app_list", "role_id", "resource_set_id"}, Ignore: []string{"disable_notifications"}},
		{Name: "okta_admin_role_custom_assignments", ID: "members", Path: "groups", Part: roleBlock, Attrs: []string{"custom_role_id", "resource_set_id"}},
	}
}

const roleBlock = "admin_role"
