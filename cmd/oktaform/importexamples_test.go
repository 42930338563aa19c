package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/schema"
)

// leftToOthers are attributes of which an example declares a part and leaves the rest to others. An
// import gives all of it.
var leftToOthers = map[string]bool{"service_app.reports okta_api_scopes": true}

// Each example comes back from an import into an empty folder: the same objects with the same
// attributes. The plan of the import changes nothing but the addresses in marks, and after its
// apply nothing at all.
func TestExamplesComeBack(t *testing.T) {
	t.Parallel()
	var folders []string
	for _, pattern := range []string{"../../examples/*/*.hcl", "../../examples/*/*/*.hcl"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if dir := filepath.Dir(file); filepath.Base(dir) != "modules" && (len(folders) == 0 || folders[len(folders)-1] != dir) {
				folders = append(folders, dir)
			}
		}
	}
	if len(folders) < 12 {
		t.Fatalf("only %d examples: %v", len(folders), folders)
	}
	for _, folder := range folders {
		t.Run(strings.TrimPrefix(folder, "../../examples/"), func(t *testing.T) {
			t.Parallel()
			e := newExample(t, folder)
			e.run(0, append([]string{"apply", "--auto-approve", "--no-smoke"}, append(adminRemovals[filepath.Base(folder)], e.dir)...)...)
			before := e.evaluated(e.dir)
			dir, inputs := filepath.Join(t.TempDir(), "org"), e.inputs
			e.inputs = nil
			e.run(0, "import", "--owner", before.Owner, "--out", dir)
			after := e.evaluated(dir)
			e.run(0, "apply", "--auto-approve", "--no-smoke", dir)
			e.run(0, "plan", "--detailed-exitcode", dir)
			e.inputs = inputs
			e.compare(before, after, dir)
		})
	}
}

// evaluated loads a configuration with the example's inputs.
func (e *example) evaluated(dir string) *config.Config {
	e.Helper()
	o := config.Options{Environ: e.env}
	if dir == e.dir && len(e.inputs) == 2 {
		o.Inputs = append(o.Inputs, config.VarFile(e.inputs[1]))
	}
	c, diags := config.Load(dir, o)
	if diags.HasErrors() {
		e.Fatalf("%v\n%s", diags, filesOf(e, dir))
	}
	e.Cleanup(func() { _ = c.Close() })
	return c
}

// compare compares what two configurations declare. Addresses in modules, and of instances, became
// others.
func (e *example) compare(before, after *config.Config, dir string) {
	e.Helper()
	eval := after.Evaluate(nil)
	identity, diags := eval.Identity()
	if diags.HasErrors() {
		e.Fatal(diags)
	}
	declared, diags := eval.All()
	if diags.HasErrors() {
		e.Fatal(diags)
	}
	given := map[string]schema.Desired{}
	for _, d := range declared {
		given[d.Addr.String()] = d
		for _, was := range identity.From(d.Addr.String()) {
			given[was] = d
		}
	}
	was, diags := before.Evaluate(nil).All()
	if diags.HasErrors() {
		e.Fatal(diags)
	}
	for _, d := range was {
		got, ok := given[d.Addr.String()]
		switch {
		case !ok && d.Kind.Owned():
			e.Errorf("%s is lost: an import gives\n%s", d.Addr, filesOf(e, dir))
		case ok:
			for name, v := range d.Value.All() {
				a := d.Kind.Attr(name)
				if v.IsNull() || !v.IsKnown() || a != nil && (a.WriteOnly || a.VersionOf != "" || a.Local) || lostInImports[name] != "" {
					continue
				}
				if leftToOthers[d.Addr.String()+" "+name] {
					continue
				}
				if !sameShape(got.Value.GetAttr(name), v) {
					e.Errorf("%s of %s is lost: %#v became %#v in\n%s", name, d.Addr, v, got.Value.GetAttr(name), filesOf(e, dir))
				}
			}
		}
	}
}

// sameShape compares declared values. Of references and nested blocks it compares how many there
// are: an empty plan has shown that they mean the same.
func sameShape(a, b cty.Value) bool {
	a, _ = a.UnmarkDeep()
	b, _ = b.UnmarkDeep()
	switch {
	case !a.IsKnown() || !b.IsKnown():
		return true
	case a.IsNull() || a.Type().IsListType() != b.Type().IsListType():
		return false
	}
	if a.Type().IsListType() && a.Type().ElementType().IsObjectType() {
		return a.LengthInt() == b.LengthInt()
	}
	return a.Type().IsObjectType() || a.RawEquals(b)
}
