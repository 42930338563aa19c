package review_test

import (
	"strings"
	"testing"
)

// What becomes of the targets of an admin role is seen, whoever has it and whatever
// they are.
func TestTargetsOfRoles(t *testing.T) {
	app := func(role string) string {
		return `
service_app "bot" {
  label           = "Bot"
  okta_api_scopes = ["okta.apps.manage"]
  public_key "bot-1" {
    private_key_file = "keys/bot.pem"
    generate         = true
  }
  admin_role "APP_ADMIN" {
    ` + role + `
  }
}
web_app "a" {
  label         = "A"
  redirect_uris = ["https://a.example.com/cb"]
}
`
	}
	const group = `
group "emea" {
  name = "Emea"
}
group "apac" {
  name = "Apac"
}
`
	with := func(head, targets string) string {
		return group + head + "\n  admin_role \"HELP_DESK_ADMIN\" {\n    " + targets + "\n  }\n}\n"
	}
	const user = "user \"ona\" {\n  login = \"ona@example.com\"\n  first_name = \"O\"\n  last_name = \"O\"\n"
	for name, row := range map[string]struct{ before, after, want, never string }{
		"an entry of the catalog narrows": {app(``), app(`target_catalog_apps = ["oidc_client"]`),
			"from the whole org to all apps of oidc_client", "G17"},
		"an entry of the catalog is taken away": {app(`target_catalog_apps = ["oidc_client"]`), app(``),
			"critical G38 service_app.bot (admin_role): APP_ADMIN was limited to all apps of oidc_client", ""},
		"an app is taken away": {app(`target_apps = [web_app.a]`), app(``),
			"critical G38 service_app.bot (admin_role): APP_ADMIN was limited to web_app.a, and covers the whole org now", ""},
		"an app becomes an entry of the catalog": {app(`target_apps = [web_app.a]`), app(`target_catalog_apps = ["oidc_client"]`),
			"from web_app.a to all apps of oidc_client", "G38"},
		"one group becomes another": {with(user, `target_groups = [group.emea]`), with(user, `target_groups = [group.apac]`),
			"from group.emea to group.apac", "G38"},
		"of a user":         {with(user, `target_groups = [group.emea]`), with(user, ``), "critical G38 user.ona (admin_role)", ""},
		"of a group":        {with(`group "desk" {`+"\n  name = \"Desk\"", `target_groups = [group.emea]`), with(`group "desk" {`+"\n  name = \"Desk\"", ``), "critical G38 group.desk (admin_role)", ""},
		"of an admin block": {with("admin \"ona\" {\n  user = \"ona@example.com\"", `target_groups = [group.emea]`), with("admin \"ona\" {\n  user = \"ona@example.com\"", ``), "critical G38 admin.ona (admin_role)", ""},
		"the last target is deleted, and the user stays": {with(user, `target_groups = [group.emea]`), ``,
			"critical G38 user.ona (admin_role): HELP_DESK_ADMIN stays in the org, and all that it is limited to is deleted: group.emea", ""},
		"the target stays with the user": {with(user, `target_groups = [group.emea]`), group, "left alone: user.ona", "G38"},
		"it had none before":             {with(user, ``), with(user, ``), "risk: none", "G38"},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(assess(t, row.before, row.after))
			if !strings.Contains(got, row.want) || row.never != "" && strings.Contains(got, row.never) {
				t.Errorf("want %q and not %q in\n%s", row.want, row.never, got)
			}
		})
	}
}
