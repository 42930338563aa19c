package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/schema/kinds"
)

// attributesWithoutRow are the attributes that can't drift, with the reason.
var attributesWithoutRow = map[string]string{
	"user.login":            "users are matched by it",
	"user.password":         "it is never read; users.txtar changes it",
	"network_zone.type":     "Okta refuses to change it; networkzone.txtar replaces it",
	"user.password_version": "a moment, not a value of the org; users.txtar moves it on",
}

// appAttributesWithoutRow are those of every kind of app.
var appAttributesWithoutRow = map[string]string{
	"client_id":                 "Okta refuses to change it",
	"client_secret.secret":      "it is write-only; givensecret.txtar replaces it and sees the drift",
	"client_secret.secret_hash": "a pinned secret that is gone is an error of the plan; secrets.txtar shows it",
}

// excuse says why an attribute has no row; "" where it needs one.
func excuse(attr string) string {
	kind, name, _ := strings.Cut(attr, ".")
	if kinds.Named(kind).IsApp() && appAttributesWithoutRow[name] != "" {
		return appAttributesWithoutRow[name]
	}
	return attributesWithoutRow[attr]
}

// markOf is what stands at the end of a description.
func markOf(addr string) string { return "[oktaform test " + addr + "]" }

// others are objects that rows refer to.
const others = `
group "a" {
  name = "A"
}
group "b" {
  name = "B"
}
user "a" {
  login      = "a@example.com"
  first_name = "A"
  last_name  = "A"
  on_destroy = "delete"
}
user "b" {
  login      = "b@example.com"
  first_name = "B"
  last_name  = "B"
  on_destroy = "delete"
}
web_app "a" {
  label         = "A"
  redirect_uris = ["https://a.example.com/cb"]
}
web_app "b" {
  label         = "B"
  redirect_uris = ["https://b.example.com/cb"]
}
custom_role "a" {
  label       = "A"
  permissions = ["okta.users.read"]
}
custom_role "b" {
  label       = "B"
  permissions = ["okta.groups.read"]
}
resource_set "a" {
  label  = "A"
  groups = [group.a]
}
resource_set "b" {
  label  = "B"
  groups = [group.b]
}
`

func attributeRows() []attributeRow {
	rows := slices.Concat(directoryRows(), customRoleRows(), resourceSetRows(), networkZoneRows(), trustedOriginRows(), appRows())
	for _, p := range []struct{ kind, head, roles, first string }{
		{"service_app", appHead("service_app") + keyOf("k", ecKey, ""), "/oauth2/v1/clients/{service_app.x}/roles", ""},
		{"group", "group \"x\" {\n  name = \"X\"\n", "/api/v1/groups/{group.x}/roles", ""},
		{"user", userHead, "/api/v1/users/{user.x}/roles", ""},
		{"admin", "admin \"x\" {\n  group = \"Help desk\"\n", "/api/v1/groups/{admin.x}/roles", `POST /api/v1/groups {"profile":{"name":"Help desk"}}`},
	} {
		for _, row := range roleRows(p.kind, p.head, p.roles) {
			row.first = p.first
			rows = append(rows, row)
		}
	}
	return rows
}

const userHead = "user \"x\" {\n  login      = \"x@example.com\"\n  first_name = \"X\"\n  last_name  = \"Y\"\n  on_destroy = \"delete\"\n"

// attributeIn is the call that adds a custom attribute to a schema of the org.
func attributeIn(kind string) string {
	return "POST /api/v1/meta/schemas/" + kind + `/default {"definitions":{"custom":{"properties":{"badge":{"title":"Badge","type":"string"}}}}}`
}

func directoryRows() []attributeRow {
	group := "group \"x\" {\n  name        = \"X\"\n  description = \"Of X\"\n"
	return []attributeRow{
		{attr: "group.name", body: group + "}\n", drift: `EDIT /api/v1/groups/{group.x} {"profile":{"name":"Y"}}`},
		{attr: "group.description", body: group + "}\n", drift: `EDIT /api/v1/groups/{group.x} {"profile":{"description":"Of Y ` + markOf("group.x") + `"}}`},
		{attr: "group.profile", first: attributeIn("group"), body: group + "  profile = { badge = \"B-1\" }\n}\n", drift: `EDIT /api/v1/groups/{group.x} {"profile":{"badge":"B-2"}}`},
		{attr: "user.profile", first: attributeIn("user"), body: userHead + "  profile = { badge = \"B-1\" }\n}\n", drift: `POST /api/v1/users/{user.x} {"profile":{"badge":"B-2"}}`},
		{attr: "group.members", body: group + "  members = [user.a]\n}\n" + others,
			drift: "DELETE /api/v1/groups/{group.x}/users/{user.a}\nPUT /api/v1/groups/{group.x}/users/{user.b}"},
		{attr: "user.email", body: userHead + "}\n", drift: `POST /api/v1/users/{user.x} {"profile":{"email":"other@example.com"}}`},
		{attr: "user.first_name", body: userHead + "}\n", drift: `POST /api/v1/users/{user.x} {"profile":{"firstName":"Z"}}`},
		{attr: "user.last_name", body: userHead + "}\n", drift: `POST /api/v1/users/{user.x} {"profile":{"lastName":"Z"}}`},
		{attr: "user.status", body: userHead + "}\n", drift: "POST /api/v1/users/{user.x}/lifecycle/suspend"},
	}
}

func customRoleRows() []attributeRow {
	role := "custom_role \"x\" {\n  label       = \"X\"\n  description = \"Of X\"\n  permissions = [\"okta.users.read\"]\n%s}\n"
	condition := func(name string) string {
		return fmt.Sprintf(role, "  condition \"okta.users.read\" {\n    "+name+" = { \"okta:ResourceAttribute/User/Profile\" = [\"city\"] }\n  }\n")
	}
	const path = "/api/v1/iam/roles/{custom_role.x}"
	const users = path + "/permissions/okta.users.read"
	return []attributeRow{
		{attr: "custom_role.label", body: fmt.Sprintf(role, ""), drift: "PUT " + path + ` {"label":"Y","description":"Of X ` + markOf("custom_role.x") + `"}`},
		{attr: "custom_role.description", body: fmt.Sprintf(role, ""), drift: "PUT " + path + ` {"label":"X","description":"Of Y ` + markOf("custom_role.x") + `"}`},
		{attr: "custom_role.permissions", body: fmt.Sprintf(role, ""),
			drift: "POST " + path + "/permissions/okta.groups.read\nDELETE " + users},
		{attr: "custom_role.condition", body: fmt.Sprintf(role, ""), drift: "PUT " + users + ` {"conditions":{"include":{"okta:ResourceAttribute/User/Profile":["state"]}}}`},
		{attr: "custom_role.condition.include", body: condition("include"), drift: "PUT " + users + ` {"conditions":{"include":{"okta:ResourceAttribute/User/Profile":["state"]}}}`},
		{attr: "custom_role.condition.exclude", body: condition("exclude"), drift: "PUT " + users + ` {"conditions":{"exclude":{"okta:ResourceAttribute/User/Profile":["state"]}}}`},
	}
}

func resourceSetRows() []attributeRow {
	set := func(attrs string) string {
		return "resource_set \"x\" {\n  label       = \"X\"\n  description = \"Of X\"\n" + attrs + "}\n" + others
	}
	const path = "/api/v1/iam/resource-sets/{resource_set.x}"
	rows := []attributeRow{
		{attr: "resource_set.label", body: set("  all = [\"users\"]\n"), drift: "PUT " + path + ` {"label":"Y","description":"Of X ` + markOf("resource_set.x") + `"}`},
		{attr: "resource_set.description", body: set("  all = [\"users\"]\n"), drift: "PUT " + path + ` {"label":"X","description":"Of Y ` + markOf("resource_set.x") + `"}`},
	}
	for _, r := range []struct{ attr, value, added string }{
		{"groups", "[group.a]", "{org}/api/v1/groups/{group.b}"},
		{"users_of", "[group.a]", "{org}/api/v1/groups/{group.b}/users"},
		{"users", "[user.a]", "{org}/api/v1/users/{user.b}"},
		{"apps", "[web_app.a]", "{org}/api/v1/apps/{web_app.b}"},
		{"all", `["users", "authorization_servers", "customizations"]`, "{org}/api/v1/groups"},
		{"all_apps_of", `["oidc_client"]`, `{org}/api/v1/apps?filter=name+eq+\"bookmark\"`},
		{"resources", `["/api/v1/authorizationServers/aus1", "orn:okta:idp::policies:rst1"]`, "{org}/api/v1/authorizationServers/aus2"},
	} {
		rows = append(rows, attributeRow{attr: "resource_set." + r.attr, body: set("  " + r.attr + " = " + r.value + "\n"),
			drift: "PATCH " + path + `/resources {"additions":["` + r.added + `"]}`})
	}
	return rows
}

// roleRows are the rows of the admin_role blocks of a principal.
func roleRows(kind, head, roles string) []attributeRow {
	block := func(text string) string { return head + text + "}\n" + others }
	const apps, desk = "/IFIFAX2BIRGUSTQ", "/JBCUYUC7IRCVGS27IFCE2SKO"
	custom := "  admin_role \"CUSTOM\" {\n    role         = custom_role.a\n    resource_set = resource_set.a\n  }\n"
	at := kind + ".admin_role"
	return []attributeRow{
		{attr: at, body: block("  admin_role \"REPORT_ADMIN\" {}\n  admin_role \"ACCESS_REQUESTS_ADMIN\" {}\n"),
			drift: "POST " + roles + ` {"type":"READ_ONLY_ADMIN"}`},
		{attr: at + ".role", body: block(custom), drift: "POST " + roles + ` {"type":"CUSTOM","role":"{custom_role.b}","resource-set":"{resource_set.a}"}`},
		{attr: at + ".resource_set", body: block(custom), drift: "POST " + roles + ` {"type":"CUSTOM","role":"{custom_role.a}","resource-set":"{resource_set.b}"}`},
		{attr: at + ".target_groups", body: block("  admin_role \"HELP_DESK_ADMIN\" {\n    target_groups = [group.a]\n  }\n"),
			drift: "PUT " + roles + desk + "/targets/groups/{group.b}\nDELETE " + roles + desk + "/targets/groups/{group.a}"},
		{attr: at + ".target_apps " + at + ".target_catalog_apps", body: block("  admin_role \"APP_ADMIN\" {\n    target_apps = [web_app.a]\n  }\n"),
			drift: "PUT " + roles + apps + "/targets/catalog/apps/oidc_client"},
		{attr: at + ".target_catalog_apps", body: block("  admin_role \"APP_ADMIN\" {\n    target_catalog_apps = [\"oidc_client\"]\n  }\n"),
			drift: "DELETE " + roles + apps + "\nPOST " + roles + ` {"type":"APP_ADMIN"}`},
	}
}
