package kinds

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// adminRole is one admin role of a principal.
func adminRole() schema.Block {
	return schema.Block{
		Type: "admin_role", Label: "type", Key: []string{"type", "role", "resource_set"},
		Doc: "An admin role. Exactly the declared roles: omitted means none. The label is the role's type.",
		Attrs: []schema.Attr{
			{Name: "type", Type: cty.String, Required: true, OneOf: RoleTypes(), Doc: "The type of role."},
			{Name: "role", Type: schema.Ref, Refs: []string{kindCustomRole}, OrID: true, Doc: "For CUSTOM: the custom role, or the id of one."},
			{Name: "resource_set", Type: schema.Ref, Refs: []string{kindResourceSet}, OrID: true, Doc: "For CUSTOM: the resource set, or the id of one."},
			{Name: "target_groups", Type: cty.List(schema.Ref), Default: cty.ListValEmpty(schema.Ref), Unordered: true, Narrows: true, Refs: []string{kindGroup},
				Doc: "The groups that the role is limited to (HELP_DESK_ADMIN, USER_ADMIN, GROUP_MEMBERSHIP_ADMIN). Omitted: all groups; an empty list or null is an error."},
			{Name: "target_apps", Type: cty.List(schema.Ref), Default: cty.ListValEmpty(schema.Ref), Unordered: true, Narrows: true, Refs: appKinds(),
				Doc: "The apps that the role is limited to (APP_ADMIN). Omitted, and without target_catalog_apps: all apps; an empty list or null is an error."},
			{Name: "target_catalog_apps", Type: cty.List(cty.String), Default: cty.ListValEmpty(cty.String), Unordered: true, Narrows: true,
				Doc: "Entries of Okta's catalog to whose apps the role is limited (APP_ADMIN), for example salesforce, or oidc_client for OIDC apps; including apps created later. An empty list or null is an error."},
		},
	}
}

// RoleTypes returns the types of admin role (POST /oauth2/v1/clients/{clientId}/roles).
func RoleTypes() []string {
	return []string{
		"SUPER_ADMIN", "ORG_ADMIN", "APP_ADMIN", "USER_ADMIN", "GROUP_MEMBERSHIP_ADMIN", "HELP_DESK_ADMIN",
		"API_ACCESS_MANAGEMENT_ADMIN", "READ_ONLY_ADMIN", "REPORT_ADMIN",
		"ACCESS_CERTIFICATIONS_ADMIN", "ACCESS_REQUESTS_ADMIN", "WORKFLOWS_ADMIN", "CUSTOM",
	}
}

// RoleTargets returns the attributes that can limit the standard role of that type.
func RoleTargets(roleType string) []string {
	switch roleType {
	case "APP_ADMIN":
		return []string{"target_apps", "target_catalog_apps"}
	case "USER_ADMIN", "HELP_DESK_ADMIN", "GROUP_MEMBERSHIP_ADMIN":
		return []string{"target_groups"}
	}
	return nil
}

// TargetAttrs returns the attributes of admin_role that limit a role.
func TargetAttrs() []string { return []string{"target_groups", "target_apps", "target_catalog_apps"} }

func checkRoles(v schema.Value) []schema.Problem {
	var problems []schema.Problem
	seen := map[string]bool{}
	for i, role := range schema.Elements(v.GetAttr("admin_role")) {
		add := func(attr, summary, format string, args ...any) {
			problems = append(problems, schema.Problem{Block: "admin_role", Index: i, Attr: attr, Summary: summary, Detail: fmt.Sprintf(format, args...)})
		}
		typ := schema.Text(role.GetAttr("type"))
		custom, set := role.GetAttr("role"), role.GetAttr("resource_set")
		if typ == "CUSTOM" && (custom.IsNull() || set.IsNull()) {
			add("", "Incomplete custom role", "A CUSTOM role is assigned within a resource set: both role and resource_set are needed, as ids (cr0..., iam...).")
		}
		if typ != "CUSTOM" && (!custom.IsNull() || !set.IsNull()) {
			add("", "Attribute of custom roles", "role and resource_set belong to CUSTOM roles only; %s has none.", typ)
		}
		for _, attr := range TargetAttrs() {
			targets := role.GetAttr(attr)
			if !slices.Contains(RoleTargets(typ), attr) && targets.IsKnown() && !targets.IsNull() && targets.LengthInt() > 0 {
				add(attr, "Role without such targets", "%s can't be limited with %s.", typ, attr)
			}
		}
		if app := coveredApp(role); app != "" {
			add("target_apps", "Target within another target", "%s is an app of %s, which target_catalog_apps contains, and Okta keeps only that. Remove one of them.", app, OIDCClient)
		}
		key := typ + " " + schema.RefKey(custom) + " " + schema.RefKey(set)
		if custom.IsKnown() && set.IsKnown() && seen[key] {
			add("", "Duplicate role", "The role %s is declared twice. Okta assigns a role to a principal once; put all targets into one block.", strings.TrimSpace(key))
		}
		seen[key] = true
	}
	return problems
}

// coveredApp returns the address of a declared app that is both a target itself and covered by a
// catalog target; "" if there is none.
func coveredApp(role cty.Value) string {
	if !schema.Holds(role.GetAttr("target_catalog_apps"), OIDCClient) {
		return ""
	}
	for _, app := range schema.Elements(role.GetAttr("target_apps")) {
		if app.IsKnown() && !app.IsNull() {
			// A data block finds a kind that is not declared.
			if addr, err := schema.ParseAddr(schema.Text(app.GetAttr("addr"))); err == nil && slices.Contains(appKinds(), addr.Kind) {
				return addr.String()
			}
		}
	}
	return ""
}
