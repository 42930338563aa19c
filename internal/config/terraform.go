package config

import (
	"fmt"
	"regexp"
	"slices"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// This file explains to people who know Terraform what to write here.

// terraformBlocks are blocks of Terraform, and a former block name of oktaform.
var terraformBlocks = map[string]string{
	"provider":  "There are no providers here: Okta is the only one. The credential names the org (OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN); org { owner = \"team/iam\" } names the owner of the declared objects.",
	"terraform": "There is nothing to set up: no state, no backend, no providers. Remove the block; org { owner = \"team/iam\" } names the owner of the declared objects.",
	"adopt":     "This block is called import now, with the same arguments:\n\n  import {\n    to    = group.staff\n    label = \"Staff\"\n  }",
	"check":     "To test the result of an apply, write a smoke_test: it gets a real token and calls the API with it. To test inputs and outputs, use validation in a variable and precondition in an output.",
	"ephemeral": "There is no state, so values need not be ephemeral: declare a variable with sensitive = true, and set it in the environment (OKTAFORM_VAR_name).",
}

// terraformResources are resources of the provider okta/okta that do not correspond to one kind,
// with what declares the same.
var terraformResources = map[string]string{
	"okta_app_oauth":                          "web_app, service_app, browser_app or native_app, depending on its type",
	"okta_app_oauth_api_scope":                "okta_api_scopes in the app's block",
	"okta_app_oauth_redirect_uri":             "redirect_uris in the app's block",
	"okta_app_oauth_post_logout_redirect_uri": "post_logout_redirect_uris in the app's block",
	"okta_app_oauth_role_assignment":          "admin_role blocks in service_app",
	"okta_app_group_assignment":               "assigned_groups in the app's block",
	"okta_app_group_assignments":              "assigned_groups in the app's block",
	"okta_app_user":                           "assigned_users in the app's block",
	"okta_group_memberships":                  "members in group",
	"okta_user_group_memberships":             "members in group",
	"okta_group_role":                         "admin_role blocks in group",
	"okta_user_admin_roles":                   "admin_role blocks in user, or admin for a user that isn't declared here",
	"okta_admin_role_custom_assignments":      "an admin_role \"CUSTOM\" block in user, group, service_app or admin",
	"okta_admin_role_targets":                 "target_groups and target_apps in admin_role",
}

// insteadOf says what declares the same as a Terraform resource, or "".
func insteadOf(resource string) string {
	for _, k := range kinds.All() {
		if slices.ContainsFunc(k.TerraformTypes(resource), func(t schema.TerraformType) bool { return t.Part == "" && t.When[0] == "" }) {
			return k.Name
		}
	}
	return terraformResources[resource]
}

var quotedName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"(\w+)"`) })

// fromTerraform adds to the diagnostics about Terraform's blocks what to write instead.
func fromTerraform(body hcl.Body, diags hcl.Diagnostics) {
	for _, d := range diags {
		if d.Summary != "Unsupported block type" && d.Summary != "Extraneous JSON object property" {
			continue
		}
		m := quotedName().FindStringSubmatch(d.Detail)
		if m == nil {
			continue
		}
		if instead, ok := terraformBlocks[m[1]]; ok {
			d.Detail = instead
		}
		if m[1] == "resource" {
			d.Detail = insteadOfResource(body, d.Subject)
		}
	}
}

// insteadOfResource names the kind for the resource at that position.
func insteadOfResource(body hcl.Body, at *hcl.Range) string {
	name := "reporter"
	if native, ok := body.(*hclsyntax.Body); ok && at != nil {
		for _, block := range native.Blocks {
			if block.TypeRange != *at || len(block.Labels) == 0 {
				continue
			}
			if instead := insteadOf(block.Labels[0]); instead != "" {
				return fmt.Sprintf("Blocks have no keyword resource here: for Terraform's %s, write %s.", block.Labels[0], instead)
			}
			if len(block.Labels) > 1 {
				name = block.Labels[1]
			}
		}
	}
	return fmt.Sprintf("Blocks have no keyword resource here: a block begins with the kind of object, for example service_app %q { ... }. oktaform schema shows all kinds.", name)
}

// terraformReference says what to refer to instead of a Terraform name.
func terraformReference(root string) string {
	switch root {
	case "terraform":
		return "There are no workspaces and no backends: use a variable for the differences between environments (--var-file dev.tfvars)."
	case "self":
		return "self doesn't exist here: a block can refer only to other blocks. Put a value that is used twice into a local value."
	case "ephemeral":
		return "There are no ephemeral values: use a variable with sensitive = true."
	case "provider":
		return terraformBlocks["provider"]
	}
	if instead := insteadOf(root); instead != "" {
		return fmt.Sprintf("For Terraform's %s, write %s here.", root, instead)
	}
	return ""
}
