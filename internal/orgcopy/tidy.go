package orgcopy

import (
	"slices"

	"github.com/oktaform/oktaform/internal/okta"
)

// tidy removes references to objects that the copy lacks because the org did not show them. It
// sorts lists in the org's order.
func (r *reading) tidy() {
	c := r.copy
	c.CustomRoles = slices.DeleteFunc(c.CustomRoles, func(role map[string]any) bool {
		list, _ := role["permissions"].([]map[string]any)
		return len(list) == 0 // not told
	})
	known := map[string]bool{}
	for _, list := range c.lists() {
		for _, element := range *list {
			known[okta.Text(element, "id")] = true
		}
	}
	for _, g := range c.Groups {
		if members, _ := g["members"].([]string); len(members) > 0 {
			members = slices.DeleteFunc(members, func(id string) bool { return !known[id] })
			slices.Sort(members)
			g["members"] = members
		}
		members, _ := g["members"].([]string)
		if count, _ := g["membersLeftOut"].(int); count > len(members) {
			g["membersLeftOut"] = count - len(members)
		} else {
			delete(g, "membersLeftOut")
		}
	}
	c.GroupRules = slices.DeleteFunc(c.GroupRules, func(rule map[string]any) bool { return !r.fits(rule) })
	for _, a := range c.Apps {
		keep(a, "users", func(m map[string]any) bool { return known[okta.Text(m, "user")] })
		keep(a, "groups", func(m map[string]any) bool { return known[okta.Text(m, "group")] })
		if policy := okta.Text(a, "policy"); !known[policy] {
			delete(a, "policy")
		}
	}
	for _, list := range [][]map[string]any{c.Users, c.Groups, c.Apps} {
		for _, element := range list {
			keep(element, "roles", func(role map[string]any) bool {
				return role["type"] != "CUSTOM" || known[okta.Text(role, "role")] && known[okta.Text(role, "resourceSet")]
			})
		}
	}
	for _, user := range c.Users {
		roles, _ := user["roles"].([]map[string]any)
		if c.SuperAdmin == "" && user["status"] == "ACTIVE" && slices.ContainsFunc(roles, func(role map[string]any) bool { return role["type"] == "SUPER_ADMIN" }) {
			c.SuperAdmin = okta.Text(user, "profile", "login")
		}
	}
}

// fits reports whether the copy can contain a group rule, and removes its missing groups. Okta
// keeps a rule without groups as invalid.
func (r *reading) fits(rule map[string]any) bool {
	if rule["status"] == "INVALID" {
		return true
	}
	groups, _ := rule["groups"].([]string)
	groups = slices.DeleteFunc(groups, func(id string) bool {
		return !slices.ContainsFunc(r.copy.Groups, func(g map[string]any) bool { return g["id"] == id && g["type"] == nil && g["roles"] == nil })
	})
	if len(groups) == 0 {
		r.missing("the group rule "+okta.Text(rule, "name"), "it is for groups that are not in the copy, or to which the embedded org lets no rule assign users")
		return false
	}
	rule["groups"] = groups
	return true
}

// lists are the lists of the copy.
func (c *Copy) lists() []*[]map[string]any {
	return []*[]map[string]any{&c.Policies, &c.Users, &c.Groups, &c.GroupRules, &c.Apps, &c.CustomRoles, &c.ResourceSets, &c.Zones, &c.Origins}
}

// keep removes the elements of a list for which wanted returns false.
func keep(element map[string]any, list string, wanted func(map[string]any) bool) {
	all, _ := element[list].([]map[string]any)
	left := slices.DeleteFunc(all, func(one map[string]any) bool { return !wanted(one) })
	if delete(element, list); len(left) > 0 {
		element[list] = left
	}
}
