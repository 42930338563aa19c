package groups

import (
	"iter"
	"net/http"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// GroupSchemaKind is the schema of all groups: its custom attributes decide which profile
// attributes a group may have.
func GroupSchemaKind() kind.Kind {
	const path = " /api/v1/meta/schemas/group/default"
	return kind.Kind{
		Name:   "groupSchema",
		PartOf: []string{"org"},
		Routes: []web.Route{
			{Pattern: "GET" + path, Scope: "okta.schemas", Right: access.SchemasRead, Handle: getGroupSchema},
			{Pattern: "POST" + path, Scope: "okta.schemas", Right: access.GroupSchemaManage, Handle: updateGroupSchema},
		},
		Eventless: "the sandbox logs none of its changes",
	}
}

// isBaseGroupAttribute reports whether each group schema has the attribute.
func isBaseGroupAttribute(name string) bool { return name == "name" || name == "description" }

func getGroupSchema(c *web.Call) error { return c.JSON(http.StatusOK, groupSchemaView(c)) }

func groupSchemaView(c *web.Call) map[string]any {
	info := c.Org.Self()
	master := map[string]any{"type": "PROFILE_MASTER"}
	custom := map[string]any{}
	for name, attribute := range info.GroupAttributes {
		custom[name] = jsondoc.Filled(attribute.(map[string]any), map[string]any{"master": master})
	}
	property := func(title string, max int) map[string]any {
		return map[string]any{"title": title, "description": title, "type": "string", "mutability": "READ_WRITE", "scope": "NONE", "maxLength": max,
			"permissions": []any{map[string]any{"principal": "SELF", "action": "READ_WRITE"}}, "master": master}
	}
	name := property("Name", 255)
	name["required"] = true
	return map[string]any{
		"id": c.URL("/meta/schemas/group/default"), "$schema": "http://json-schema.org/draft-04/schema#",
		"name": "group", "title": "Okta group", "description": "Okta group profile template",
		"created": state.Timestamp(info.Created), "lastUpdated": state.Timestamp(info.Created), "type": "object",
		"definitions": map[string]any{
			"custom": map[string]any{"id": "#custom", "type": "object", "properties": custom, "required": kind.RequiredAttributes(custom)},
			"base": map[string]any{"id": "#base", "type": "object", "required": []any{"name"},
				"properties": map[string]any{"name": name, "description": property("Description", 1024)}},
		},
		"properties": map[string]any{"profile": map[string]any{"allOf": []any{
			map[string]any{"$ref": "#/definitions/custom"}, map[string]any{"$ref": "#/definitions/base"}}}},
		"_links": map[string]any{"self": map[string]any{"rel": "self", "href": c.URL("/api/v1/meta/schemas/group/default"), "method": "GET"}},
	}
}

// groupProfiles yields the profiles of all groups but one.
func groupProfiles(o *state.Org, own *state.Group) iter.Seq[map[string]any] {
	return kind.ProfilesOf(o.Groups.All(), own, func(g *state.Group) map[string]any { return g.Profile })
}

// updateGroupSchema adds, changes and (with null) removes custom attributes.
func updateGroupSchema(c *web.Call) error {
	doc, err := c.Object()
	if err != nil {
		return err
	}
	info := c.Org.Self()
	before := info.GroupAttributes
	if info.GroupAttributes, err = kind.ChangedAttributes(before, doc, groupProfiles(c.Org, nil)); err != nil {
		return err
	}
	for _, name := range kind.RemovedAttributes(before, info.GroupAttributes) {
		for id, g := range c.Org.Groups.All() {
			if _, has := g.Profile[name]; has {
				delete(g.Profile, name)
				c.Org.Groups.Put(id, g)
			}
		}
	}
	c.Org.Info.Put("org", info)
	return c.JSON(http.StatusOK, groupSchemaView(c))
}
