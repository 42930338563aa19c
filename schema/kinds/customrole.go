package kinds

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

const kindCustomRole = "custom_role"

// customRole is an admin role consisting of permissions (/api/v1/iam/roles).
func customRole() *schema.Kind {
	return &schema.Kind{
		Name: kindCustomRole, Title: "custom role", Label: "label", Unique: true, Mark: schema.MarkDescription, MarkLimit: schema.MaxDescription, LendsRights: true,
		Terraform: []schema.TerraformType{{Name: "okta_admin_role_custom", ID: "id"}},
		Doc:       "A custom admin role, made of permissions. Assign it with admin_role \"CUSTOM\", within a resource set.",
		Attrs: []schema.Attr{
			{Name: "label", Type: cty.String, Path: "label", Required: true, Doc: "The role's name, unique in the org."},
			{Name: "description", Type: cty.String, Path: "description", Doc: "What the role is for."},
			{Name: "permissions", Type: cty.List(cty.String), Required: true, Unordered: true, Known: permissions,
				Doc: "The permissions, for example okta.users.read. Exactly these."},
		},
		Blocks: []schema.Block{{
			Type: "condition", Label: "permission", Key: []string{"permission"}, Of: "permissions",
			Doc: "Limits one of the permissions to some attributes of users.",
			Attrs: []schema.Attr{
				{Name: "permission", Type: cty.String, Required: true, Doc: "The permission."},
				{Name: "include", Type: cty.Map(cty.List(cty.String)), Doc: "The included values, for example {  \"okta:ResourceAttribute/User/Profile\" = [\"city\"] }."},
				{Name: "exclude", Type: cty.Map(cty.List(cty.String)), Doc: "The excluded values, in the same form."},
			},
		}},
		Canonical: canonicalPermissions,
		Check:     checkCustomRole,
	}
}

func checkCustomRole(v schema.Value) []schema.Problem {
	var problems []schema.Problem
	permissions := v.GetAttr("permissions")
	if permissions.IsKnown() && !permissions.IsNull() && permissions.LengthInt() == 0 {
		problems = append(problems, schema.Problem{Attr: "permissions", Summary: "Role without permissions", Detail: "A custom role needs at least one permission."})
	}
	for i, condition := range schema.Elements(v.GetAttr("condition")) {
		name := schema.Text(condition.GetAttr("permission"))
		if permissions.IsWhollyKnown() && !slices.Contains(schema.Texts(permissions), name) {
			problems = append(problems, schema.Problem{Block: "condition", Index: i, Summary: "Condition on a permission outside the role",
				Detail: "The label of a condition must be one of the role's permissions; " + name + " isn't."})
		}
		if include, exclude := condition.GetAttr("include"), condition.GetAttr("exclude"); include.IsNull() == exclude.IsNull() {
			problems = append(problems, schema.Problem{Block: "condition", Index: i, Summary: "Condition without effect", Detail: "A condition needs either include or exclude."})
		}
	}
	return problems
}

func customRoleSource() *schema.Kind {
	return dataSource(kindCustomRole, "custom role", "label", "label", "The role's name.",
		computedAttr("description", "description", "What the role is for."))
}

// Permission returns the name under which a permission of a custom role is declared and compared:
// Okta lists okta.workflows.invoke also as okta.workflows.flows.invoke, whichever was assigned.
func Permission(name string) string {
	if verb, ok := strings.CutPrefix(name, "okta.workflows.flows."); ok {
		return "okta.workflows." + verb
	}
	return name
}

func canonicalPermissions(v schema.Value) schema.Values {
	list, marks := v.GetAttr("permissions").Unmark()
	synonym := func(p cty.Value) bool { return Permission(schema.Text(p)) != schema.Text(p) }
	if !slices.ContainsFunc(schema.Elements(list), synonym) {
		return nil
	}
	attrs := schema.Values{}
	elems := schema.Elements(list)
	for i, p := range elems {
		if synonym(p) {
			elems[i] = cty.StringVal(Permission(schema.Text(p)))
		}
	}
	attrs["permissions"] = cty.ListVal(elems).WithMarks(marks) // Normal sorts it and removes duplicates
	return attrs
}

// permissions returns the known permissions, synonyms included.
func permissions() []string {
	names := slices.Clone(catalog.Permissions())
	for _, name := range catalog.Permissions() {
		if verb, ok := strings.CutPrefix(name, "okta.workflows."); ok {
			names = append(names, "okta.workflows.flows."+verb)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
