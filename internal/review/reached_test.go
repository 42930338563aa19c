package review_test

import (
	"strings"
	"testing"
)

// TestMoreInReach: who is limited to some objects gains a right when these become more,
// whether the role, the resource set or the group names them.
func TestMoreInReach(t *testing.T) {
	user := func(name, roles string) string {
		return `
user "` + name + `" {
  login      = "` + name + `@example.com"
  first_name = "A"
  last_name  = "B"
  ` + roles + `
}
`
	}
	const (
		desk     = "admin \"desk\" {\n  group = \"Desk\"\n  admin_role \"HELP_DESK_ADMIN\" {\n    target_groups = [group.emea]\n  }\n}\n"
		orgAdmin = "admin \"desk\" {\n  group = \"Desk\"\n  admin_role \"USER_ADMIN\" {\n    target_groups = [group.emea]\n  }\n}\n"
		team     = "group \"desk\" {\n  name = \"Desk\"\n  admin_role \"HELP_DESK_ADMIN\" {\n    target_groups = [group.emea]\n  }\n}\n"
		custom   = `
custom_role "desk" {
  label       = "Desk"
  permissions = ["okta.users.credentials.resetPassword"]
}
resource_set "some" {
  label    = "Some"
  users_of = [group.emea]
}
admin "desk" {
  group = "Desk"
  admin_role "CUSTOM" {
    role         = custom_role.desk
    resource_set = resource_set.some
  }
}
`
		bot = `
service_app "bot" {
  label           = "Bot"
  okta_api_scopes = ["okta.users.read"]
  public_key "bot-1" {
    private_key_file = "keys/bot.pem"
    generate         = true
  }
  admin_role "HELP_DESK_ADMIN" {
    target_groups = [group.emea]
  }
}
`
	)
	emea := func(members string) string {
		return "variable \"more\" {\n  type = list(string)\n}\ngroup \"emea\" {\n  name = \"Emea\"\n  " + members + "\n}\n"
	}
	people := user("ona", "") + user("bob", "")
	apps := func(head, tail string) string {
		return head + tail + `
web_app "a" {
  label         = "A"
  redirect_uris = ["https://a.example.com/cb"]
}
web_app "b" {
  label         = "B"
  redirect_uris = ["https://b.example.com/cb"]
}
`
	}
	appAdmin := func(targets string) string {
		return "admin \"desk\" {\n  group = \"Desk\"\n  admin_role \"APP_ADMIN\" {\n    target_apps = " + targets + "\n  }\n}\n"
	}
	appSet := func(apps string) string {
		return `
custom_role "desk" {
  label       = "Desk"
  permissions = ["okta.apps.manage"]
}
resource_set "some" {
  label = "Some"
  apps  = ` + apps + `
}
admin "desk" {
  group = "Desk"
  admin_role "CUSTOM" {
    role         = custom_role.desk
    resource_set = resource_set.some
  }
}
`
	}
	for name, row := range map[string]struct{ before, after, want, never string }{
		"a member joins": {people + desk + emea(`members = [user.ona]`), people + desk + emea(`members = [user.ona, user.bob]`),
			"medium G44 admin.desk (admin_role): HELP_DESK_ADMIN covers the users of group.emea, and so user.bob: it may POST /api/v1/users/{id}/lifecycle/", "user.ona"},
		"of a user admin": {people + orgAdmin + emea(`members = []`), people + orgAdmin + emea(`members = [user.bob]`),
			"medium G44 admin.desk (admin_role): USER_ADMIN covers the users of group.emea, and so user.bob: it may ", ""},
		"of a group with the role": {people + team + emea(`members = []`), people + team + emea(`members = [user.bob]`),
			"medium G44 group.desk (admin_role): HELP_DESK_ADMIN covers the users of group.emea, and so user.bob", ""},
		"of a resource set": {people + custom + emea(`members = []`), people + custom + emea(`members = [user.bob]`),
			"medium G44 admin.desk (admin_role): custom_role.desk on resource_set.some covers the users of group.emea, and so user.bob: it may POST /api/v1/users/{id}/lifecycle/reset_password", ""},
		"of a service app that may only read": {people + bot + emea(`members = []`), people + bot + emea(`members = [user.bob]`),
			"low G44 service_app.bot (admin_role): HELP_DESK_ADMIN covers the users of group.emea, and so user.bob: it may GET ", ""},
		"an admin whom the role may manage joins": {people + user("eve", `admin_role "READ_ONLY_ADMIN" {}`) + desk + emea(`members = []`), people + user("eve", `admin_role "READ_ONLY_ADMIN" {}`) + desk + emea(`members = [user.eve]`),
			"high G44 admin.desk (admin_role): HELP_DESK_ADMIN covers the users of group.emea, and so user.eve, who is an admin: it may POST", ""},
		"a super admin joins, whom Okta protects": {people + user("eve", `admin_role "SUPER_ADMIN" {}`) + desk + emea(`members = []`), people + user("eve", `admin_role "SUPER_ADMIN" {}`) + desk + emea(`members = [user.eve]`),
			"low G44 admin.desk (admin_role): HELP_DESK_ADMIN covers the users of group.emea, and so user.eve, who is an admin: it may GET", ""},
		"a member becomes an admin": {user("eve", "") + desk + emea(`members = [user.eve]`), user("eve", `admin_role "READ_ONLY_ADMIN" {}`) + desk + emea(`members = [user.eve]`),
			"high G44 admin.desk (admin_role): HELP_DESK_ADMIN covers the users of group.emea, and so user.eve, who becomes an admin", ""},
		"members become unknown": {people + desk + emea(`members = [user.ona]`), people + desk + emea(`members = var.more`),
			"medium G44 admin.desk (admin_role): HELP_DESK_ADMIN covers the users of group.emea, and so members who aren't known here", ""},
		"somebody whom nobody declares joins": {people + desk + emea(`members = []`), people + "data \"user\" \"x\" {\n  login = \"x@example.com\"\n}\n" + desk + emea(`members = [data.user.x]`),
			"medium G44 admin.desk (admin_role): HELP_DESK_ADMIN covers the users of group.emea, and so data.user.x", ""},
		"many join": {emea(`members = []`) + desk, emea("members = [data.user.x[\"a\"], data.user.x[\"b\"], data.user.x[\"c\"], data.user.x[\"d\"], data.user.x[\"e\"]]") + desk + "data \"user\" \"x\" {\n  for_each = toset([\"a\", \"b\", \"c\", \"d\", \"e\"])\n  login = \"${each.key}@example.com\"\n}\n",
			`and so data.user.x["a"], data.user.x["b"], data.user.x["c"] and 2 others: it may`, ""},
		"a member leaves":   {people + desk + emea(`members = [user.ona, user.bob]`), people + desk + emea(`members = [user.ona]`), "risk: none", "G44"},
		"another group":     {people + desk + emea(`members = []`), people + desk + emea(`members = []`) + "group \"apac\" {\n  name = \"Apac\"\n  members = [user.bob]\n}\n", "risk: none", "G44"},
		"the role is new":   {people + emea(`members = []`), people + desk + emea(`members = [user.bob]`), "G31 admin.desk", "G44"},
		"an app of a role":  {apps(appAdmin(`[web_app.a]`), ""), apps(appAdmin(`[web_app.a, web_app.b]`), ""), "G31 admin.desk (admin_role): gains PUT /api/v1/apps/{appId}", ""},
		"an app of a set":   {apps(appSet(`[web_app.a]`), ""), apps(appSet(`[web_app.a, web_app.b]`), ""), "G31 admin.desk (admin_role): gains PUT /api/v1/apps/{appId}", ""},
		"a user of a set":   {people + strings.Replace(custom, "users_of = [group.emea]", "users = [user.ona]", 1), people + strings.Replace(custom, "users_of = [group.emea]", "users = [user.ona, user.bob]", 1), "G31 admin.desk (admin_role): gains POST /api/v1/users/{id}/lifecycle/reset_password", ""},
		"a group of a set":  {people + custom + emea(`members = []`) + "group \"apac\" {\n  name = \"Apac\"\n}\n", people + strings.Replace(custom, "[group.emea]", "[group.emea, group.apac]", 1) + emea(`members = []`) + "group \"apac\" {\n  name = \"Apac\"\n}\n", "G31 admin.desk (admin_role): gains POST /api/v1/users/{id}/lifecycle/reset_password", ""},
		"a group of a role": {desk + emea("") + "group \"apac\" {\n  name = \"Apac\"\n}\n", strings.Replace(desk, "[group.emea]", "[group.emea, group.apac]", 1) + emea("") + "group \"apac\" {\n  name = \"Apac\"\n}\n", "G31 admin.desk (admin_role): gains POST", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(assess(t, row.before, row.after))
			if !strings.Contains(got, row.want) || row.never != "" && strings.Contains(got, row.never) {
				t.Errorf("want %q and not %q in\n%s", row.want, row.never, got)
			}
		})
	}
}
