package lsp

import (
	"context"
	"testing"
)

// TestDefinition is the way from each kind of reference to its declaration, and TestReferences
// back.
func TestDefinition(t *testing.T) {
	const files = `
-- main.hcl --
variable "region" {
  default = "eu"
}

locals {
  readers = ["okta.users.read"]
}

service_app "reporter" {
  label           = "Reporter"
  okta_api_scopes = local.readers

  public_key "one" {
  }
}

data "group" "all" {
  name = "Everyone"
}

module "team" {
  source = "./team"
  area   = var.region
}
-- team/main.hcl --
variable "area" {}

output "id" {
  value = var.area
}
-- team/more.hcl --
group "staff" {}
`
	for _, row := range []struct {
		name, more string
		want       []string
	}{
		{"a variable", "output \"x\" {\n  value = var.reg‸ion\n}", []string{"main.hcl:1: region"}},
		{"the first part of a reference", "output \"x\" {\n  value = v‸ar.region\n}", []string{"main.hcl:1: region"}},
		{"a local value", "output \"x\" {\n  value = local.readers‸\n}", []string{"main.hcl:6: readers"}},
		{"an object", "output \"x\" {\n  value = service_app.reporter‸.id\n}", []string{"main.hcl:9: reporter"}},
		{"an object in an interpolation", "output \"x\" {\n  value = \"a ${service_app.‸reporter.id}\"\n}", []string{"main.hcl:9: reporter"}},
		{"an attribute", "output \"x\" {\n  value = service_app.reporter.lab‸el\n}", []string{"main.hcl:10: label"}},
		{"an attribute that is not given", "output \"x\" {\n  value = service_app.reporter.client‸_id\n}", []string{"main.hcl:9: reporter"}},
		{"nested blocks", "output \"x\" {\n  value = service_app.reporter.public‸_key\n}", []string{"main.hcl:13: public_key"}},
		{"a data source", "output \"x\" {\n  value = data.group.al‸l.id\n}", []string{"main.hcl:17: all"}},
		{"a module", "output \"x\" {\n  value = module.te‸am.id\n}", []string{"main.hcl:21: team"}},
		{"an output of a module", "output \"x\" {\n  value = module.team.i‸d\n}", []string{"team/main.hcl:3: id"}},
		{"an argument of a module", "module \"b\" {\n  source = \"./team\"\n  ar‸ea = 1\n}", []string{"team/main.hcl:1: area"}},
		{"the source of a module", "module \"b\" {\n  source = \"./te‸am\"\n}", []string{"team/main.hcl:1: "}},
		{"a waiver's object", "waiver {\n  on = \"service_app.repo‸rter\"\n}", []string{"main.hcl:9: reporter"}},
		{"an object of a module in an address", "waiver {\n  on = \"module.team.group.sta‸ff\"\n}", []string{"team/more.hcl:1: staff"}},
		{"the declaration itself", "group \"own‸\" {\n}", []string{"more.hcl:1: own"}},
		{"half a reference", "output \"x\" {\n  value = service_app.‸\n}", nil},
		{"nothing declared", "output \"x\" {\n  value = group.nobody‸.id\n}", []string{}},
		{"a comment", "# var.reg‸ion", nil},
		{"a plain string", "output \"x\" {\n  value = \"reg‸ion\"\n}", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, files+"-- more.hcl --\n"+row.more+"\n")
			found, err := w.definition(context.Background(), w.cursor)
			if err != nil {
				t.Fatal(err)
			}
			if got := w.places(found); len(got)+len(row.want) > 0 {
				same(t, got, row.want)
			}
		})
	}
}

func TestReferences(t *testing.T) {
	for _, row := range []struct {
		name, files string
		want        []string
	}{
		{"of an object", `
-- main.hcl --
service_app "a‸" {
}

smoke_test "t" {
  app = service_app.a
}

moved {
  from = service_app.b
  to   = service_app.a
}
-- main.oktest.hcl --
run "r" {
  expect_failures = [service_app.a]
}
-- main.hcl.json --
{"output": {"x": {"value": "${service_app.a.id}"}}, "waiver": {"on": "service_app.a"}}
`, []string{"main.hcl.json:1: a", "main.hcl.json:1: a", "main.hcl:10: a", "main.hcl:1: a", "main.hcl:5: a", "main.oktest.hcl:2: a"}},
		{"of a variable of a module that two configurations call", `
-- dev/main.hcl --
module "m" {
  source = "../team"
  area   = 1
}
-- prod/main.hcl --
module "n" {
  source = "../team"
  area   = 1
}
-- team/main.hcl --
variable "area‸" {}
`, []string{"dev/main.hcl:3: area", "prod/main.hcl:3: area", "team/main.hcl:1: area"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, row.files)
			p := ReferenceParams{PositionParams: w.cursor}
			p.Context.IncludeDeclaration = true
			found, err := w.references(context.Background(), p)
			if err != nil {
				t.Fatal(err)
			}
			same(t, w.places(found), row.want)
			p.Context.IncludeDeclaration = false
			if fewer, err := w.references(context.Background(), p); err != nil || len(fewer) != len(found)-1 {
				t.Errorf("without the declaration: %d places of %d, %v", len(fewer), len(found), err)
			}
		})
	}
}
