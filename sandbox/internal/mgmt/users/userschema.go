package users

import (
	"iter"
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// UserSchemaKind describes the default user schema: its custom attributes decide which profile
// attributes a user can have.
func UserSchemaKind() kind.Kind {
	const path = " /api/v1/meta/schemas/user/{schemaId}"
	return kind.Kind{
		Name:   "userSchema",
		PartOf: []string{"org"},
		Routes: []web.Route{
			{Pattern: "GET" + path, Scope: "okta.schemas", Right: access.SchemasRead, Handle: getUserSchema},
			{Pattern: "POST" + path, Scope: "okta.schemas", Right: access.SchemasManage, Handle: updateUserSchema},
		},
		Eventless: "the sandbox logs none of its changes",
		Features:  []kind.FeatureField{{Feature: state.AttributeSources, Path: "definitions.custom.properties.master"}},
	}
}

// baseAttribute is an attribute of Okta's default user schema.
type baseAttribute struct {
	name, title string
	format      string // JSON Schema format; "" for none
	max         int    // characters; 0 for no limit of its own
	self        string // what the user themselves may do with it
}

func baseAttributes() []baseAttribute {
	return []baseAttribute{
		{"login", "Username", "", 100, "READ_ONLY"},
		{"firstName", "First name", "", 50, "READ_WRITE"},
		{"lastName", "Last name", "", 50, "READ_WRITE"},
		{"middleName", "Middle name", "", 0, "READ_ONLY"},
		{"honorificPrefix", "Honorific prefix", "", 0, "READ_ONLY"},
		{"honorificSuffix", "Honorific suffix", "", 0, "READ_ONLY"},
		{"email", "Primary email", "email", 0, "READ_WRITE"},
		{"title", "Title", "", 0, "READ_ONLY"},
		{"displayName", "Display name", "", 0, "READ_ONLY"},
		{"nickName", "Nickname", "", 0, "READ_ONLY"},
		{"profileUrl", "Profile Url", "uri", 0, "READ_ONLY"},
		{"secondEmail", "Secondary email", "email", 0, "READ_WRITE"},
		{"mobilePhone", "Mobile phone", "", 100, "READ_WRITE"},
		{"primaryPhone", "Primary phone", "", 100, "HIDE"},
		{"streetAddress", "Street address", "", 0, "HIDE"},
		{"city", "City", "", 0, "HIDE"},
		{"state", "State", "", 0, "HIDE"},
		{"zipCode", "Zip code", "", 0, "HIDE"},
		{"countryCode", "Country code", "country-code", 0, "HIDE"},
		{"postalAddress", "Postal Address", "", 0, "HIDE"},
		{"preferredLanguage", "Preferred language", "language-code", 0, "READ_ONLY"},
		{"locale", "Locale", "locale", 0, "READ_ONLY"},
		{"timezone", "Time zone", "timezone", 0, "READ_ONLY"},
		{"userType", "User type", "", 0, "READ_ONLY"},
		{"employeeNumber", "Employee number", "", 0, "READ_ONLY"},
		{"costCenter", "Cost center", "", 0, "READ_ONLY"},
		{"organization", "Organization", "", 0, "READ_ONLY"},
		{"division", "Division", "", 0, "READ_ONLY"},
		{"department", "Department", "", 0, "READ_ONLY"},
		{"managerId", "ManagerId", "", 0, "READ_ONLY"},
		{"manager", "Manager", "", 0, "READ_ONLY"},
	}
}

// requiredAttributes are those that every user must have.
func requiredAttributes() []string { return []string{"login", "firstName", "lastName", "email"} }

// isBaseAttribute reports whether each user schema has the attribute.
func isBaseAttribute(name string) bool {
	return slices.ContainsFunc(baseAttributes(), func(a baseAttribute) bool { return a.name == name })
}

func baseProperties() map[string]any {
	properties := map[string]any{}
	for i, attribute := range baseAttributes() {
		property := map[string]any{"title": attribute.title, "type": "string", "mutability": "READ_WRITE", "scope": "NONE",
			"permissions": []any{map[string]any{"principal": "SELF", "action": attribute.self}}}
		if attribute.format != "" {
			property["format"] = attribute.format
		}
		if attribute.max > 0 {
			property["maxLength"] = attribute.max
		}
		if i < 3 || attribute.name == "email" {
			property["required"] = true
		}
		switch attribute.name {
		case "login":
			property["minLength"] = 5
		case "firstName", "lastName":
			property["minLength"] = 1
		}
		properties[attribute.name] = property
	}
	return properties
}

// checkSchemaPath checks the path: the org has only the user type "default".
func checkSchemaPath(c *web.Call) error {
	if id := c.Path("schemaId"); id != "default" && id != c.Org.Self().UserSchema {
		return web.NotFound(id, "UserSchema")
	}
	return nil
}

func getUserSchema(c *web.Call) error {
	if err := checkSchemaPath(c); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, userSchemaView(c))
}

func userSchemaView(c *web.Call) map[string]any {
	info := c.Org.Self()
	custom, base := withSources(c, info.UserAttributes), withSources(c, baseProperties())
	link := func(relation, path string) map[string]any {
		return map[string]any{"rel": relation, "href": c.URL(path), "method": "GET"}
	}
	return map[string]any{
		"id": c.URL("/meta/schemas/user/default"), "$schema": "http://json-schema.org/draft-04/schema#",
		"name": "user", "title": "User", "description": "Okta user profile template with default permission settings",
		"created": state.Timestamp(info.Created), "lastUpdated": state.Timestamp(info.Created), "type": "object",
		"definitions": map[string]any{
			"custom": map[string]any{"id": "#custom", "type": "object", "properties": custom, "required": kind.RequiredAttributes(custom)},
			"base":   map[string]any{"id": "#base", "type": "object", "properties": base, "required": requiredAttributes()},
		},
		"properties": map[string]any{"profile": map[string]any{"allOf": []any{
			map[string]any{"$ref": "#/definitions/custom"}, map[string]any{"$ref": "#/definitions/base"}}}},
		"_links": map[string]any{
			"self": link("self", "/api/v1/meta/schemas/user/"+info.UserSchema),
			"type": link("type", "/api/v1/meta/types/user/"+info.UserType),
		},
	}
}

// withSources shows what the source of each attribute is, in an org that shows it of users.
func withSources(c *web.Call, attributes map[string]any) map[string]any {
	shown := map[string]any{}
	for name, attribute := range attributes {
		property := jsondoc.Filled(attribute.(map[string]any), map[string]any{"master": map[string]any{"type": "PROFILE_MASTER"}})
		if !slices.Contains(c.Features, state.AttributeSources) {
			delete(property, "master")
		}
		shown[name] = property
	}
	return shown
}

// userProfiles yields the profiles of all users but one.
func userProfiles(o *state.Org, own *state.User) iter.Seq[map[string]any] {
	return kind.ProfilesOf(o.Users.All(), own, func(u *state.User) map[string]any { return u.Profile })
}

// updateUserSchema adds, changes and (with null) removes custom attributes.
func updateUserSchema(c *web.Call) error {
	if err := checkSchemaPath(c); err != nil {
		return err
	}
	doc, err := c.Object()
	if err != nil {
		return err
	}
	info := c.Org.Self()
	before := info.UserAttributes
	if info.UserAttributes, err = kind.ChangedAttributes(before, doc, userProfiles(c.Org, nil)); err != nil {
		return err
	}
	c.Org.Info.Put("org", info)
	for _, name := range kind.RemovedAttributes(before, info.UserAttributes) {
		for id, u := range c.Org.Users.All() {
			if _, has := u.Profile[name]; has {
				delete(u.Profile, name)
				c.Org.Users.Put(id, u)
			}
		}
	}
	return c.JSON(http.StatusOK, userSchemaView(c))
}
