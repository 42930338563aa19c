package lsp

import (
	"context"
	"strings"
	"testing"
)

// TestRename is one rename of each kind of name, in the forms in which people refer to it.
func TestRename(t *testing.T) {
	for _, row := range []struct{ name, files, to, want string }{
		{"an object, from its label", `
-- main.hcl --
service_app "rep‸orter" {
  label = "Reporter"
}

smoke_test "reads" {
  app = service_app.reporter
}

output "id" {
  value = "id ${service_app.reporter.client_id}"
}
-- other.hcl --
locals {
  ids = [service_app.reporter.id, service_app.reporters.id]
}

waiver {
  on = "service_app.reporter"
}
`, "nightly", `
-- main.hcl --
service_app "nightly" {
  label = "Reporter"
}

moved {
  from = service_app.reporter
  to   = service_app.nightly
}

smoke_test "reads" {
  app = service_app.nightly
}

output "id" {
  value = "id ${service_app.nightly.client_id}"
}
-- other.hcl --
locals {
  ids = [service_app.nightly.id, service_app.reporters.id]
}

waiver {
  on = "service_app.nightly"
}
`},
		{"an object, from a reference in a file with a syntax error", `
-- main.hcl --
service_app "reporter" {
  label =
}
output "id" {
  value = service_app.repor‸ter.client_id
}
`, "nightly", `
-- main.hcl --
service_app "nightly" {
  label =
}

moved {
  from = service_app.reporter
  to   = service_app.nightly
}
output "id" {
  value = service_app.nightly.client_id
}
`},
		{"an object with instances, and a file without a last line break", `
-- main.hcl --
web_app "portal" {
  members = [for g in group.team : g.id]
  first   = group.team["emea"].id
  second  = group.team[0].id
}
-- team.hcl --
group "te‸am" {
  for_each = toset(["emea"])
}`, "crew", `
-- main.hcl --
web_app "portal" {
  members = [for g in group.crew : g.id]
  first   = group.crew["emea"].id
  second  = group.crew[0].id
}
-- team.hcl --
group "crew" {
  for_each = toset(["emea"])
}

moved {
  from = group.team
  to   = group.crew
}
`},
		{"an object that was moved before: the moves are a chain", `
-- main.hcl --
group "peo‸ple" {
  name = "Staff"
}

moved {
  from = group.staff
  to   = group.people
}

import {
  to = group.people
  id = "x"
}
`, "crew", `
-- main.hcl --
group "crew" {
  name = "Staff"
}

moved {
  from = group.people
  to   = group.crew
}

moved {
  from = group.staff
  to   = group.people
}

import {
  to = group.crew
  id = "x"
}
`},
		{"back to the old name", `
-- main.hcl --
group "peo‸ple" {
  name = "Staff"
}

moved {
  from = group.staff
  to   = group.people
}
`, "staff", `
-- main.hcl --
group "staff" {
  name = "Staff"
}

moved {
  from = group.people
  to   = group.staff
}
`},
		{"back to the old name, in JSON", `
-- main.hcl.json --
{
  "group": {"people‸": {"name": "Staff"}},
  "moved": {"from": "group.staff", "to": "group.people"}
}
`, "staff", `
-- main.hcl.json --
{
  "group": {"staff": {"name": "Staff"}},
  "moved": {"from": "group.people", "to": "group.staff"}
}
`},
		{"an object in JSON that was moved before", `
-- main.hcl.json --
{
  "group": {"people‸": {"name": "Staff"}},
  "moved": {"from": "group.staff", "to": "group.people"}
}
`, "crew", `
-- main.hcl.json --
{
  "group": {"crew": {"name": "Staff"}},
  "moved": [{"from": "group.staff", "to": "group.people"}, {"from": "group.people", "to": "group.crew"}]
}
`},
		{"an object with Windows line ends", `
-- main.hcl --
group "a‸" {\r
}\r
`, "b", `
-- main.hcl --
group "b" {\r
}\r
\r
moved {\r
  from = group.a\r
  to   = group.b\r
}\r
`},
		{"an object in JSON", `
-- main.hcl --
output "a" {
  value = group.a.id
}
-- main.hcl.json --
{
  "group": {
    "a‸": {"name": "A"}
  },
  "output": {
    "id": {"value": "${group.a.id}"}
  }
}
`, "b", `
-- main.hcl --
output "a" {
  value = group.b.id
}
-- main.hcl.json --
{
  "group": {
    "b": {"name": "A"}
  },
  "output": {
    "id": {"value": "${group.b.id}"}
  },
  "moved": {"from": "group.a", "to": "group.b"}
}
`},
		{"an object in JSON with moved blocks", `
-- main.hcl.json --
{
  "moved": [{"from": "group.x", "to": "group.y"}],
  "group": {"a": {}},
  "web_app": {"w": {"assigned_groups": ["${group.a‸}"]}}
}
`, "b", `
-- main.hcl.json --
{
  "moved": [{"from": "group.x", "to": "group.y"}, {"from": "group.a", "to": "group.b"}],
  "group": {"b": {}},
  "web_app": {"w": {"assigned_groups": ["${group.b}"]}}
}
`},
		{"a user, who has no mark", `
-- main.hcl --
user "ad‸a" {
  login = "ada@example.com"
}

group "g" {
  members = [user.ada]
}
`, "lovelace", `
-- main.hcl --
user "lovelace" {
  login = "ada@example.com"
}

group "g" {
  members = [user.lovelace]
}
`},
		{"a data source", `
-- main.hcl --
data "group" "al‸l" {
  name = "Everyone"
}

output "id" {
  value = data.group.all.id
}

output "other" {
  value = group.all.id
}
`, "everyone", `
-- main.hcl --
data "group" "everyone" {
  name = "Everyone"
}

output "id" {
  value = data.group.everyone.id
}

output "other" {
  value = group.all.id
}
`},
		{"a variable, with its values, tests and module blocks", `
-- main.hcl --
module "team" {
  source = "./team"
  region = "eu"
}
-- main.oktest.hcl --
variables {
  region = "not this one"
}
-- team/main.hcl --
variable "region" {
  type = string

  validation {
    condition     = var.region != ""
    error_message = "region is empty"
  }
}

locals {
  text = "${var.regi‸on} and ${var.regions}"
}
-- team/oktaform.tfvars --
region = "us"
-- team/team.oktest.hcl --
variables {
  region = "us"
}

run "a" {
  variables {
    region = "us"
  }
  expect_failures = [var.region]
}
`, "area", `
-- main.hcl --
module "team" {
  source = "./team"
  area = "eu"
}
-- team/main.hcl --
variable "area" {
  type = string

  validation {
    condition     = var.area != ""
    error_message = "region is empty"
  }
}

locals {
  text = "${var.area} and ${var.regions}"
}
-- team/oktaform.tfvars --
area = "us"
-- team/team.oktest.hcl --
variables {
  area = "us"
}

run "a" {
  variables {
    area = "us"
  }
  expect_failures = [var.area]
}
`},
		{"a variable, from the argument of a module block", `
-- main.hcl --
module "team" {
  source = "./team"
  re‸gion = var.region
}

variable "region" {}
-- team/main.hcl --
variable "region" {}
`, "area", `
-- main.hcl --
module "team" {
  source = "./team"
  area = var.region
}

variable "region" {}
-- team/main.hcl --
variable "area" {}
`},
		{"a local value", `
-- main.hcl --
locals {
  scopes = ["okta.users.read"]
  more   = concat(local.scopes, ["okta.groups.read"])
}

service_app "a" {
  okta_api_scopes = local.sco‸pes
}
`, "readers", `
-- main.hcl --
locals {
  readers = ["okta.users.read"]
  more   = concat(local.readers, ["okta.groups.read"])
}

service_app "a" {
  okta_api_scopes = local.readers
}
`},
		{"an output of a module, from its use", `
-- main.hcl --
module "team" {
  for_each = toset(["a"])
  source   = "./team"
}

locals {
  one = module.team["a"].client_‸id
}

output "client_id" {
  value = module.team["a"].client_id
}
-- team/main.hcl --
output "client_id" {
  value = 1
}
-- team/team.oktest.hcl --
run "a" {
  assert {
    condition     = output.client_id != run.a.client_id
    error_message = "x"
  }
}
`, "app_id", `
-- main.hcl --
module "team" {
  for_each = toset(["a"])
  source   = "./team"
}

locals {
  one = module.team["a"].app_id
}

output "client_id" {
  value = module.team["a"].app_id
}
-- team/main.hcl --
output "app_id" {
  value = 1
}
-- team/team.oktest.hcl --
run "a" {
  assert {
    condition     = output.app_id != run.a.app_id
    error_message = "x"
  }
}
`},
		{"a module: the addresses of its objects change", `
-- main.hcl --
module "te‸am" {
  source = "./team"
}

output "id" {
  value = module.team.id
}

waiver {
  on = "module.team.group.staff"
}
-- team/main.hcl --
group "staff" {
  name = "Staff"
}
`, "crew", `
-- main.hcl --
module "crew" {
  source = "./team"
}

moved {
  from = module.team
  to   = module.crew
}

output "id" {
  value = module.crew.id
}

waiver {
  on = "module.crew.group.staff"
}
`},
		{"an object in a module, with addresses outside", `
-- main.hcl --
module "team" {
  source = "./team"
}

import {
  to = module.team.group.staff
  id = "x"
}

waiver {
  on = "module.team.group.staff"
}
-- team/main.hcl --
group "st‸aff" {
  name = "Staff"
}
`, "crew", `
-- main.hcl --
module "team" {
  source = "./team"
}

import {
  to = module.team.group.crew
  id = "x"
}

waiver {
  on = "module.team.group.crew"
}
-- team/main.hcl --
group "crew" {
  name = "Staff"
}

moved {
  from = group.staff
  to   = group.crew
}
`},
		{"a smoke test, with its tests", `
-- main.hcl --
smoke_test "ada re‸ads" {
  app = service_app.a
}
-- main.oktest.hcl --
run "a" {
  expect_failures = [smoke_test["ada reads"]]

  assert {
    condition     = smoke.tests["ada reads"].outcome == "passed"
    error_message = "ada reads"
  }
}
`, `ada "reads"`, `
-- main.hcl --
smoke_test "ada \"reads\"" {
  app = service_app.a
}
-- main.oktest.hcl --
run "a" {
  expect_failures = [smoke_test["ada \"reads\""]]

  assert {
    condition     = smoke.tests["ada \"reads\""].outcome == "passed"
    error_message = "ada reads"
  }
}
`},
		{"an object, with the addresses in tests", `
-- main.hcl --
service_app "a‸" {
}
-- main.oktest.hcl --
run "a" {
  assert {
    condition     = who_may("GET /api/v1/users") == ["service_app.a", "service_app.aa"] && may(service_app.a, "x")
    error_message = "${plan.changes["service_app.a"].action}"
  }
}
`, "b", `
-- main.hcl --
service_app "b" {
}

moved {
  from = service_app.a
  to   = service_app.b
}
-- main.oktest.hcl --
run "a" {
  assert {
    condition     = who_may("GET /api/v1/users") == ["service_app.b", "service_app.aa"] && may(service_app.b, "x")
    error_message = "${plan.changes["service_app.b"].action}"
  }
}
`},
		{"to the same name", `
-- main.hcl --
group "a‸" {
}
`, "a", ``},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, row.files)
			if _, err := w.prepareRename(context.Background(), w.cursor); err != nil {
				t.Fatal(err)
			}
			edit, err := w.rename(context.Background(), RenameParams{w.cursor, row.to})
			if err != nil {
				t.Fatal(err)
			}
			same(t, strings.TrimSpace(w.after(edit)), strings.TrimSpace(row.want))
			w.checkUnchanged()
		})
	}
}

// TestRenameRefuses: a name that the language does not allow or that is taken, and what has no
// name.
func TestRenameRefuses(t *testing.T) {
	for _, row := range []struct{ name, files, to, want string }{
		{"a space", "-- main.hcl --\ngroup \"a‸\" {\n}\n", "a b", `"a b" is not a valid name`},
		{"nothing", "-- main.hcl --\ngroup \"a‸\" {\n}\n", "", `"" is not a valid name`},
		{"a digit first", "-- main.hcl --\ngroup \"a‸\" {\n}\n", "1a", `"1a" is not a valid name`},
		{"quotes", "-- main.hcl --\ngroup \"a‸\" {\n}\n", `a"`, `is not a valid name`},
		{"a name that is taken", "-- main.hcl --\ngroup \"a‸\" {\n}\n-- other.hcl --\n\ngroup \"b\" {\n}\n", "b", "group.b is already declared at other.hcl:2: choose another name"},
		{"a name from which something was moved", "-- main.hcl --\ngroup \"a‸\" {\n}\n-- other.hcl --\ngroup \"c\" {\n}\n\nmoved {\n  from = group.b\n  to   = group.c\n}\n", "b", "the moved block at other.hcl:4 says that group.b is declared no longer"},
		{"a name that was removed", "-- main.hcl --\ngroup \"a‸\" {\n}\n\nremoved {\n  from = group.b\n}\n", "b", "the removed block at main.hcl:4 says that group.b is declared no longer"},
		{"a new document", "", "b", "nothing here has a name"},
		{"a smoke test without a name", "-- main.hcl --\nsmoke_test \"a‸\" {\n}\n", " ", "a smoke test needs a name"},
		{"an undeclared object", "-- main.hcl --\noutput \"x\" {\n  value = group.a‸.id\n}\n", "b", "group.a is not declared in"},
		{"an attribute", "-- main.hcl --\ngroup \"a\" {\n  na‸me = \"x\"\n}\n", "b", "nothing here has a name"},
		{"an attribute of a reference", "-- main.hcl --\ngroup \"a\" {\n}\noutput \"x\" {\n  value = group.a.i‸d\n}\n", "b", "nothing here has a name"},
		{"the org block", "-- main.hcl --\nor‸g {\n}\n", "b", "nothing here has a name"},
		{"an empty file", "-- main.hcl --\n‸", "b", "nothing here has a name"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, row.files)
			if row.files == "" {
				d := newDocument("untitled:Untitled-1", 1, []byte("group \"a\" {\n}\n"))
				w.open[d.URI] = d
				w.cursor = PositionParams{TextDocument{URI: d.URI}, Position{0, 7}}
			}
			_, err := w.rename(context.Background(), RenameParams{w.cursor, row.to})
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q", err, row.want)
			}
		})
	}
}
