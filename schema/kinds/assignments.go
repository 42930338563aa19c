package kinds

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// assignedGroup describes one of an app's groups (PUT /api/v1/apps/{appId}/groups/{groupId}).
func assignedGroup() schema.Block {
	return schema.Block{
		Type: "assigned_group", Key: []string{"group"}, Of: "assigned_groups", Unmanaged: true,
		Align: alignDetails, Declarable: withoutFilled,
		Doc: "A group whose members may use the app, with settings of the assignment. List groups without settings in assigned_groups; the blocks add to that list.",
		Attrs: []schema.Attr{
			{Name: "group", Type: schema.Ref, Required: true, Refs: []string{kindGroup}, Doc: "The group."},
			{Name: "priority", Type: cty.Number, Unmanaged: true, Doc: "For members of several assigned groups, the profile of the group with the lowest number applies, from 0 on. Omitted: not managed."},
			{Name: "profile", Type: cty.String, JSON: true, Unmanaged: true, Doc: "The app's profile for members of the group. Attributes that it doesn't name aren't managed."},
		},
	}
}

// assignedUser describes one of an app's users (POST /api/v1/apps/{appId}/users).
func assignedUser() schema.Block {
	return schema.Block{
		Type: "assigned_user", Key: []string{"user"}, Of: "assigned_users", Unmanaged: true,
		Align: alignDetails, Declarable: withoutFilled,
		Doc: "A user who may use the app directly, with settings of the assignment. List users without settings in assigned_users; the blocks add to that list.",
		Attrs: []schema.Attr{
			{Name: "user", Type: schema.Ref, Required: true, Refs: []string{kindUser}, Doc: "The user."},
			{Name: "user_name", Type: cty.String, Unmanaged: true, Doc: "The user name in the app. Omitted: not managed."},
			{Name: "profile", Type: cty.String, JSON: true, Unmanaged: true, Doc: "The user's profile in the app. Attributes that it doesn't name aren't managed."},
		},
	}
}

// alignDetails keeps the blocks of before that after also has, with the profile properties that
// after names: the rest is unmanaged.
func alignDetails(b *schema.Block, before, after schema.Value) (cty.Value, cty.Value) {
	are, should := before.GetAttr(b.Type), after.GetAttr(b.Type)
	if should.IsNull() || !should.IsKnown() {
		return are, should
	}
	var out []cty.Value
	for _, have := range schema.Elements(are) {
		for _, want := range schema.Elements(should) {
			if b.KeyOf(have) == b.KeyOf(want) {
				attrs := have.AsValueMap()
				attrs["profile"] = schema.SameMembers(attrs["profile"], want.GetAttr("profile"))
				out = append(out, cty.ObjectVal(attrs))
			}
		}
	}
	return b.ListOf(out), should
}

// assignmentBlocks checks the rules for assigned_group and assigned_user blocks.
func (c *appChecker) assignmentBlocks() {
	for _, typ := range []string{"assigned_group", "assigned_user"} {
		b := c.kind.Block(typ)
		if b == nil {
			continue
		}
		seen := map[string]bool{}
		for i, block := range schema.Elements(c.given(typ)) {
			add := func(attr, summary, format string, args ...any) {
				c.problems = append(c.problems, schema.Problem{Block: typ, Index: i, Attr: attr, Summary: summary, Detail: fmt.Sprintf(format, args...)})
			}
			key := b.KeyOf(block)
			if key != "" && seen[key] {
				add(b.Key[0], "Duplicate assignment", "Two %s blocks assign the same %s; merge them.", typ, b.Key[0])
			}
			seen[key] = true
			if c.effective("implicit_assignment").RawEquals(cty.True) {
				add("", "Assignments to an app for everybody", "With implicit_assignment everybody may use the app, and Okta refuses assignments: remove the block, or set implicit_assignment = false.")
			}
			if !block.Type().HasAttribute("priority") || block.GetAttr("priority").IsNull() || !block.GetAttr("priority").IsKnown() {
				continue
			}
			if n, accuracy := block.GetAttr("priority").AsBigFloat().Int64(); accuracy != 0 || n < 0 {
				add("priority", "Invalid priority", "The priority of a group must be a whole number from 0 on.")
			}
		}
	}
}

// withoutFilled removes from assignments what Okta fills in itself: a user's profile in the app,
// which is copied from the user's own, a user name that is the login, and the priority of a group
// that has no other details.
func withoutFilled(b *schema.Block, app schema.Value) cty.Value {
	target := b.Attr(b.Key[0])
	person := target.Refs[0] == kindUser
	list := schema.Elements(app.GetAttr(b.Type))
	for i, block := range list {
		changed := schema.Values{"profile": filledProfile(block.GetAttr("profile"))}
		switch {
		case person:
			changed["profile"] = cty.NullVal(cty.String)
			name := schema.Text(block.GetAttr(target.Name).GetAttr("name"))
			if schema.Text(block.GetAttr("user_name")) == name || schema.Text(app.GetAttr("user_name_template")) != schema.Text(app.Kind().Attr("user_name_template").Default) {
				changed["user_name"] = cty.NullVal(cty.String)
			}
		case changed["profile"].IsNull():
			changed["priority"] = cty.NullVal(cty.Number)
		}
		list[i] = schema.Rebuilt(block, changed)
	}
	return b.ListOf(list)
}

// filledProfile is a profile without what is null in it; null where nothing is left.
func filledProfile(profile cty.Value) cty.Value {
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(schema.Text(profile)), &members) != nil {
		return cty.NullVal(cty.String)
	}
	maps.DeleteFunc(members, func(_ string, v json.RawMessage) bool { return string(v) == "null" })
	if len(members) == 0 {
		return cty.NullVal(cty.String)
	}
	raw, err := json.Marshal(members)
	if err != nil {
		return profile
	}
	return cty.StringVal(string(raw))
}
