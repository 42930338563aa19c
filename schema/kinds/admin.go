package kinds

import (
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

const kindAdmin = "admin"

// admin is the admin roles of a user or group that is not declared. The principal itself is not
// created, deleted or marked: the block only declares its roles.
func admin() *schema.Kind {
	return &schema.Kind{
		Name: kindAdmin, Title: "admin", Label: "principal", Unique: true, Mark: schema.MarkNone, OnExisting: true,
		Terraform: append(terraformUserRoles(), terraformGroupRoles()...),
		Doc:       "The admin roles of a user or group that isn't managed here: exactly the declared ones. A user, group or service_app that is declared here contains its own admin_role blocks.",
		Attrs: []schema.Attr{
			{Name: kindUser, Type: schema.Ref, Local: true, Refs: []string{kindUser}, OrName: true,
				Doc: "The user: the login, or a data source. Either user or group."},
			{Name: kindGroup, Type: schema.Ref, Local: true, Refs: []string{kindGroup}, OrName: true,
				Doc: "The group: its name, or a data source. Either user or group."},
			{Name: "principal", Type: cty.String, Path: "principal", Computed: true, Hidden: true, Derive: principalOf,
				Doc: "The principal of these roles in words: user ada@example.com."},
		},
		Blocks: []schema.Block{adminRole()},
		Check:  checkAdmin,
	}
}

// PrincipalKinds returns the kinds of objects that an admin block can name.
func PrincipalKinds() []string { return []string{kindUser, kindGroup} }

// Principal returns the text that names an admin's principal: the kind and the name.
func Principal(kind, name string) string { return kind + " " + name }

// PrincipalKind returns the kind in a text of Principal, or nil.
func PrincipalKind(principal string) *schema.Kind {
	kind, _, _ := strings.Cut(principal, " ")
	return Named(kind)
}

// principalOf returns the declared principal; null if there is not exactly one.
func principalOf(local map[string]cty.Value) cty.Value {
	found := cty.NullVal(cty.String)
	for _, kind := range PrincipalKinds() {
		ref, ok := local[kind]
		if !ok || ref.IsNull() {
			continue
		}
		if !found.IsNull() {
			return cty.NullVal(cty.String)
		}
		found = cty.UnknownVal(cty.String).RefineNotNull()
		if ref, _ = ref.UnmarkDeep(); ref.IsKnown() && schema.Text(ref.GetAttr("name")) != "" {
			found = cty.StringVal(Principal(kind, schema.Text(ref.GetAttr("name"))))
		}
	}
	return found
}

func checkAdmin(v schema.Value) []schema.Problem {
	if v.GetAttr("principal").IsNull() {
		return []schema.Problem{{Summary: "Admin block without a principal",
			Detail: "An admin block must name one user or one group: user = \"ada@example.com\", or group = \"Help desk\"."}}
	}
	return checkRoles(v)
}
