package review_test

import (
	"strings"
	"testing"
)

// TestLookupsAreNoSwitches: what Okta finds is spelled as the org has it, so that a right
// that depends on the spelling isn't known in a review. The same holds for what is left to
// the org.
func TestLookupsAreNoSwitches(t *testing.T) {
	bot := func(scopes string) string {
		return `
service_app "bot" {
  label           = "Bot"
  okta_api_scopes = ` + scopes + `

  public_key "bot-1" {
    private_key_file = "keys/bot.pem"
    generate         = true
  }

  admin_role "ORG_ADMIN" {}
}
`
	}
	const ignored = "group \"x\" {\n  name = \"Desk\"\n  lifecycle {\n    ignore_changes = [name, description]\n  }\n}\n"
	const people = "user \"ona\" {\n  login = \"ona@example.com\"\n  first_name = \"O\"\n  last_name = \"O\"\n}\n"
	for name, row := range map[string]struct{ more, condition, want string }{
		"the login of a user":        {"data \"user\" \"x\" {\n  login = \"ONA@example.com\"\n}\n", `data.user.x.login == "ONA@example.com"`, "high G34"},
		"by any other name":          {"data \"user\" \"x\" {\n  login = \"ONA@example.com\"\n}\n", `data.user.x.name == "ONA@example.com"`, "high G34"},
		"the id, which may be none":  {"data \"user\" \"x\" {\n  id = \"ONA@example.com\"\n}\n", `data.user.x.id == "ONA@example.com"`, "high G34"},
		"the name of a group":        {"data \"group\" \"x\" {\n  name = \"everyone\"\n}\n", `data.group.x.name == "everyone"`, "high G34"},
		"in a list":                  {"data \"group\" \"x\" {\n  name = \"everyone\"\n}\n", `contains(["everyone"], data.group.x.name)`, "high G34"},
		"as an object":               {"data \"group\" \"x\" {\n  name = \"everyone\"\n}\n", `jsonencode([data.group.x.name]) == "[\"everyone\"]"`, "high G34"},
		"of a function":              {"data \"group\" \"x\" {\n  name = \"everyone\"\n}\n", `startswith(data.group.x.name, "e")`, "high G34"},
		"the label of an app":        {"data \"app\" \"x\" {\n  label = \"portal\"\n}\n", `data.app.x.label == "portal"`, "high G34"},
		"the label of a custom role": {"data \"custom_role\" \"x\" {\n  label = \"desk\"\n}\n", `data.custom_role.x.label == "desk"`, "high G34"},
		"the label of a set":         {"data \"resource_set\" \"x\" {\n  label = \"desk\"\n}\n", `data.resource_set.x.label == "desk"`, "high G34"},
		"the name of a zone":         {"data \"network_zone\" \"x\" {\n  name = \"office\"\n}\n", `data.network_zone.x.name == "office"`, "high G34"},
		"an ignored name":            {ignored, `group.x.name == "Desk"`, "high G34"},
		"an ignored label":           {ignored, `group.x.description == null`, "high G34"},
		"an additive set":            {people + "group \"x\" {\n  name = \"Desk\"\n  members = [user.ona]\n  authoritative = { members = false }\n}\n", `length(group.x.members) == 1`, "high G34"},
		"somebody may have left":     {people + "data \"user\" \"y\" {\n  login = \"y@example.com\"\n}\ngroup \"x\" {\n  name = \"Desk\"\n  members = [user.ona, data.user.y]\n}\n", `length(group.x.members) == 2`, "high G34"},
		"an ignored status":          {strings.Replace(people, "}", "lifecycle {\n  ignore_changes = [status]\n}\n}", 1) + "group \"x\" {\n  name = \"Desk\"\n  members = [user.ona]\n}\n", `length(group.x.members) == 1`, "high G34"},
		"whoever is declared":        {people + "group \"x\" {\n  name = \"Desk\"\n  members = [user.ona]\n}\n", `length(group.x.members) == 1`, "risk: none"},
		"a declared name":            {"group \"x\" {\n  name = \"Desk\"\n}\n", `group.x.name == "Desk"`, "risk: none"},
	} {
		t.Run(name, func(t *testing.T) {
			before := row.more + bot(`["okta.users.read"]`)
			after := row.more + bot(row.condition+` ? ["okta.users.read"] : ["okta.users.manage"]`)
			if got := told(assess(t, before, after)); !strings.Contains(got, row.want) {
				t.Errorf("want %q in\n%s", row.want, got)
			}
		})
	}
	instances := func(condition string) string {
		return "data \"user\" \"x\" {\n  login = \"ONA@example.com\"\n}\nadmin \"y\" {\n  count = " + condition + "\n  user = \"y@example.com\"\n  admin_role \"SUPER_ADMIN\" {}\n}\n"
	}
	if got := told(assess(t, instances("0"), instances(`data.user.x.login == "ONA@example.com" ? 0 : 1`))); !strings.Contains(got, "high G34 admin.y") {
		t.Errorf("instances: %s", got)
	}
}

// TestWhoMayUseAnApp: administrators are known by whatever name a data source finds them,
// and whoever isn't known may be one.
func TestWhoMayUseAnApp(t *testing.T) {
	app := func(users, groups, more string) string {
		return `
web_app "portal" {
  label           = "Portal"
  redirect_uris   = ["https://portal.example.com/cb"]
  okta_api_scopes = ["okta.users.manage"]
  assigned_users  = ` + users + `
  assigned_groups = ` + groups + `
}
user "ada" {
  login      = "ada@example.com"
  email      = "ada.lovelace@example.com"
  first_name = "A"
  last_name  = "B"
}
user "bob" {
  login      = "bob@example.com"
  first_name = "B"
  last_name  = "B"
}
group "desk" {
  name    = "Desk"
  members = [user.ada]
  admin_role "HELP_DESK_ADMIN" {}
}
admin "oncall" {
  user = "ona@example.com"
  admin_role "READ_ONLY_ADMIN" {}
}
data "user" "oliver" {
  login = "oliver@example.com"
}
admin "oliver" {
  user = data.user.oliver
  admin_role "READ_ONLY_ADMIN" {}
}
` + more
	}
	staff := func(members string) string { return "group \"staff\" {\n  name = \"Staff\"\n  " + members + "\n}\n" }
	user := func(argument string) string { return "data \"user\" \"x\" {\n  " + argument + "\n}\n" }
	group := func(argument string) string { return "data \"group\" \"x\" {\n  " + argument + "\n}\n" }
	const none = `[]`
	const help = "medium G31 web_app.portal (assigned_users): gains what its scopes allow in the name of user.ada (HELP_DESK_ADMIN, through group.desk)"
	for name, row := range map[string]struct{ before, after, want, never string }{
		"an admin, declared":               {app(none, none, ""), app(`[user.ada]`, none, ""), help, ""},
		"an admin, by the login":           {app(none, none, user(`login = "ada@example.com"`)), app(`[data.user.x]`, none, user(`login = "ada@example.com"`)), help, ""},
		"in another case":                  {app(none, none, ""), app(`[data.user.x]`, none, user(`login = "ADA@Example.com"`)), help, ""},
		"by the e-mail address":            {app(none, none, ""), app(`[data.user.x]`, none, user(`login = "ada.lovelace@example.com"`)), help, ""},
		"by the part before the @":         {app(none, none, ""), app(`[data.user.x]`, none, user(`login = "ada"`)), help, ""},
		"by the login as an id":            {app(none, none, ""), app(`[data.user.x]`, none, user(`id = "ada@example.com"`)), help, ""},
		"of an admin block":                {app(none, none, ""), app(`[data.user.x]`, none, user(`login = "ONA@example.com"`)), "in the name of admin.oncall (READ_ONLY_ADMIN)", ""},
		"of an admin block's data source":  {app(none, none, ""), app(`[data.user.x]`, none, user(`login = "oliver@example.com"`)), "in the name of admin.oliver (READ_ONLY_ADMIN)", ""},
		"the same data source":             {app(none, none, ""), app(`[data.user.oliver]`, none, ""), "in the name of admin.oliver (READ_ONLY_ADMIN)", ""},
		"the group of admins, by its name": {app(none, none, ""), app(none, `[data.group.x]`, group(`name = "desk"`)), "in the name of group.desk (HELP_DESK_ADMIN)", ""},
		"an admin joins the group":         {app(none, `[group.staff]`, staff(`members = []`)), app(none, `[group.staff]`, staff(`members = [data.user.x]`)+user(`login = "ona@example.com"`)), "in the name of admin.oncall", ""},
		"somebody, by an id":               {app(none, none, ""), app(`[data.user.x]`, none, user(`id = "00u1"`)), "low G31 web_app.portal (assigned_users): may be used by data.user.x (00u1), of whose own rights nothing is known here", ""},
		"somebody, by the login":           {app(none, none, ""), app(`[data.user.x]`, none, user(`login = "ceo@example.com"`)), "may be used by data.user.x (ceo@example.com)", ""},
		"some group, by an id":             {app(none, none, ""), app(none, `[data.group.x]`, group(`id = "00g1"`)), "may be used by data.group.x (00g1)", ""},
		"some group, by its name":          {app(none, none, ""), app(none, `[data.group.x]`, group(`name = "Contractors"`)), "may be used by data.group.x (Contractors)", ""},
		"a group of everybody":             {app(none, none, ""), app(none, `[data.group.x]`, group(`name = "everyone"`)), "medium G24 web_app.portal", ""},
		"a new group of any members":       {app(none, none, ""), app(none, `[group.staff]`, staff("")), "may be used by members of group.staff that aren't declared", ""},
		"members are left out":             {app(none, `[group.staff]`, staff(`members = []`)), app(none, `[group.staff]`, staff("")), "may be used by members of group.staff that aren't declared", ""},
		"members are left to others":       {app(none, `[group.staff]`, staff(`members = [user.bob]`)), app(none, `[group.staff]`, staff("")), "may be used by members of group.staff that aren't declared", ""},
		"somebody joins the group":         {app(none, `[group.staff]`, staff(`members = []`)), app(none, `[group.staff]`, staff(`members = [data.user.x]`)+user(`login = "ceo@example.com"`)), "may be used by data.user.x (ceo@example.com)", ""},
		"the same person by another name":  {app(none, none, user(`login = "ceo@example.com"`)), app(none, none, user(`login = "ceo@example.com"`)), "risk: none", "G31"},
		"somebody without admin roles":     {app(none, none, ""), app(`[user.bob]`, none, ""), "low G64 web_app.portal (assigned_users): may be used by user.bob", "G31"},
		"users who aren't known":           {app(none, none, user(`login = "x@example.com"`)), app(`data.user.x.status == "ACTIVE" ? [] : [user.ada]`, none, user(`login = "x@example.com"`)), "high G34 web_app.portal (assigned_users): who may use it: assigned_users aren't known here", ""},
		"groups that aren't known":         {app(none, none, user(`login = "x@example.com"`)), app(none, `data.user.x.status == "ACTIVE" ? [] : [group.desk]`, user(`login = "x@example.com"`)), "high G34 web_app.portal (assigned_users): who may use it: assigned_groups aren't known here", ""},
		"members who aren't known":         {app(none, `[group.staff]`, staff(`members = []`)+user(`login = "x@example.com"`)), app(none, `[group.staff]`, staff(`members = data.user.x.status == "ACTIVE" ? [] : [user.bob]`)+user(`login = "x@example.com"`)), "high G34 web_app.portal (assigned_users): who may use it: members of group.staff aren't known here", ""},
		"nobody new":                       {app(`[data.user.x]`, none, user(`login = "ceo@example.com"`)), app(`[data.user.x]`, none, user(`login = "ceo@example.com"`)), "risk: none", "G31"},
		"somebody leaves":                  {app(`[data.user.x]`, none, user(`login = "ceo@example.com"`)), app(none, none, user(`login = "ceo@example.com"`)), "risk: none", "G31"},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(assess(t, row.before, row.after))
			if !strings.Contains(got, row.want) || row.never != "" && strings.Contains(got, row.never) {
				t.Errorf("want %q and not %q in\n%s", row.want, row.never, got)
			}
		})
	}
}

// TestLookupsAreDeclared: what a data source finds may be declared here, with its rights.
func TestLookupsAreDeclared(t *testing.T) {
	base := func(more string) string {
		return `
user "ada" {
  login      = "ada@example.com"
  first_name = "A"
  last_name  = "B"
}
custom_role "desk" {
  label       = "Desk"
  permissions = ["okta.users.manage"]
}
resource_set "all" {
  label = "All"
  all   = ["users"]
}
admin "ona" {
  user = "ona@example.com"
  admin_role "READ_ONLY_ADMIN" {}
}
` + more
	}
	admins := func(members string) string {
		return "group \"admins\" {\n  name = \"Admins\"\n  members = " + members + "\n  admin_role \"ORG_ADMIN\" {}\n}\n"
	}
	data := func(kind, name, argument string) string {
		return "data \"" + kind + "\" \"" + name + "\" {\n  " + argument + "\n}\n"
	}
	desk := func(role, set string) string {
		return "admin \"desk\" {\n  group = \"Help desk\"\n  admin_role \"CUSTOM\" {\n    role = " + role + "\n    resource_set = " + set + "\n  }\n}\n"
	}
	for name, row := range map[string]struct{ before, after, want string }{
		"a member who is declared":    {base(admins(`[]`)), base(admins(`[data.user.x]`) + data("user", "x", `login = "ADA@example.com"`)), "high G32 user.ada"},
		"a member of an admin block":  {base(admins(`[]`)), base(admins(`[data.user.x]`) + data("user", "x", `login = "ONA@example.com"`)), "high G32 admin.ona"},
		"a role and a set, by labels": {base(""), base(desk("data.custom_role.x", "data.resource_set.x") + data("custom_role", "x", `label = "desk"`) + data("resource_set", "x", `label = "ALL"`)), "high G32 admin.desk"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := told(assess(t, row.before, row.after)); !strings.Contains(got, row.want) {
				t.Errorf("want %q in\n%s", row.want, got)
			}
		})
	}
}
