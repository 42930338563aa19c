package sandbox

import (
	"encoding/json"
	"testing"
)

// TestUniqueAttributes: a unique attribute shows UNIQUE_VALIDATED and no two users or groups get
// the same value; an attribute whose values repeat does not become unique.
func TestUniqueAttributes(t *testing.T) {
	o := newTestOrg(t)
	users, groups := 0, 0
	for kind, create := range map[string]func(badge string) *answer{
		"user": func(badge string) *answer {
			users++
			sent := person(string(rune('a'+users)) + "." + testLogin)
			sent["profile"].(doc)["badge"] = badge
			return o.call("POST", "/api/v1/users", sent)
		},
		"group": func(badge string) *answer {
			groups++
			return o.call("POST", "/api/v1/groups", doc{"profile": doc{"name": string(rune('a' + groups)), "badge": badge}})
		},
	} {
		schema := func(unique any) any {
			got := o.admin("POST", "/api/v1/meta/schemas/"+kind+"/default", doc{"definitions": doc{"custom": doc{"properties": doc{
				"badge": doc{"title": "Badge", "type": "string", "unique": unique}}}}})
			return got.at("definitions.custom.properties.badge.unique")
		}
		if got := schema(true); got != "UNIQUE_VALIDATED" {
			t.Errorf("%s: unique is %v", kind, got)
		}
		if got := create("7"); got.status != 200 {
			t.Fatalf("%s: %d %s", kind, got.status, got.body)
		}
		o.refuses(create("7"), 400, "E0000001", "badge")
		if got := schema(false); got != nil {
			t.Errorf("%s: unique is %v", kind, got)
		}
		if got := create("7"); got.status != 200 {
			t.Errorf("%s: not unique any longer: %d %s", kind, got.status, got.body)
		}
		if got := schema("UNIQUE_VALIDATED"); got != nil {
			t.Errorf("%s: repeated values: unique is %v", kind, got)
		}
	}
}

// TestSchemaMembers: both schemas list required attributes, and that of groups shows what is the
// source of an attribute.
func TestSchemaMembers(t *testing.T) {
	o := newTestOrg(t)
	for _, test := range []struct{ kind, sent, path, want string }{
		{"group", `{"title":"Size","type":"string"}`, "custom.properties.size.master", `{"type":"PROFILE_MASTER"}`},
		{"group", `{"title":"Size","type":"string","required":true,"master":{"type":"OKTA"}}`, "custom.properties.size.master", `{"type":"OKTA"}`},
		{"group", `{"title":"Size","type":"string","required":true}`, "custom.required", `["size"]`},
		{"group", `{"title":"Size","type":"string"}`, "custom.required", `[]`},
		{"group", "null", "custom.properties", `{}`},
		{"group", "null", "base.properties.name.master", `{"type":"PROFILE_MASTER"}`},
		{"group", "null", "base.properties.name.permissions", `[{"action":"READ_WRITE","principal":"SELF"}]`},
		{"group", "null", "base.properties.description.description", `"Description"`},
		{"user", `{"title":"Size","type":"string","required":true,"master":{"type":"PROFILE_MASTER"}}`, "custom.properties.size.master", "null"},
		{"user", `{"title":"Size","type":"string","required":true}`, "custom.required", `["size"]`},
	} {
		got := o.admin("POST", "/api/v1/meta/schemas/"+test.kind+"/default", doc{"definitions": doc{"custom": doc{"properties": doc{
			"size": json.RawMessage(test.sent)}}}})
		if text, _ := json.Marshal(got.at("definitions." + test.path)); string(text) != test.want {
			t.Errorf("%s %s: %s is %s, want %s", test.kind, test.sent, test.path, text, test.want)
		}
	}
	if err := o.server.SetSettings(Settings{Features: []Feature{AttributeSources}}); err != nil {
		t.Fatal(err)
	}
	definitions := o.admin("GET", "/api/v1/meta/schemas/user/default", nil)
	for _, attribute := range []string{"base.properties.login", "custom.properties.size"} {
		if got := definitions.at("definitions." + attribute + ".master.type"); got != "PROFILE_MASTER" {
			t.Errorf("%s has the source %v", attribute, got)
		}
	}
}
