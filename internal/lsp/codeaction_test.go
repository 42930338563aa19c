package lsp

import (
	"strings"
	"testing"
)

// TestCodeActions: each action is offered where it fits, and its edit makes the file as it should
// be. A row with an empty title says that nothing is offered.
func TestCodeActions(t *testing.T) {
	const app = `
-- main.hcl --
org {
  owner = "team/iam"
}

service_app "reporter" {
  label           = "Reporter"
  jwks_uri        = "https://example.com/jwks"
`
	for _, row := range []struct{ name, files, title, want string }{
		{"a misspelled attribute", `
-- main.hcl --
group "g" {
  ‸nmae = "Staff"
}

org {
  owner = "a"
}
`, "Replace nmae by name", `
-- main.hcl --
group "g" {
  name = "Staff"
}

org {
  owner = "a"
}
`},
		{"a misspelled reference in a string", `
-- main.hcl --
group "staff" {
  name = "Staff"
}

org {
  owner = "a"
}

output "x" {
  value = "id: ${‸group.stafff.id}"
}
`, "Replace group.stafff by group.staff", `
-- main.hcl --
group "staff" {
  name = "Staff"
}

org {
  owner = "a"
}

output "x" {
  value = "id: ${group.staff.id}"
}
`},
		{"a misspelled kind of block", `
-- main.hcl --
org {
  owner = "a"
}

‸gruop "staff" {
  name = "Staff"
}
`, "Replace gruop by group", `
-- main.hcl --
org {
  owner = "a"
}

group "staff" {
  name = "Staff"
}
`},
		{"a misspelled value", app + `  okta_api_scopes = [‸"okta.users.raed"]
}
`, "Replace okta.users.raed by okta.users.read", app + `  okta_api_scopes = ["okta.users.read"]
}
`},
		{"a misspelled value in JSON", `
-- main.hcl.json --
{
  "org": {"owner": "a"},
  "service_app": {"a": {"label": "A", "jwks_uri": "https://example.com/jwks", "okta_api_scopes": [‸"okta.users.raed"]}}
}
`, "Replace okta.users.raed by okta.users.read", `
-- main.hcl.json --
{
  "org": {"owner": "a"},
  "service_app": {"a": {"label": "A", "jwks_uri": "https://example.com/jwks", "okta_api_scopes": ["okta.users.read"]}}
}
`},
		{"a misspelled attribute of a reference", `
-- main.hcl --
org {
  owner = "a"
}

group "staff" {
  name = "Staff"
}

output "x" {
  value = ‸group.staff.idd
}
`, "Replace idd by id", `
-- main.hcl --
org {
  owner = "a"
}

group "staff" {
  name = "Staff"
}

output "x" {
  value = group.staff.id
}
`},
		{"a misspelled role, in a label", app + `
  ‸admin_role "READ_ONLY_ADMN" {}
}
`, "Replace READ_ONLY_ADMN by READ_ONLY_ADMIN", app + `
  admin_role "READ_ONLY_ADMIN" {}
}
`},
		{"a misspelled function", `
-- main.hcl --
org {
  owner = ‸uper("a")
}
`, "Replace uper by upper", `
-- main.hcl --
org {
  owner = upper("a")
}
`},
		{"a misspelled variable among other names", `
-- main.hcl --
org {
  owner = "a"
}

variable "region" {
  default = "eu"
}

output "x" {
  value = ‸"${var.region}: ${var.regoin}"
}
`, "Replace var.regoin by var.region", `
-- main.hcl --
org {
  owner = "a"
}

variable "region" {
  default = "eu"
}

output "x" {
  value = "${var.region}: ${var.region}"
}
`},
		{"a misspelled kind of data source", `
-- main.hcl --
org {
  owner = "a"
}

‸data "grup" "all" {
  name = "Everyone"
}
`, "Replace grup by group", `
-- main.hcl --
org {
  owner = "a"
}

data "group" "all" {
  name = "Everyone"
}
`},
		{"a misspelled variable of a module", `
-- main.hcl --
org {
  owner = "a"
}

module "team" {
  source = "./team"
  ‸aera   = 1
}
-- team/main.hcl --
variable "area" {
  default = 1
}
`, "Replace aera by area", `
-- main.hcl --
org {
  owner = "a"
}

module "team" {
  source = "./team"
  area   = 1
}
`},
		{"a misspelled attribute of a test", `
-- main.hcl --
org {
  owner = "a"
}
-- main.oktest.hcl --
run "a" {
  ‸comand = plan
}
`, "Replace comand by command", `
-- main.oktest.hcl --
run "a" {
  command = plan
}
`},
		{"what a custom role needs", app + `
  ‸admin_role "CUSTOM" {}
}

custom_role "readers" {
  label       = "Readers"
  permissions = ["okta.users.read"]
}
`, "Add the required attributes role and resource_set", app + `
  admin_role "CUSTOM" {
    role         = custom_role.readers
    resource_set = null
  }
}

custom_role "readers" {
  label       = "Readers"
  permissions = ["okta.users.read"]
}
`},
		{"a required attribute", `
-- main.hcl --
service_app "reporter" ‸{
  okta_api_scopes = ["okta.users.read"]
}
`, "Add the required attribute label", `
-- main.hcl --
service_app "reporter" {
  label           = "reporter"
  okta_api_scopes = ["okta.users.read"]
}
`},
		{"required attributes of an empty block", `
-- main.hcl --
user "ada" {‸}
`, "Add the required attributes login, first_name and last_name", `
-- main.hcl --
user "ada" {
  login      = ""
  first_name = ""
  last_name  = ""
}
`},
		{"required attributes of a block on one line", `
-- main.hcl --
user "ada" {‸ login = "ada@example.com" }
`, "Add the required attributes first_name and last_name", `
-- main.hcl --
user "ada" {
  first_name = ""
  last_name  = ""
  login      = "ada@example.com"
}
`},
		{"of a nested block", `
-- main.hcl --
smoke_test "t" {
  app = service_app.a

  request {
    ‸status = 200
  }
}
`, "Add the required attribute path", `
-- main.hcl --
smoke_test "t" {
  app = service_app.a

  request {
    path   = ""
    status = 200
  }
}
`},
		{"a reference to the only object of its kind", `
-- main.hcl --
service_app "a" {
  label = "A"
}

smoke_test "t" {‸
}
`, "Add the required attribute app", `
-- main.hcl --
service_app "a" {
  label = "A"
}

smoke_test "t" {
  app = service_app.a
}
`},
		{"variables of a module", `
-- main.hcl --
module "team" {
  ‸source = "./team"
}
-- team/main.hcl --
variable "area" {
  type = string
}

variable "scopes" {
  type = list(string)
}

variable "optional" {
  default = 1
}
`, "Add the required attributes area and scopes", `
-- main.hcl --
module "team" {
  area   = ""
  scopes = []
  source = "./team"
}
`},
		{"of the org block, in a file with a syntax error", `
-- main.hcl --
org {
  ‸
}

group "a" {
  name =
}
`, "Add the required attribute owner", `
-- main.hcl --
org {
  owner = ""
  
}

group "a" {
  name =
}
`},
		{"nothing is missing", "-- main.hcl --\norg {\n  ‸owner = \"a\"\n}\n", "", ""},
		{"a scope that a smoke test requests", app + `  okta_api_scopes = ["okta.users.read"]
}

smoke_test "groups" {
  ‸app    = service_app.reporter
  scopes = ["okta.groups.read"]
}
`, "Grant okta.groups.read to service_app.reporter", app + `  okta_api_scopes = ["okta.users.read", "okta.groups.read"]
}

smoke_test "groups" {
  app    = service_app.reporter
  scopes = ["okta.groups.read"]
}
`},
		{"a scope that a smoke test requests, of an app without scopes", app + `}

smoke_test "groups" {
  ‸app    = service_app.reporter
  scopes = ["okta.groups.read"]
}
`, "Grant okta.groups.read to service_app.reporter", app + `  okta_api_scopes = ["okta.groups.read"]
}

smoke_test "groups" {
  app    = service_app.reporter
  scopes = ["okta.groups.read"]
}
`},
		{"a scope that a request needs, granted and requested", app + `  okta_api_scopes = [
    "okta.users.read", # for the report
  ]
}

smoke_test "groups" {
  ‸app    = service_app.reporter
  scopes = ["okta.users.read"]
  request {
    path = "/api/v1/groups"
  }
}
`, "Grant okta.groups.read to service_app.reporter", app + `  okta_api_scopes = [
    "okta.users.read", # for the report
    "okta.groups.read",
  ]
}

smoke_test "groups" {
  app    = service_app.reporter
  scopes = ["okta.users.read", "okta.groups.read"]
  request {
    path = "/api/v1/groups"
  }
}
`},
		{"a granted scope that the test does not request", app + `  okta_api_scopes = ["okta.users.read", "okta.groups.read"]
}

smoke_test "groups" {
  ‸app    = service_app.reporter
  scopes = ["okta.users.read"]
  request {
    path = "/api/v1/groups"
  }
}
`, "Request okta.groups.read in the smoke test", app + `  okta_api_scopes = ["okta.users.read", "okta.groups.read"]
}

smoke_test "groups" {
  app    = service_app.reporter
  scopes = ["okta.users.read", "okta.groups.read"]
  request {
    path = "/api/v1/groups"
  }
}
`},
		{"a computed list", app + `  okta_api_scopes = local.scopes
}

locals {
  scopes = ["okta.users.read"]
}

smoke_test "groups" {
  ‸app    = service_app.reporter
  scopes = ["okta.groups.read"]
}
`, "Grant okta.groups.read to service_app.reporter", app + `  okta_api_scopes = concat(local.scopes, ["okta.groups.read"])
}

locals {
  scopes = ["okta.users.read"]
}

smoke_test "groups" {
  app    = service_app.reporter
  scopes = ["okta.groups.read"]
}
`},
		{"a test that expects the refusal", app + `  okta_api_scopes = ["okta.users.read"]
}

smoke_test "groups" {
  ‸app          = service_app.reporter
  scopes       = ["okta.groups.read"]
  expect_error = "consent_required"
}
`, "", ""},
		{"a request that must be refused", app + `  okta_api_scopes = ["okta.users.read"]
}

smoke_test "groups" {
  ‸app    = service_app.reporter
  scopes = ["okta.users.read"]
  request {
    path   = "/api/v1/groups"
    status = 403
  }
}
`, "", ""},
		{"a scope that nothing uses", app + `  ‸okta_api_scopes = ["okta.groups.read", "okta.users.read"]
}

smoke_test "users" {
  app    = service_app.reporter
  scopes = ["okta.users.read"]
  request {
    path = "/api/v1/users"
  }
}
`, "Remove okta.groups.read, which no smoke test uses", app + `  okta_api_scopes = ["okta.users.read"]
}

smoke_test "users" {
  app    = service_app.reporter
  scopes = ["okta.users.read"]
  request {
    path = "/api/v1/users"
  }
}
`},
		{"a scope by which the tests only read", app + `  okta_api_scopes = ["‸okta.users.manage"]
}

smoke_test "users" {
  app    = service_app.reporter
  scopes = ["okta.users.manage"]
  request {
    path = "/api/v1/users"
  }
}
`, "Replace okta.users.manage by okta.users.read: the smoke tests only read", app + `  okta_api_scopes = ["okta.users.read"]
}

smoke_test "users" {
  app    = service_app.reporter
  scopes = ["okta.users.manage"]
  request {
    path = "/api/v1/users"
  }
}
`},
		{"an app without a smoke test", app + `  ‸okta_api_scopes = ["okta.users.read"]

  admin_role "READ_ONLY_ADMIN" {}
}
`, "", ""},
		{"the fix of a finding", app + `  ‸okta_api_scopes = ["okta.users.manage", "okta.users.read"]
}
`, "Remove okta.users.read", app + `  okta_api_scopes = ["okta.users.manage"]
}
`},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, row.files)
			w.analyze()
			d, err := w.document(w.cursor.TextDocument.URI)
			if err != nil {
				t.Fatal(err)
			}
			if d.isTest() {
				w.publishAlone(d)
			}
			var here []Diagnostic
			for _, list := range []map[string][]Diagnostic{w.loads.shown[w.dir], w.loads.shown[d.Path]} {
				for _, diag := range list[d.Path] {
					if diag.Range.Start.Line == w.cursor.Position.Line {
						here = append(here, diag)
					}
				}
			}
			var titles []string
			for _, a := range w.actions(here...) {
				titles = append(titles, a.Title)
				if row.title != "" && strings.HasPrefix(a.Title, row.title) {
					same(t, strings.TrimSpace(w.after(a.Edit)), strings.TrimSpace(strings.ReplaceAll(row.want, cursor, "")))
					w.checkUnchanged()
					return
				}
			}
			if row.title != "" || len(titles) > 0 {
				t.Errorf("offered: %q; diagnostics: %+v; analysis %+v; %s", titles, here, w.loads.last[w.dir].Diagnostics, d.Text)
			}
		})
	}
}

// TestCodeActionKinds: an editor asks for some kinds of actions only.
func TestCodeActionKinds(t *testing.T) {
	for _, row := range []struct {
		kind string
		only []string
		want bool
	}{
		{quickFix, nil, true}, {quickFix, []string{""}, true}, {quickFix, []string{"quickfix"}, true}, {quickFix, []string{"refactor"}, false},
		{refactor, []string{"refactor"}, true}, {refactor, []string{"refactor.extract"}, false}, {refactor, []string{"source", "refactor.rewrite"}, true},
		{quickFix, []string{"quick"}, false},
	} {
		if got := wanted(row.kind, row.only); got != row.want {
			t.Errorf("%s among %q: %v", row.kind, row.only, got)
		}
	}
}
