package kinds

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

const kindGroup = "group"

// group is a group of users created in Okta (type OKTA_GROUP).
func group() *schema.Kind {
	return &schema.Kind{
		Name: kindGroup, Title: "group", Label: "name", Unique: true, Mark: schema.MarkDescription, MarkLimit: schema.MaxDescription, SharesNames: true,
		Terraform: append(terraformGroupRoles(),
			schema.TerraformType{Name: "okta_group", ID: "id", Rename: map[string]string{"custom_profile_attributes": "profile"}, Ignore: []string{"skip_users", "users"}},
			schema.TerraformType{Name: "okta_group_memberships", ID: "group_id", Part: "members", Attrs: []string{"users"}, Rename: map[string]string{"users": "members"}, Ignore: []string{"track_all_users"}}),
		Doc: "A group of users.",
		Attrs: []schema.Attr{
			{Name: "name", Type: cty.String, Path: "profile.name", Required: true, Doc: "The group's name, unique in the org, at most 255 characters."},
			{Name: "description", Type: cty.String, Path: "profile.description", Doc: "What the group is for. Together with the mark of the owner at most 1024 characters."},
			customProfile("group", reservedInGroups),
			{Name: "members", Type: cty.List(schema.Ref), Unmanaged: true, Unordered: true, Refs: []string{kindUser},
				Doc: "The group's members. Omitted: not managed and not read. Present, also as []: exactly these."},
		},
		Blocks: []schema.Block{adminRole()},
		Check:  checkGroup,
	}
}

// groupSource finds groups of any type.
func groupSource() *schema.Kind {
	return dataSource(kindGroup, "group", "name", "profile.name", "The group's name, for example Everyone.",
		computedAttr("description", "profile.description", "What the group is for."),
		computedAttr("type", "type", "OKTA_GROUP, APP_GROUP (imported from an app) or BUILT_IN."))
}

// LeasePrefix begins the names of the groups that serve as leases.
const LeasePrefix = "oktaform lease "

func checkGroup(v schema.Value) []schema.Problem {
	problems := append(checkRoles(v), checkProfile(v)...)
	if name := v.GetAttr("name"); name.IsKnown() {
		if n := len([]rune(schema.Text(name))); n < 1 || n > 255 {
			problems = append(problems, schema.Problem{Attr: "name", Summary: "Invalid group name", Detail: "The name of a group must have 1 to 255 characters."})
		}
		if strings.HasPrefix(strings.ToLower(schema.Text(name)), LeasePrefix) {
			problems = append(problems, schema.Problem{Attr: "name", Summary: "Name of a lease",
				Detail: fmt.Sprintf("Groups whose names begin with %q are the leases of runs: a group of that name would block runs. Choose another name.", LeasePrefix)})
		}
	}
	return problems
}
