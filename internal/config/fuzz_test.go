package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
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
	seeds, _ := filepath.Glob("testdata/seeds/*")
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	for _, name := range seeds {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		as := uint8(0)
		if strings.HasSuffix(name, ".json") {
			as = asJSON
		}
		f.Add(text, as)
		f.Add(text, as|asModule)
	}
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
		defer costsLittle(t)()
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
			if d.Kind == nil || !d.Value.Cty().Type().Equals(d.Kind.Type()) {
				t.Errorf("%s: a value of type %#v", d.Addr, d.Value.Cty().Type())
			}
		}
	})
}

// costsLittle fails the test if what happens until its result is called takes a gigabyte.
func costsLittle(t *testing.T) func() {
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	return func() {
		var after runtime.MemStats
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 1<<30 {
			t.Errorf("took %d MB", took>>20)
		}
	}
}

// FuzzTfvars gives a configuration any bytes as its values of variables, in both
// syntaxes: a value or diagnostics, and never a panic.
func FuzzTfvars(f *testing.F) {
	for _, text := range []string{"a = 1\n", "a = [for x in [1, 2] : x]\n", "b = \"${1}\"\n", "c = { x = null }\n"} {
		f.Add([]byte(text), false)
	}
	for _, text := range []string{`{"a": 1}`, `{"b": ["x", null]}`, `{"c": {"x": 1e400}}`} {
		f.Add([]byte(text), true)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte, asJSON bool) {
		name := filepath.Join(dir, fmt.Sprint(os.Getpid()))
		file, other := filepath.Join(name, "oktaform.tfvars"), filepath.Join(name, "oktaform.tfvars.json")
		if asJSON {
			file, other = other, file
		}
		if err := os.MkdirAll(name, 0o700); err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(other)
		for file, text := range map[string][]byte{
			file:                            data,
			filepath.Join(name, "main.hcl"): []byte("org {\n  owner = \"o\"\n}\nvariable \"a\" {\n  default = 1\n}\nvariable \"b\" {\n  type    = list(string)\n  default = []\n}\nvariable \"c\" {\n  type    = object({ x = optional(number) })\n  default = {}\n}\noutput \"o\" {\n  value = jsonencode([var.a, var.b, var.c])\n}\n"),
		} {
			if err := os.WriteFile(file, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		defer costsLittle(t)()
		c, diags := config.Load(name, config.Options{})
		defer func() { _ = c.Close() }()
		_ = render(t, c, append(diags, c.Validate()...))
	})
}
