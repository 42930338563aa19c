package review_test

import (
	"strings"
	"testing"
)

// TestEveryoneUnnamed: a group that the files don't name may be Everyone.
func TestEveryoneUnnamed(t *testing.T) {
	const variable = "variable \"g\" {\n  type = string\n}\n"
	group := func(argument string) string { return variable + "data \"group\" \"x\" {\n  " + argument + "\n}\n" }
	app := func(groups string) string {
		return "web_app \"portal\" {\n  label = \"Portal\"\n  redirect_uris = [\"https://portal.example.com/cb\"]\n  assigned_groups = " + groups + "\n}\n"
	}
	admin := func(who string) string {
		return "admin \"desk\" {\n  group = " + who + "\n  admin_role \"REPORT_ADMIN\" {}\n}\n"
	}
	desk := func(target string) string {
		return "admin \"desk\" {\n  user = \"d@example.com\"\n  admin_role \"HELP_DESK_ADMIN\" {\n    target_groups = [" + target + "]\n  }\n}\n"
	}
	const byID, byName = `id = "00g1everyone"`, `name = "Staff"`
	const emea = "group \"emea\" {\n  name = \"Emea\"\n}\n"
	for name, row := range map[string]struct{ before, after, want string }{
		"assigned, by the id":          {group(byID) + app("[]"), group(byID) + app("[data.group.x]"), "medium G24 web_app.portal (assigned_groups): the app is assigned to data.group.x (00g1everyone), which may be Everyone"},
		"assigned, by an unknown name": {group("name = var.g") + app("[]"), group("name = var.g") + app("[data.group.x]"), "medium G24 web_app.portal"},
		"assigned, by an unknown id":   {group("id = var.g") + app("[]"), group("id = var.g") + app("[data.group.x]"), "medium G24 web_app.portal"},
		"the id of another group":      {group(byID) + app("[data.group.x]"), group(`id = "00g2"`) + app("[data.group.x]"), "medium G24 web_app.portal"},
		"a name becomes the id":        {group(byName) + app("[data.group.x]"), group(byID) + app("[data.group.x]"), "medium G24 web_app.portal"},
		"assigned, by another name":    {group(byName) + app("[]"), group(byName) + app("[data.group.x]"), "!G24"},
		"assigned before":              {group(byID) + app("[data.group.x]"), group(byID) + app("[data.group.x]"), "!G24"},
		"a declared group":             {emea + app("[]"), emea + app("[group.emea]"), "!G24"},
		"admins, by the id":            {group(byID), group(byID) + admin("data.group.x"), "high G32 admin.desk"},
		"admins, by an unknown name":   {group("name = var.g"), group("name = var.g") + admin("data.group.x"), "high G32 admin.desk"},
		"admins, by another name":      {group(byName), group(byName) + admin("data.group.x"), "!G32"},
		"a target, by the id":          {group(byID) + emea + desk("group.emea"), group(byID) + emea + desk("data.group.x"), "which may be Everyone"},
		"a target, by another name":    {group(byName) + emea + desk("group.emea"), group(byName) + emea + desk("data.group.x"), "!Everyone"},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(assess(t, row.before, row.after))
			if never, found := strings.CutPrefix(row.want, "!"); found && strings.Contains(got, never) || !found && !strings.Contains(got, row.want) {
				t.Errorf("want %q in\n%s", row.want, got)
			}
		})
	}
}

// TestAppsInReach: who is limited to the apps of an entry of the catalog may act upon each new one.
func TestAppsInReach(t *testing.T) {
	const app = "web_app \"a\" {\n  label = \"A\"\n  redirect_uris = [\"https://a.example.com/cb\"]\n}\n"
	bot := func(more string) string {
		return "service_app \"bot\" {\n  label = \"Bot\"\n  public_key \"bot-1\" {\n    private_key_file = \"keys/bot.pem\"\n    generate = true\n  }\n" + more + "}\n"
	}
	admin := func(targets string) string {
		return "admin \"desk\" {\n  user = \"d@example.com\"\n  admin_role \"APP_ADMIN\" {\n" + targets + "  }\n}\n"
	}
	custom := func(holds string) string {
		return "custom_role \"r\" {\n  label = \"R\"\n  permissions = [\"okta.apps.manage\"]\n}\nresource_set \"s\" {\n  label = \"S\"\n  " + holds + "\n}\nadmin \"desk\" {\n  user = \"d@example.com\"\n  admin_role \"CUSTOM\" {\n    role = custom_role.r\n    resource_set = resource_set.s\n  }\n}\n"
	}
	catalog := admin("    target_catalog_apps = [\"oidc_client\"]\n")
	for name, row := range map[string]struct{ before, after, want string }{
		"a new app":              {catalog, catalog + app, "G44 admin.desk (admin_role): APP_ADMIN covers all apps of oidc_client, and so web_app.a: it may "},
		"of a resource set":      {custom(`all_apps_of = ["oidc_client"]`), custom(`all_apps_of = ["oidc_client"]`) + app, "G44 admin.desk (admin_role): custom_role.r on resource_set.s covers all apps of oidc_client, and so web_app.a: it may "},
		"of a name in a set":     {custom(`resources = ["orn:okta:idp:00o1:apps:oidc_client"]`), custom(`resources = ["orn:okta:idp:00o1:apps:oidc_client"]`) + app, "and so web_app.a: it may "},
		"an app gains rights":    {catalog + bot(""), catalog + bot("  okta_api_scopes = [\"okta.users.manage\"]\n  admin_role \"SUPER_ADMIN\" {}\n"), "G44 admin.desk (admin_role): APP_ADMIN covers all apps of oidc_client, and so service_app.bot, which gains rights: it may "},
		"a new app with rights":  {catalog, catalog + bot("  okta_api_scopes = [\"okta.users.manage\"]\n  admin_role \"SUPER_ADMIN\" {}\n"), "service_app.bot, which has rights of its own"},
		"another entry":          {admin("    target_catalog_apps = [\"salesforce\"]\n"), admin("    target_catalog_apps = [\"salesforce\"]\n") + app, "!G44"},
		"another entry of a set": {custom(`all_apps_of = ["salesforce"]`), custom(`all_apps_of = ["salesforce"]`) + app, "!G44"},
		"one app":                {app + admin("    target_apps = [web_app.a]\n"), app + strings.ReplaceAll(app, `"a"`, `"b"`) + admin("    target_apps = [web_app.a]\n"), "!G44"},
		"the role is new":        {"", catalog + app, "!G44"},
		"an app goes":            {catalog + app, catalog, "!G44"},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(assess(t, row.before, row.after))
			if never, found := strings.CutPrefix(row.want, "!"); found && strings.Contains(got, never) || !found && !strings.Contains(got, row.want) {
				t.Errorf("want %q in\n%s", row.want, got)
			}
		})
	}
}

// TestUsersGoWithTheBlock: what destroy does to a user is a finding if it becomes more.
func TestUsersGoWithTheBlock(t *testing.T) {
	user := func(more string) string {
		return "variable \"d\" {\n  type = string\n}\nuser \"x\" {\n  login = \"a@example.com\"\n  first_name = \"A\"\n  last_name = \"B\"\n" + more + "}\n"
	}
	does := func(what string) string { return user("  on_destroy = " + what + "\n") }
	removed := func(destroy string) string {
		return "removed {\n  from = group.g\n  lifecycle {\n    destroy = " + destroy + "\n  }\n}\n"
	}
	for name, row := range map[string]struct{ before, after, want string }{
		"kept, then deleted":          {does(`"keep"`), does(`"delete"`), "high G57 user.x (on_destroy): on_destroy is delete, and was keep"},
		"by default, then deleted":    {user(""), does(`"delete"`), "high G57 user.x (on_destroy): on_destroy is delete, and was keep"},
		"kept, then deactivated":      {user(""), does(`"deactivate"`), "high G57 user.x"},
		"deactivated, then deleted":   {does(`"deactivate"`), does(`"delete"`), "high G57 user.x"},
		"kept, then unknown":          {user(""), does(`var.d`), "high G57 user.x (on_destroy): on_destroy isn't known, and was keep"},
		"deleted, then kept":          {does(`"delete"`), user(""), "!G57"},
		"as before":                   {does(`"delete"`), does(`"delete"`), "!G57"},
		"protection goes":             {user("  lifecycle {\n    prevent_destroy = true\n  }\n"), user(""), "high P07 user.x"},
		"a removed object":            {removed("false"), removed("true"), "high G57"},
		"a removed object, as before": {removed("true"), removed("true"), "!G57"},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(assess(t, row.before, row.after))
			if never, found := strings.CutPrefix(row.want, "!"); found && strings.Contains(got, never) || !found && !strings.Contains(got, row.want) {
				t.Errorf("want %q in\n%s", row.want, got)
			}
		})
	}
}
