package schema

import "github.com/zclconf/go-cty/cty"

const kindGroup = "group"

// group is a group of users created in Okta (type OKTA_GROUP).
func group() *Kind {
	return &Kind{
		Name: kindGroup, Title: "group", Label: "name", Unique: true, Mark: MarkDescription, MarkLimit: MaxDescription, SharesNames: true,
		Terraform: append(terraformGroupRoles(),
			TerraformType{Name: "okta_group", ID: "id", Rename: map[string]string{"custom_profile_attributes": "profile"}, Ignore: []string{"skip_users", "users"}},
			TerraformType{Name: "okta_group_memberships", ID: "group_id", Part: "members", Attrs: []string{"users"}, Rename: map[string]string{"users": "members"}, Ignore: []string{"track_all_users"}}),
		Doc: "A group of users.",
		Attrs: []Attr{
			{Name: "name", Type: cty.String, Path: "profile.name", Required: true, Doc: "The group's name, unique in the org, at most 255 characters."},
			{Name: "description", Type: cty.String, Path: "profile.description", Doc: "What the group is for. Together with the mark of the owner at most 1024 characters."},
			customProfile("group", reservedInGroups),
			{Name: "members", Type: cty.List(Ref), Unmanaged: true, Unordered: true, Refs: []string{kindUser},
				Doc: "The group's members. Omitted: not managed and not read. Present, also as []: exactly these."},
		},
		Blocks: []Block{adminRole()},
		Check:  checkGroup,
	}
}

// groupSource finds groups of any type.
func groupSource() *Kind {
	return dataSource(kindGroup, "group", "name", "profile.name", "The group's name, for example Everyone.",
		computedAttr("description", "profile.description", "What the group is for."),
		computedAttr("type", "type", "OKTA_GROUP, APP_GROUP (imported from an app) or BUILT_IN."))
}
