package config_test

import (
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/config"
)

// A target list that is given and comes out empty is an error, whichever way it came
// about and whoever has the role: without targets a role reaches the whole org.
func TestEmptyTargetLists(t *testing.T) {
	const prelude = `
org {
  owner = "team/iam"
}
variable "none" {
  default = []
}
variable "nothing" {
  default = null
}
variable "roles" {
  default = { USER_ADMIN = [] }
}
variable "narrow" {
  default = false
}
locals {
  teams = { a = group.a, b = group.b }
}
group "a" {
  name = "A"
}
group "b" {
  name = "B"
}
`
	lists := []struct{ name, value, problem string }{
		{"a literal", `[]`, "is empty here"},
		{"a variable", `var.none`, "is empty here"},
		{"null", `null`, "is null here"},
		{"null of a variable", `var.nothing`, "is null here"},
		{"a condition", `var.narrow ? [group.a] : []`, "is empty here"},
		{"a condition with null", `var.narrow ? [group.a] : null`, "is null here"},
		{"lookup", `lookup({ a = [group.a] }, "x", [])`, "is empty here"},
		{"try", `try(local.teams.gone, [])`, "is empty here"},
		{"a filter", `[for g in values(local.teams) : g if false]`, "is empty here"},
		{"toset", `toset([])`, "is empty here"},
		{"tolist of null", `tolist(null)`, "is null here"},
		{"flatten", `flatten([[], []])`, "is empty here"},
		{"compact", `compact(["", null])`, "is empty here"},
		{"slice", `slice([group.a], 0, 0)`, "is empty here"},
		{"concat", `concat([], var.none)`, "is empty here"},
		{"splat of null", `var.nothing[*]`, "is empty here"},
	}
	holders := []struct{ name, head string }{
		{"service app", `service_app "x" {
  label = "X"
  public_key "k" {
    private_key_file = "k.pem"
    generate         = true
  }
`},
		{"user", `user "x" {
  login      = "x@example.com"
  first_name = "X"
  last_name  = "X"
`},
		{"group", `group "x" {
  name = "X"
`},
		{"admin block", `admin "x" {
  user = "x@example.com"
`},
	}
	check := func(t *testing.T, text, problem string) {
		t.Helper()
		c, diags := load(t, "-- main.hcl --\n"+prelude+text, config.Options{})
		got := render(t, c, append(diags, c.Validate()...))
		if !strings.Contains(got, "Empty target list") || !strings.Contains(got, problem) || !strings.Contains(got, "remove it") {
			t.Errorf("want the error that %q, got:\n%s", problem, got)
		}
	}
	for _, target := range []struct{ attr, role string }{
		{"target_groups", "USER_ADMIN"}, {"target_apps", "APP_ADMIN"}, {"target_catalog_apps", "APP_ADMIN"},
	} {
		for _, list := range lists {
			for _, h := range holders {
				value := list.value
				if target.attr == "target_catalog_apps" {
					value = strings.ReplaceAll(value, "group.a", `"salesforce"`)
				}
				t.Run(target.attr+" "+h.name+" "+list.name, func(t *testing.T) {
					check(t, h.head+"  admin_role \""+target.role+"\" {\n    "+target.attr+" = "+value+"\n  }\n}\n", list.problem)
				})
			}
		}
	}
	for name, text := range map[string]string{
		"for_each": `
admin "x" {
  for_each = var.roles
  user     = "x@example.com"
  admin_role "USER_ADMIN" {
    target_groups = each.value
  }
}`,
		"dynamic block": `
admin "x" {
  user = "x@example.com"
  dynamic "admin_role" {
    for_each = var.roles
    labels   = [admin_role.key]
    content {
      target_groups = admin_role.value
    }
  }
}`,
		"targets of a role that has none": `
admin "x" {
  user = "x@example.com"
  admin_role "READ_ONLY_ADMIN" {
    target_groups = []
  }
}`,
		"beside another list": `
admin "x" {
  user = "x@example.com"
  admin_role "APP_ADMIN" {
    target_catalog_apps = ["oidc_client"]
    target_apps         = []
  }
}`,
		"module input": "module \"m\" {\n  source = \"./m\"\n  groups = var.none\n}\n" +
			"-- m/main.hcl --\nvariable \"groups\" {}\nadmin \"x\" {\n  user = \"x@example.com\"\n  admin_role \"USER_ADMIN\" {\n    target_groups = var.groups\n  }\n}\n",
		"module output": "module \"m\" {\n  source = \"./m\"\n}\nadmin \"x\" {\n  user = \"x@example.com\"\n  admin_role \"USER_ADMIN\" {\n    target_groups = module.m.groups\n  }\n}\n" +
			"-- m/main.hcl --\noutput \"groups\" {\n  value = []\n}\n",
		"JSON":         "-- more.hcl.json --\n" + `{"admin": {"x": {"user": "x@example.com", "admin_role": {"USER_ADMIN": {"target_groups": []}}}}}` + "\n",
		"null in JSON": "-- more.hcl.json --\n" + `{"admin": {"x": {"user": "x@example.com", "admin_role": {"USER_ADMIN": {"target_groups": null}}}}}` + "\n",
	} {
		t.Run(name, func(t *testing.T) { check(t, text, "here") })
	}
	for name, text := range map[string]string{
		"left out": "admin \"x\" {\n  user = \"x@example.com\"\n  admin_role \"USER_ADMIN\" {}\n}\n",
		"given":    "admin \"x\" {\n  user = \"x@example.com\"\n  admin_role \"USER_ADMIN\" {\n    target_groups = [group.a]\n  }\n}\n",
		"a lookup": "data \"group\" \"e\" {\n  name = \"Everyone\"\n}\nadmin \"x\" {\n  user = \"x@example.com\"\n  admin_role \"USER_ADMIN\" {\n    target_groups = [data.group.e]\n  }\n}\n",
		"values":   "admin \"x\" {\n  user = \"x@example.com\"\n  admin_role \"USER_ADMIN\" {\n    target_groups = toset(values(local.teams))\n  }\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			c, diags := load(t, "-- main.hcl --\n"+prelude+text, config.Options{})
			if diags = append(diags, c.Validate()...); diags.HasErrors() {
				t.Error(render(t, c, diags))
			}
		})
	}
}
