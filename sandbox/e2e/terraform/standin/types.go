package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// resourceType describes the attributes of a resource type: flags (r required, o optional, c
// computed, s sensitive) and a type. "block" is a list of nested blocks, whose attributes
// follow, each as an optional text.
type resourceType map[string]string

func (t resourceType) flags(name string) string {
	flags, _, _ := strings.Cut(t[name], " ")
	return flags
}

func (t resourceType) schema() *tfprotov6.Schema {
	block := &tfprotov6.SchemaBlock{}
	for _, name := range slices.Sorted(maps.Keys(t)) {
		words := strings.Fields(t[name])
		if words[1] == "block" {
			nested := &tfprotov6.SchemaNestedBlock{TypeName: name, Nesting: tfprotov6.SchemaNestedBlockNestingModeList, Block: &tfprotov6.SchemaBlock{}}
			for _, attr := range words[2:] {
				nested.Block.Attributes = append(nested.Block.Attributes, &tfprotov6.SchemaAttribute{Name: attr, Type: tftypes.String, Optional: true})
			}
			block.BlockTypes = append(block.BlockTypes, nested)
			continue
		}
		has := func(flag string) bool { return strings.Contains(words[0], flag) }
		block.Attributes = append(block.Attributes, &tfprotov6.SchemaAttribute{Name: name, Type: wireTypes[words[1]],
			Required: has("r"), Optional: has("o"), Computed: has("c"), Sensitive: has("s")})
	}
	return &tfprotov6.Schema{Block: block}
}

var wireTypes = map[string]tftypes.Type{
	"string": tftypes.String, "bool": tftypes.Bool, "number": tftypes.Number,
	"list": tftypes.List{ElementType: tftypes.String}, "set": tftypes.Set{ElementType: tftypes.String},
}

// types are resource types of Okta's provider (docs/resources, version 6).
var types = map[string]resourceType{
	"okta_app_oauth": {
		"id": "c string", "label": "r string", "type": "r string", "name": "c string", "sign_on_mode": "c string", "status": "oc string",
		"client_id": "oc string", "client_secret": "cs string", "client_basic_secret": "os string", "omit_secret": "o bool",
		"grant_types": "o set", "response_types": "o set", "redirect_uris": "o list", "post_logout_redirect_uris": "o set",
		"token_endpoint_auth_method": "oc string", "pkce_required": "oc bool", "login_uri": "o string", "login_mode": "o string",
		"admin_note": "o string", "enduser_note": "o string", "hide_ios": "oc bool", "hide_web": "oc bool", "auto_submit_toolbar": "oc bool",
		"profile": "o string", "jwks_uri": "o string", "user_name_template": "oc string", "authentication_policy": "oc string", "logo_url": "c string",
		"jwks": "o block kid kty e n x y", "groups_claim": "o block type filter_type name value",
	},
	"okta_app_oauth_api_scope":                {"id": "c string", "app_id": "r string", "issuer": "r string", "scopes": "r set"},
	"okta_app_oauth_role_assignment":          {"id": "c string", "client_id": "r string", "type": "r string", "role": "o string", "resource_set": "o string", "label": "c string", "status": "c string"},
	"okta_app_oauth_redirect_uri":             {"id": "c string", "app_id": "r string", "uri": "r string"},
	"okta_app_oauth_post_logout_redirect_uri": {"id": "c string", "app_id": "r string", "uri": "r string"},
	"okta_app_group_assignment":               {"id": "c string", "app_id": "r string", "group_id": "r string", "priority": "oc number", "profile": "o string", "retain_assignment": "o bool"},
	"okta_app_group_assignments":              {"id": "c string", "app_id": "r string", "group": "o block id priority profile"},
	"okta_app_user":                           {"id": "c string", "app_id": "r string", "user_id": "r string", "username": "oc string", "password": "os string", "profile": "o string", "has_shared_username": "c bool", "retain_assignment": "o bool"},
	"okta_group":                              {"id": "c string", "name": "r string", "description": "o string", "custom_profile_attributes": "oc string"},
	"okta_group_memberships":                  {"id": "c string", "group_id": "r string", "users": "r set", "track_all_users": "o bool"},
	"okta_user": {
		"id": "c string", "login": "r string", "email": "r string", "first_name": "r string", "last_name": "r string", "status": "oc string", "raw_status": "c string",
		"city": "o string", "department": "o string", "password": "os string", "recovery_question": "o string", "recovery_answer": "os string",
	},
	"okta_user_admin_roles":              {"id": "c string", "user_id": "r string", "admin_roles": "r set", "disable_notifications": "o bool"},
	"okta_group_role":                    {"id": "c string", "group_id": "r string", "role_type": "r string", "target_group_list": "o set", "target_app_list": "o set", "disable_notifications": "o bool"},
	"okta_admin_role_custom":             {"id": "c string", "label": "r string", "description": "r string", "permissions": "o set"},
	"okta_admin_role_custom_assignments": {"id": "c string", "resource_set_id": "r string", "custom_role_id": "r string", "members": "o set"},
	"okta_admin_role_targets":            {"id": "c string", "role_id": "c string", "user_id": "r string", "role_type": "r string", "apps": "o set", "groups": "o set"},
	"okta_resource_set":                  {"id": "c string", "label": "r string", "description": "r string", "resources": "o set"},
	"okta_network_zone": {"id": "c string", "name": "r string", "type": "r string", "usage": "oc string", "status": "oc string", "gateways": "o set", "proxies": "o set",
		"asns": "o set", "dynamic_locations": "o set", "dynamic_proxy_type": "oc string"},
	"okta_trusted_origin": {"id": "c string", "name": "r string", "origin": "r string", "status": "oc string", "scopes": "o block type"},
	"okta_policy_signon":  {"id": "c string", "name": "r string", "groups_included": "o set"},
}

// sources are its data sources.
var sources = map[string]resourceType{
	"okta_group":     {"id": "oc string", "name": "o string", "description": "c string", "type": "c string"},
	"okta_user":      {"id": "c string", "user_id": "o string", "login": "c string", "email": "c string"},
	"okta_app_oauth": {"id": "oc string", "label": "o string", "client_id": "c string", "client_secret": "cs string"},
}
