package schema

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// customRole is an admin role made of permissions (/api/v1/iam/roles).
func customRole() *Kind {
	return &Kind{
		Name: "custom_role", Title: "custom role", Label: "label", Unique: true, Mark: MarkDescription,
		Doc: "An admin role of your own, made of permissions. It is assigned with admin_role \"CUSTOM\", within a resource set.",
		Attrs: []Attr{
			{Name: "label", Type: cty.String, Path: "label", Required: true, Doc: "The role's name, unique in the org."},
			{Name: "description", Type: cty.String, Path: "description", Doc: "What the role is for."},
			{Name: "permissions", Type: cty.List(cty.String), Required: true, Unordered: true, Known: permissions,
				Doc: "The permissions, for example okta.users.read. Exactly these."},
		},
		Blocks: []Block{{
			Type: "condition", Label: "permission", Key: []string{"permission"}, Of: "permissions",
			Doc: "Limits one of the permissions to some attributes of users.",
			Attrs: []Attr{
				{Name: "permission", Type: cty.String, Required: true, Doc: "The permission."},
				{Name: "include", Type: cty.Map(cty.List(cty.String)), Doc: "What it is limited to, for example { \"okta:ResourceAttribute/User/Profile\" = [\"city\"] }."},
				{Name: "exclude", Type: cty.Map(cty.List(cty.String)), Doc: "What is taken out of it, in the same form."},
			},
		}},
		Canonical: canonicalPermissions,
		Check:     checkCustomRole,
	}
}

func checkCustomRole(v Value) []Problem {
	var problems []Problem
	permissions := v.GetAttr("permissions")
	if permissions.IsKnown() && !permissions.IsNull() && permissions.LengthInt() == 0 {
		problems = append(problems, Problem{Attr: "permissions", Summary: "Role without permissions", Detail: "A custom role has at least one permission."})
	}
	for i, condition := range Elements(v.GetAttr("condition")) {
		name := text(condition.GetAttr("permission"))
		if permissions.IsWhollyKnown() && !slices.Contains(texts(permissions), name) {
			problems = append(problems, Problem{Block: "condition", Index: i, Summary: "Condition on a permission that the role hasn't",
				Detail: "The label of a condition is one of the role's permissions; " + name + " isn't."})
		}
		if include, exclude := condition.GetAttr("include"), condition.GetAttr("exclude"); include.IsNull() == exclude.IsNull() {
			problems = append(problems, Problem{Block: "condition", Index: i, Summary: "Condition without effect", Detail: "A condition has either include or exclude."})
		}
	}
	return problems
}

// resourceSet is what an assignment of a custom role is limited to
// (/api/v1/iam/resource-sets).
func resourceSet() *Kind {
	refs := func(name, kinds, doc string, more ...string) Attr {
		return Attr{Name: name, Type: cty.List(Ref), Default: cty.ListValEmpty(Ref), Unordered: true, Refs: append([]string{kinds}, more...), Doc: doc}
	}
	return &Kind{
		Name: "resource_set", Title: "resource set", Label: "label", Unique: true, Mark: MarkDescription,
		Doc: "What the assignment of a custom role is limited to. A permission on users needs users here, or users_of: a group alone gives nothing on its members.",
		Attrs: []Attr{
			{Name: "label", Type: cty.String, Path: "label", Required: true, Doc: "The set's name, unique in the org."},
			{Name: "description", Type: cty.String, Path: "description", Doc: "What the set is for."},
			refs("groups", "group", "These groups."),
			refs("users_of", "group", "The users of these groups."),
			refs("users", "user", "These users."),
			refs("apps", "web_app", "These apps.", appKinds()[1:]...),
			{Name: "all", Type: cty.List(cty.String), Default: cty.ListValEmpty(cty.String), Unordered: true, OneOf: allTypes(),
				Doc: "Everything of a type, also what is made later."},
			{Name: "all_apps_of", Type: cty.List(cty.String), Default: cty.ListValEmpty(cty.String), Unordered: true,
				Doc: "All apps made from these entries of Okta's catalog, for example salesforce, or oidc_client for OIDC apps; also what is made later."},
			{Name: "resources", Type: cty.List(cty.String), Default: cty.ListValEmpty(cty.String), Unordered: true,
				Doc: "Resources by Okta resource name (orn:okta:...), URL or path (/api/v1/authorizationServers/aus...), for what can't be written otherwise."},
		},
		Canonical: canonicalResources,
		Check:     checkResourceSet,
	}
}

func checkResourceSet(v Value) []Problem {
	for _, text := range texts(v.GetAttr("resources")) {
		if _, err := ParseResource(text); err != nil {
			return []Problem{{Attr: "resources", Summary: "Not a resource", Detail: err.Error() + "."}}
		}
	}
	for _, name := range ResourceAttrs() {
		if list := v.GetAttr(name); !list.IsKnown() || !list.IsNull() && list.LengthInt() > 0 {
			return nil
		}
	}
	return []Problem{{Summary: "Empty resource set", Detail: "A resource set holds at least one resource: groups, users_of, users, apps, all, all_apps_of or resources."}}
}
