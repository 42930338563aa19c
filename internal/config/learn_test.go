package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/schema"
)

// TestLearned: what an object evaluates to once the org is known is the same whether
// it is made of what it evaluated to before or evaluated anew.
func TestLearned(t *testing.T) {
	texts := []string{`"x"`, `group.a.id`, `group.a.name`, `"${group.a.name}!"`, `"${group.b.id}"`, `try(group.a.id, "no")`, `can(group.a.id) ? "y" : "n"`,
		`group.a == null ? "n" : "y"`, `coalesce(group.a.description, "none")`, `length(group.a.id) > 3 ? "long" : "short"`, `jsonencode(group.a.name)`,
		`join(",", [for g in [group.a, group.b] : g.name])`, `local.text`, `module.m.id`, `module.m.name`, `web_app.first.client_id`, `null`, `sensitive(group.a.name)`,
		`"${group.b.name}"`, `true ? "x" : group.each[group.a.id == "id-a" ? "k" : "A"].name`}
	lists := []string{`[]`, `[group.a]`, `[group.a, group.b]`, `local.groups`, `[for g in local.groups : g]`, `concat([group.b], [group.a])`, `[module.m.group]`,
		`group.a.id == "id-a" ? [group.a] : []`, `[for g in [group.a, group.b] : g if g.id != "id-a"]`, `[{ id = group.a.id, addr = "", name = "N" }]`, `null`,
		`[for g in group.each : g]`, `[group.each["k"]]`, `[group.each[group.a.name]]`, `[group.each[group.a.id == "id-a" ? "k" : "A"]]`}
	lifecycles := []string{``, ``, ``, `lifecycle { ignore_changes = [name] }`, `lifecycle { ignore_changes = all }`, `lifecycle { ignore_changes = [description] }`,
		`authoritative = false`, `lifecycle { prevent_destroy = true }`}
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(from []string, what string) string { return rapid.SampledFrom(from).Draw(t, what) }
		text := fmt.Sprintf(`
org {
  owner = "o"
}
locals {
  text   = "${group.b.name}/${group.a.id}"
  groups = [group.a, group.b]
}
group "a" {
  name = "A"
  %s
}
group "b" {
  name        = %s
  description = %s
  %s
}
group "each" {
  for_each = { k = 1, A = 2 }
  name     = "E ${each.key}"
}
web_app "first" {
  label           = "First"
  redirect_uris   = ["https://a.example.com/cb"]
  assigned_groups = [group.a]
}
web_app "app" {
  label           = %s
  client_uri      = %s
  redirect_uris   = ["https://a.example.com/cb"]
  assigned_groups = %s
  %s
}
service_app "bot" {
  label    = "Bot"
  jwks_uri = "https://a.example.com/jwks"
  admin_role "HELP_DESK_ADMIN" {
    target_groups = %s
  }
  admin_role "APP_ADMIN" {
    target_apps = [web_app.first]
  }
  admin_role "CUSTOM" {
    role         = custom_role.one
    resource_set = resource_set.rs
  }
  admin_role "CUSTOM" {
    role         = custom_role.two
    resource_set = resource_set.rs
  }
}
custom_role "one" {
  label       = "One"
  permissions = ["okta.users.read"]
}
custom_role "two" {
  label       = "Two"
  permissions = ["okta.users.read"]
}
resource_set "rs" {
  label       = "Set"
  description = "The set"
  groups      = [group.a]
}
module "m" {
  source = "./m"
  given  = %s
}
`, draw(lifecycles, "a"), draw([]string{`"B"`, `"B ${group.a.name}"`}, "name"), draw(slices.DeleteFunc(slices.Clone(texts), func(s string) bool {
			return strings.HasPrefix(s, "local.") || strings.HasPrefix(s, "module.") || strings.Contains(s, "group.b]") || s == texts[11]
		}), "description"),
			draw(lifecycles, "b"), draw([]string{`"App"`, `"App ${group.a.name}"`}, "label"), draw(texts, "uri"), draw(lists, "groups"), draw(lifecycles, "app"), draw(lists, "targets"), draw([]string{`"x"`, `group.a.name`, `group.a.id`}, "given"))
		module := "variable \"given\" {}\ngroup \"in\" {\n  name = \"in ${var.given}\"\n}\noutput \"id\" {\n  value = group.in.id\n}\noutput \"name\" {\n  value = group.in.name\n}\noutput \"group\" {\n  value = group.in\n}\n"
		for name, content := range map[string]string{"main.hcl": text, "m/main.hcl": module} {
			file := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c, diags := Load(dir, Options{})
		defer c.Close()
		before, more := c.Evaluate(nil).All()
		if diags = append(diags, more...); diags.HasErrors() {
			t.Skip(diags)
		}
		org := map[string]*schema.Object{}
		for _, d := range before {
			if !rapid.Bool().Draw(t, d.Addr.String()+" exists") {
				continue
			}
			held := schema.Values{d.Kind.Label: cty.StringVal("Held " + d.Addr.Name)}
			if d.Kind.IsApp() {
				held["client_id"] = cty.StringVal("client-" + d.Addr.Name)
			}
			if d.Kind.Name == "group" && rapid.Bool().Draw(t, "described") {
				held["description"] = cty.StringVal("held")
			}
			org[d.Addr.String()] = &schema.Object{Kind: d.Kind.Name, ID: rapid.SampledFrom([]string{"id-", "more-"}).Draw(t, "id") + d.Addr.Name, Complete: true, Value: d.Kind.Object(held)}
		}
		known := func(addr schema.Addr) *schema.Object { return org[addr.String()] }
		learned, learning := c.Evaluate(known).All()
		c.Forget()
		anew, evaluating := c.Evaluate(known).All()
		if learning.Error() != evaluating.Error() || len(learned) != len(anew) {
			t.Fatalf("%v\nbut %v", learning, evaluating)
		}
		for i, want := range anew {
			got := learned[i]
			if got.Addr != want.Addr || !got.Value.RawEquals(want.Value) || !slices.Equal(got.DependsOn, want.DependsOn) || len(got.LeftAlone) != len(want.LeftAlone) || got.Owner != want.Owner {
				for name, v := range want.Value.All() {
					if is := got.Value.GetAttr(name); !is.RawEquals(v) {
						t.Errorf("%s.%s: %#v", want.Addr, name, is)
					}
				}
				t.Fatalf("%s\n%s is %#v after %v\nwant %#v after %v", text, got.Addr, got.Value, got.DependsOn, want.Value, want.DependsOn)
			}
		}
	})
}
