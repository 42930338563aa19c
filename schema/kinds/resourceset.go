package kinds

import (
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

const kindResourceSet = "resource_set"

// resourceSet limits an assignment of a custom role (/api/v1/iam/resource-sets).
func resourceSet() *schema.Kind {
	refs := func(name, kinds, doc string, more ...string) schema.Attr {
		return schema.Attr{Name: name, Type: cty.List(schema.Ref), Default: cty.ListValEmpty(schema.Ref), Unordered: true, Refs: append([]string{kinds}, more...), Doc: doc}
	}
	return &schema.Kind{
		Name: kindResourceSet, Title: "resource set", Label: "label", Unique: true, Mark: schema.MarkDescription, MarkLimit: schema.MaxDescription, LendsRights: true,
		Terraform: []schema.TerraformType{{Name: "okta_resource_set", ID: "id", Rename: map[string]string{"resources_orn": "resources"}}},
		Doc:       "The resources to which the assignment of a custom role is limited. A permission on users needs users here, or users_of: a group alone doesn't include its members.",
		Attrs: []schema.Attr{
			{Name: "label", Type: cty.String, Path: "label", Required: true, Doc: "The set's name, unique in the org."},
			{Name: "description", Type: cty.String, Path: "description", Doc: "What the set is for."},
			refs("groups", kindGroup, "These groups."),
			refs("users_of", kindGroup, "The users of these groups."),
			refs("users", kindUser, "These users."),
			refs("apps", kindWebApp, "These apps.", appKinds()[1:]...),
			{Name: "all", Type: cty.List(cty.String), Default: cty.ListValEmpty(cty.String), Unordered: true, OneOf: allTypes(),
				Doc: "All resources of a type, including those created later."},
			{Name: "all_apps_of", Type: cty.List(cty.String), Default: cty.ListValEmpty(cty.String), Unordered: true,
				Doc: "All apps made from these entries of Okta's catalog, for example salesforce, or oidc_client for OIDC apps; including apps created later."},
			{Name: "resources", Type: cty.List(cty.String), Default: cty.ListValEmpty(cty.String), Unordered: true,
				Doc: "Other resources, by Okta resource name (orn:okta:...), URL or path (/api/v1/authorizationServers/aus...)."},
		},
		Canonical: canonicalResources,
		Unresolved: func(attr, id string) (into, text string) {
			return "resources", Resource{Attr: attr, Value: id}.Path()
		},
		Check: checkResourceSet,
	}
}

func checkResourceSet(v schema.Value) []schema.Problem {
	for _, text := range schema.Texts(v.GetAttr("resources")) {
		if _, err := ParseResource(text); err != nil {
			return []schema.Problem{{Attr: "resources", Summary: "Not a resource", Detail: err.Error() + "."}}
		}
	}
	for _, name := range ResourceAttrs() {
		if list := v.GetAttr(name); !list.IsKnown() || !list.IsNull() && list.LengthInt() > 0 {
			return nil
		}
	}
	return []schema.Problem{{Summary: "Empty resource set", Detail: "A resource set needs at least one resource: groups, users_of, users, apps, all, all_apps_of or resources."}}
}

func resourceSetSource() *schema.Kind {
	return dataSource(kindResourceSet, "resource set", "label", "label", "The set's name.",
		computedAttr("description", "description", "What the set is for."))
}
