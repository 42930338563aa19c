package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/oktaform/oktaform/internal/config"
)

// How FuzzLoad uses its bytes.
const (
	asJSON   = 1 // in the JSON syntax
	asModule = 2 // as the module in ./m, not as the configuration that may call it
)

// FuzzLoad gives the loader any bytes as an .hcl or an .hcl.json file, of a
// configuration or of a module: the answer is a configuration or diagnostics, and
// never a panic.
func FuzzLoad(f *testing.F) {
	archives, _ := filepath.Glob("testdata/diagnostics/*.txtar")
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".hcl") {
				f.Add(file.Data, uint8(0))
				f.Add(file.Data, uint8(asModule))
			}
		}
	}
	for _, text := range []string{
		"variable \"v\" {\n  type = nonsense\n}\norg {\n  owner = var.v\n}\n",
		"org {\n  owner = \"o\"\n}\ngroup \"g\" {\n  name = \"G\"\n  members = [{ id = \"1\", addr = \"no.such\", name = \"n\" }]\n}\n",
		"org {\n  owner = \"o\"\n}\ngroup \"g\" {\n  name = \"G\"\n  members = [{ id = \"1\", addr = sensitive(\"user.u\"), name = \"n\" }, null]\n}\n",
		"org {\n  owner = sensitive(\"o\")\n}\n",
		"org {\n  owner = \"o\"\n}\nlocals {\n  a = local.b\n  b = local.a\n}\ngroup \"g\" {\n  name = local.a\n}\n",
		"org {\n  owner = \"o\"\n}\nservice_app \"s\" {\n  label = \"S\"\n  public_key \"k\" {\n    private_key_file = \"\"\n    generate = sensitive(true)\n  }\n}\n",
		"org {\n  owner = group.g.name\n}\ngroup \"g\" {\n  name = org.owner\n}\n",
		"org {\n  owner = \"o\"\n}\nmodule \"m\" {\n  source = \"./m\"\n  for_each = { a = 1, b = module.m }\n  v = each.value\n}\noutput \"o\" {\n  value = module.m[*].o\n}\n",
		"org {\n  owner = \"o\"\n}\nmodule \"m\" {\n  source = \"./m\"\n  count = 2\n  v = count.index\n  depends_on = [group.g]\n}\ngroup \"g\" {\n  for_each = toset([\"a\", \"b\"])\n  name = each.key\n}\ngroup \"h\" {\n  for_each = group.g\n  name = \"${each.value.name} ${module.m[1].o.name}\"\n  description = group.g[each.key].id\n}\n",
		"org {\n  owner = \"o\"\n}\nservice_app \"s\" {\n  label = \"S\"\n  jwks_uri = \"https://a\"\n  dynamic \"admin_role\" {\n    for_each = sensitive([\"A\", group.g[0].id])\n    iterator = i\n    labels = [i.value]\n    content {\n      target_groups = [group.g[i.key]]\n    }\n  }\n}\ngroup \"g\" {\n  count = 3\n  name = \"${count.index}\"\n}\n",
		"org {\n  owner = \"o\"\n}\nvariable \"v\" {\n  type = map(object({ a = optional(string, \"x\") }))\n  default = {}\n  nullable = false\n  validation {\n    condition = length(var.v) > local.n\n    error_message = \"${path.module} ${local.n}\"\n  }\n}\nlocals {\n  n = try(module.m.o, 1)\n}\nmodule \"m\" {\n  source = \"./m\"\n  v = var.v\n}\noutput \"o\" {\n  value = 1\n  depends_on = [module.m, local.n]\n  precondition {\n    condition = null\n    error_message = 1\n  }\n}\n",
		"org {\n  owner = \"o\"\n}\nsmoke_test \"t\" {\n  app = service_app.s[\"a\"]\n  scopes = [\"x\"]\n  dynamic \"request\" {\n    for_each = service_app.s\n    content {\n      path = \"/${request.value.id}\"\n    }\n  }\n}\nservice_app \"s\" {\n  for_each = {}\n  label = each.key\n}\n",
	} {
		f.Add([]byte(text), uint8(0))
		f.Add([]byte(text), uint8(asModule))
	}
	f.Add([]byte(`{"org":{"owner":"o"},"module":{"m":{"source":"./m","for_each":"${toset([\"a\"])}","v":"${each.key}"}},"group":{"g":{"count":2,"name":"${module.m[\"a\"].o.name}","depends_on":["module.m"]}}}`), uint8(asJSON))
	f.Add([]byte(`{"variable":{"v":{"validation":[{"condition":"${var.v}","error_message":"x"}]}},"service_app":{"s":{"label":"${var.v}","dynamic":{"public_key":{"for_each":["a"],"labels":["${public_key.value}"],"content":{"jwk":"${public_key.key}"}}}}}}`), uint8(asJSON|asModule))
	f.Add([]byte(`{"org":{"owner":"o"},"group":{"g":{"name":"${user.u.login}","members":["${user.u}"]}},"user":{"u":{"login":null}}}`), uint8(asJSON))
	f.Add([]byte(`{"org":[{"owner":null}],"variable":{"v":{"default":[1],"type":"list(string)"}},"output":{"o":{"value":"${var.v}"}}}`), uint8(asJSON))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte, as uint8) {
		// A folder for each worker: file names must not tell one input from another.
		name := filepath.Join(dir, fmt.Sprint(os.Getpid()))
		if err := os.MkdirAll(filepath.Join(name, "m"), 0o700); err != nil {
			t.Fatal(err)
		}
		write := func(dir, native string) {
			file, other, text := filepath.Join(name, dir, "main.hcl"), filepath.Join(name, dir, "main.hcl.json"), []byte(native)
			if native == "" {
				text = data
				if as&asJSON != 0 {
					file, other = other, file
				}
			}
			_ = os.Remove(other)
			if err := os.WriteFile(file, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if as&asModule == 0 {
			write(".", "")
			write("m", "variable \"v\" {\n}\ngroup \"g\" {\n  name = \"G ${var.v}\"\n}\noutput \"o\" {\n  value = group.g\n}\n")
		} else {
			write(".", "org {\n  owner = \"o\"\n}\nmodule \"m\" {\n  source = \"./m\"\n  count  = 2\n  v      = \"V${count.index}\"\n}\noutput \"o\" {\n  value = module.m[0]\n}\n")
			write("m", "")
		}
		c, diags := config.Load(name, config.Options{})
		defer func() { _ = c.Close() }()
		failed := diags.HasErrors()
		diags = append(diags, c.Validate()...)
		_ = render(t, c, diags)
		c.Graph()
		c.Names()
		if failed {
			return
		}
		all, diags := c.Evaluate(nil).All()
		if !diags.HasErrors() && c.Owner == "" {
			t.Error("a configuration without an owner, and nothing said about it")
		}
		for _, d := range all {
			if d.Kind == nil || !d.Value.Type().Equals(d.Kind.Type()) {
				t.Errorf("%s: a value of type %#v", d.Addr, d.Value.Type())
			}
		}
	})
}
