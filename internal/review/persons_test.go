package review_test

import (
	"strings"
	"testing"
)

// TestUnknownPersons: two persons of whom nobody can tell who they are count as one only where the
// configuration says in the same way who it is.
func TestUnknownPersons(t *testing.T) {
	with := func(body string) string {
		return "variable \"a\" {\n  type = string\n}\nvariable \"b\" {\n  type = string\n}\n" + body
	}
	const super = "  admin_role \"SUPER_ADMIN\" {}\n}\n"
	user := func(login string) string {
		return with("user \"x\" {\n  login = " + login + "\n  first_name = \"A\"\n  last_name = \"B\"\n" + super)
	}
	admin := func(who string) string { return with("admin \"x\" {\n  " + who + "\n" + super) }
	found := func(kind, argument string) string {
		return admin(kind+" = data."+kind+".u") + "data \"" + kind + "\" \"u\" {\n  " + argument + "\n}\n"
	}
	through := func(login string) string {
		return with("user \"u\" {\n  login = " + login + "\n  first_name = \"A\"\n  last_name = \"B\"\n}\nadmin \"x\" {\n  user = user.u\n" + super)
	}
	member := func(login string) string {
		return with("data \"user\" \"u\" {\n  login = " + login + "\n}\ngroup \"x\" {\n  name = \"X\"\n  members = [data.user.u]\n" + super)
	}
	swapped := func(first, second string) string {
		return strings.Replace(user(first), super, "}\n", 1) + "user \"y\" {\n  login = " + second + "\n  first_name = \"A\"\n  last_name = \"B\"\n" + super
	}
	for name, row := range map[string]struct{ before, after, want string }{
		"another login":                   {user("var.a"), user("var.b"), "critical G33 user.x"},
		"made otherwise":                  {user("var.a"), user(`"${var.a}.evil"`), "critical G33 user.x"},
		"of an admin":                     {admin("user = var.a"), admin("user = var.b"), "critical G33 admin.x"},
		"of a group of admins":            {admin("group = var.a"), admin("group = var.b"), "critical G33 admin.x"},
		"a user becomes a group":          {admin("user = var.a"), admin("group = var.a"), "critical G33 admin.x"},
		"of a data source":                {found("user", "login = var.a"), found("user", "login = var.b"), "critical G33 admin.x"},
		"of a data source, by the id":     {found("user", "login = var.a"), found("user", "id = var.a"), "critical G33 admin.x"},
		"of a group's data source":        {found("group", "name = var.a"), found("group", "name = var.b"), "critical G33 admin.x"},
		"of a declared user":              {through("var.a"), through("var.b"), "critical G33"},
		"of a member":                     {member("var.a"), member("var.b"), "critical G33 group.x (members)"},
		"two persons change places":       {swapped("var.a", "var.b"), swapped("var.b", "var.a"), "critical G33 user.y"},
		"a login becomes known":           {user("var.a"), user(`"a@example.com"`), "critical G33 user.x"},
		"a login becomes unknown":         {user(`"a@example.com"`), user("var.a"), "critical G33 user.x"},
		"the same login":                  {user("var.a"), user("var.a"), "risk: none"},
		"the same login, written anew":    {user("var.a"), user("  var.a # the same"), "risk: none"},
		"the same admin":                  {admin("user = var.a"), admin("user = var.a"), "risk: none"},
		"the same member, who is unknown": {member("var.a"), member("var.a"), "!G33"},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(assess(t, row.before, row.after))
			if never, found := strings.CutPrefix(row.want, "!"); found && strings.Contains(got, never) || !found && !strings.Contains(got, row.want) {
				t.Errorf("want %q in\n%s", row.want, got)
			}
		})
	}
}
