package orgcopy

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
)

// schema copies the custom attributes of users and groups.
func (r *reading) schema(ctx context.Context) error {
	for of, member := range map[string]string{"user": "userAttributes", "group": "groupAttributes"} {
		if of == "user" && r.options.Anonymize {
			continue // such attributes of people are left out
		}
		var doc map[string]any
		if err := r.gap("attributes of "+of+"s", r.from.Get(ctx, "/api/v1/meta/schemas/"+of+"/default", &doc)); err != nil {
			return err
		}
		if custom := okta.Object(doc, "definitions", "custom", "properties"); len(custom) > 0 {
			r.copy.Org[member] = custom
		}
	}
	return nil
}

// users copies people: all of them, or those in the options.
func (r *reading) users(ctx context.Context) error {
	if r.options.IDs != nil {
		for _, id := range r.options.IDs {
			if !strings.HasPrefix(id, "00u") {
				continue
			}
			var doc map[string]any
			err := r.from.Get(ctx, "/api/v1/users/"+url.PathEscape(id), &doc)
			if okta.NotFound(err) {
				continue
			}
			if err := r.gap("the user "+id, err); err != nil {
				return err
			}
			r.user(doc)
		}
		return nil
	}
	for _, query := range []string{"limit=200", "limit=200&filter=" + url.QueryEscape(`status eq "DEPROVISIONED"`)} {
		docs, err := r.list(ctx, "users", "/api/v1/users", query)
		if err != nil {
			return err
		}
		for _, doc := range docs {
			r.user(doc)
		}
	}
	return nil
}

func (r *reading) user(doc map[string]any) {
	id := okta.Text(doc, "id")
	r.notice(doc, userFeatures)
	if id == "" || slices.ContainsFunc(r.copy.Users, func(u map[string]any) bool { return u["id"] == id }) {
		return
	}
	element := pick(doc, "id", "created", "lastUpdated", "status", "activated", "statusChanged", "lastLogin", "passwordChanged")
	profile, _ := doc["profile"].(map[string]any)
	element["profile"] = cleaned(withoutNulls(profile), true)
	// A user who has no password in the org has none in the copy.
	if password := r.options.Passwords[id]; password != "" && element["passwordChanged"] != nil {
		element["password"] = password
	}
	r.copy.Users = append(r.copy.Users, element)
	if typ := okta.Text(doc, "type", "id"); typ != "" && r.copy.Org["userType"] == nil {
		r.copy.Org["userType"] = typ
	}
	if okta.Text(doc, "status") != "DEPROVISIONED" {
		r.roles("user "+okta.Text(profile, "login"), element, "/api/v1/users/"+id+"/roles", "USER")
	}
	if r.options.IDs == nil {
		return
	}
	path := "/api/v1/users/" + id + "/groups"
	r.later(path, func(ctx context.Context) error { // of groups that are not read as a whole
		docs, err := r.list(ctx, "groups of "+id, path, "")
		for _, doc := range docs {
			r.join(okta.Text(doc, "id"), id)
		}
		return err
	})
}

// join makes a user a member of a group.
func (r *reading) join(group, user string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, g := range r.copy.Groups {
		members, _ := g["members"].([]string)
		if g["id"] == group && g["type"] != "BUILT_IN" && !slices.Contains(members, user) {
			g["members"] = append(members, user)
		}
	}
}

// groups copies groups with their members and admin roles.
func (r *reading) groups(ctx context.Context) error {
	docs, err := r.list(ctx, "groups", "/api/v1/groups", "limit=200")
	for _, doc := range docs {
		id, name := okta.Text(doc, "id"), okta.Text(doc, "profile", "name")
		r.notice(doc, groupFeatures)
		element := pick(doc, "id", "created", "lastUpdated", "lastMembershipUpdated")
		profile, _ := doc["profile"].(map[string]any)
		element["profile"] = cleaned(withoutNulls(profile), true)
		typ := okta.Text(doc, "type")
		if typ != "OKTA_GROUP" {
			element["type"] = typ
		}
		r.copy.Groups = append(r.copy.Groups, element)
		if !r.whole(id) {
			continue
		}
		r.roles("group "+name, element, "/api/v1/groups/"+id+"/roles", "GROUP")
		switch {
		case typ == "BUILT_IN":
			continue
		case r.options.IDs != nil:
			r.countMembers(id, name, element)
			continue
		}
		path := "/api/v1/groups/" + id + "/users"
		r.later(path, func(ctx context.Context) error {
			docs, err := r.list(ctx, "members of the group "+name, path, "limit=200")
			for _, doc := range docs {
				r.join(id, okta.Text(doc, "id"))
			}
			return err
		})
	}
	return err
}

// countMembers reads the number of members of a group, because the copy contains only some.
func (r *reading) countMembers(id, name string, element map[string]any) {
	path := "/api/v1/groups/" + id
	r.later(path, func(ctx context.Context) error {
		var doc map[string]any
		if err := r.from.Get(ctx, path+"?expand=stats", &doc); err != nil {
			return r.gap("the number of members of the group "+name, err)
		}
		if n, told := okta.Object(doc, "_embedded", "stats")["usersCount"].(json.Number); told {
			count, err := n.Int64()
			r.set(element, "membersLeftOut", int(count)) // tidy subtracts the members that the copy has
			return err
		}
		return nil
	})
}

// groupRules copies group rules, except those for groups that were deleted: Okta keeps them.
func (r *reading) groupRules(ctx context.Context) error {
	docs, err := r.from.List(ctx, "/api/v1/groups/rules", "limit=200")
	for _, doc := range docs {
		element := pick(doc, "id", "created", "lastUpdated", "name", "status")
		element["expression"] = okta.Text(doc, "conditions", "expression", "value")
		element["groups"] = texts(okta.Object(doc, "actions", "assignUserToGroups")["groupIds"])
		if excluded := texts(okta.Object(doc, "conditions", "people", "users")["exclude"]); len(excluded) > 0 {
			element["exclude"] = excluded
		}
		r.copy.GroupRules = append(r.copy.GroupRules, element)
	}
	return r.gap("group rules", r.orLacks("groupRules", err))
}

func withoutNulls(doc map[string]any) map[string]any {
	out := maps.Clone(doc)
	if out == nil {
		out = map[string]any{}
	}
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil })
	return out
}

// texts returns the strings in a list of a document.
func texts(list any) (all []string) {
	elements, _ := list.([]any)
	for _, element := range elements {
		if text, ok := element.(string); ok {
			all = append(all, text)
		}
	}
	return all
}
