package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/schema"
)

// TestInstances declares, under generated keys, a group and an app that refers to
// it, once in the configuration and once in a module. Each instance has the
// address with its key, sees its own values, depends on just the group that it
// refers to, and is found by its address.
func TestInstances(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("main.hcl", `
org {
  owner = "team/iam"
}
group "g" {
  for_each = local.keys
  name     = "G ${each.key}"
}
service_app "s" {
  for_each = local.keys
  label    = "S ${each.value}"
  jwks_uri = "https://example.com"
  admin_role "HELP_DESK_ADMIN" {
    target_groups = [group.g[each.key]]
  }
}
module "m" {
  source   = "./m"
  for_each = local.keys
  name     = each.key
}
group "after" {
  for_each    = module.m
  name        = "After ${each.value.label}"
  description = module.m[each.key].id
}
`)
	write("m/main.hcl", `
variable "name" {}
group "g" {
  count = 2
  name  = "${var.name} in a module ${count.index}"
}
output "label" {
  value = "${var.name}!"
}
output "id" {
  value = group.g[1].id
}
`)
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zA-Z0-9 "$\{\}.\[\]äß%-]{1,8}`), 0, 4, strings.ToLower).Draw(t, "keys") // a group's name is unique in whatever case
		attrs := map[string]cty.Value{}
		for _, key := range keys {
			attrs[key] = cty.StringVal("v")
		}
		write("keys.hcl", "locals {\n  keys = "+string(hclwrite.TokensForValue(cty.ObjectVal(attrs)).Bytes())+"\n}\n")
		c, diags := config.Load(dir, config.Options{})
		defer c.Close()
		diags = append(diags, c.Validate()...)
		eval := c.Evaluate(nil)
		all, more := eval.All()
		if diags = append(diags, more...); diags.HasErrors() {
			t.Fatal(diags)
		}
		got := map[string][]string{}
		for _, d := range all {
			var depends []string
			for _, addr := range d.DependsOn {
				depends = append(depends, addr.String())
			}
			got[d.Addr.String()] = depends
			if parsed, err := schema.ParseAddr(d.Addr.String()); err != nil || parsed != d.Addr {
				t.Errorf("%s parses as %#v: %v", d.Addr, parsed, err)
			}
			alone, diags := c.Evaluate(nil).Object(d.Addr)
			if diags.HasErrors() || !alone.Value.RawEquals(d.Value) || !slices.Equal(alone.DependsOn, d.DependsOn) {
				t.Errorf("%s alone: %#v %v", d.Addr, alone.Value, diags)
			}
		}
		want := map[string][]string{}
		for _, name := range keys {
			key := schema.InstanceKey(cty.StringVal(name))
			want["group.g["+key+"]"] = nil
			want["service_app.s["+key+"]"] = []string{"group.g[" + key + "]"}
			want["module.m["+key+"].group.g[0]"] = nil
			want["module.m["+key+"].group.g[1]"] = nil
			// module.m as a whole is what the keys come from; its outputs use one group.
			for _, other := range keys {
				want["group.after["+key+"]"] = append(want["group.after["+key+"]"], "module.m["+schema.InstanceKey(cty.StringVal(other))+"].group.g[1]")
			}
		}
		if len(got) != len(want) {
			t.Fatalf("declared %v, want %v", got, want)
		}
		for addr, depends := range want {
			slices.Sort(depends)
			have := slices.Sorted(slices.Values(got[addr]))
			if _, ok := got[addr]; !ok || !slices.Equal(have, depends) {
				t.Errorf("%s depends on %v, want %v", addr, have, depends)
			}
		}
	})
}

// TestModuleInputsFlowBothWays: what a module gives may go into another one that
// gives something to the first, as long as the values go in no circle.
func TestModuleInputsFlowBothWays(t *testing.T) {
	const module = "variable \"a\" {\n  default = \"a\"\n}\nvariable \"b\" {\n  default = \"b\"\n}\noutput \"a\" {\n  value = var.a\n}\noutput \"b\" {\n  value = var.b\n}\n"
	got, diags := value(t, "-- m/main.hcl --\n"+module+`-- main.hcl --
module "x" {
  source = "./m"
  b      = module.y.a
}
module "y" {
  source = "./m"
  a      = "${module.x.a}!"
}
output "o" {
  value = module.x
}
`, config.Options{})
	want := cty.ObjectVal(map[string]cty.Value{"a": cty.StringVal("a"), "b": cty.StringVal("a!")})
	if diags != "" || !got.RawEquals(want) {
		t.Errorf("%#v\n%s", got, diags)
	}
}

// TestUnknownVariableKeepsChecking: a block whose instances validate can't know
// is checked all the same, and its references aren't errors.
func TestUnknownVariableKeepsChecking(t *testing.T) {
	c, diags := load(t, preamble+`-- m/main.hcl --
variable "name" {}
group "g" {
  name = var.name
  nam  = "x"
}
output "id" {
  value = group.g.id
}
-- main.hcl --
variable "names" {
  type = set(string)
}
module "m" {
  source   = "./m"
  for_each = var.names
  name     = each.key
}
group "h" {
  for_each = module.m
  name     = each.value.id
}
output "o" {
  value = [for m in module.m : m.id]
}
`, config.Options{Incomplete: true})
	diags = append(diags, c.Validate()...)
	if got := render(t, c, diags); len(diags) != 1 || !strings.Contains(got, `"nam" is not expected`) {
		t.Error(got)
	}
	if all, _ := c.Evaluate(nil).All(); len(all) != 0 {
		t.Errorf("instances that nobody declared: %v", all)
	}
}
