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

// FuzzLoad gives the loader any bytes as an .hcl or an .hcl.json file: the
// answer is a configuration or diagnostics, and never a panic.
func FuzzLoad(f *testing.F) {
	archives, _ := filepath.Glob("testdata/diagnostics/*.txtar")
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".hcl") {
				f.Add(file.Data, false)
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
	} {
		f.Add([]byte(text), false)
	}
	f.Add([]byte(`{"org":{"owner":"o"},"group":{"g":{"name":"${user.u.login}","members":["${user.u}"]}},"user":{"u":{"login":null}}}`), true)
	f.Add([]byte(`{"org":[{"owner":null}],"variable":{"v":{"default":[1],"type":"list(string)"}},"output":{"o":{"value":"${var.v}"}}}`), true)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte, json bool) {
		// A folder for each worker: file names must not tell one input from another.
		name := filepath.Join(dir, fmt.Sprint(os.Getpid()))
		if err := os.MkdirAll(name, 0o700); err != nil {
			t.Fatal(err)
		}
		file, other := filepath.Join(name, "main.hcl"), filepath.Join(name, "main.hcl.json")
		if json {
			file, other = other, file
		}
		_ = os.Remove(other)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		c, diags := config.Load(name, config.Options{})
		defer func() { _ = c.Close() }()
		failed := diags.HasErrors()
		diags = append(diags, c.Validate()...)
		_ = render(t, c, diags)
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
