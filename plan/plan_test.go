package plan_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// TestPlans reads each archive in testdata: main.hcl is the configuration, the other .hcl files are
// what the org holds, each file with its owner ("nobody": without marks; one named as an address:
// all marked with it), and "want" is the plan in short: symbol, address, what it waits for, reason,
// and the attributes that differ. The archive's first line says what is shown; words in brackets in
// it are options.
func TestPlans(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no archives", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var c *config.Config
			s := &schema.Snapshot{OrgID: "00o1", URL: "https://example.okta.com"}
			want := ""
			for _, f := range archive.Files {
				switch {
				case f.Name == "want":
					want = string(f.Data)
				case f.Name == "main.hcl":
					c = load(t, string(f.Data))
				default:
					s.Objects = append(s.Objects, held(t, f.Name, load(t, string(f.Data)))...)
				}
			}
			options := plan.Options{Owner: c.Owner}
			options.Destroy = strings.Contains(string(archive.Comment), "[destroy]")
			options.Import = strings.Contains(string(archive.Comment), "[import]")
			options.TakeOver = strings.Contains(string(archive.Comment), "[take over]")
			p, diags := plan.Make(c, s, options)
			got := short(p, diags)
			if os.Getenv("UPDATE") != "" {
				update(t, file, archive, got)
				return
			}
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
			if p != nil {
				written(t, p, options)
			}
			// Neither the order of what was read nor a second call matters.
			for i, j := 0, len(s.Objects)-1; i < j; i, j = i+1, j-1 {
				s.Objects[i], s.Objects[j] = s.Objects[j], s.Objects[i]
			}
			if again := short(plan.Make(c, s, options)); again != got {
				t.Errorf("in another order:\n%s", again)
			}
		})
	}
}

func update(t *testing.T, file string, archive *txtar.Archive, got string) {
	t.Helper()
	for i := range archive.Files {
		if archive.Files[i].Name == "want" {
			archive.Files[i].Data = []byte(got)
		}
	}
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func load(t testing.TB, text string) *config.Config {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c, diags := config.Load(dir, config.Options{})
	if diags = append(diags, c.Validate()...); diags.HasErrors() {
		t.Fatal(diags)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// held makes the objects that an org would hold after the configuration was
// applied. An id is the file's name and the object's.
func held(t testing.TB, file string, c *config.Config) []schema.Object {
	t.Helper()
	all, diags := c.Evaluate(nil).All()
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	id := func(addr string) string {
		return strings.TrimSuffix(file, ".hcl") + "-" + addr[strings.Index(addr, ".")+1:]
	}
	var objects []schema.Object
	for _, d := range all {
		value, err := cty.Transform(d.Value.Unmarked().Cty(), func(_ cty.Path, v cty.Value) (cty.Value, error) {
			switch {
			case v.Type().Equals(schema.Ref) && !v.IsNull():
				return cty.ObjectVal(map[string]cty.Value{"id": cty.StringVal(id(v.GetAttr("addr").AsString())), "addr": cty.StringVal(""), "name": v.GetAttr("name")}), nil
			case !v.IsKnown():
				return cty.StringVal("made-by-okta"), nil
			}
			return v, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		o := schema.Object{Kind: d.Kind.Name, ID: id(d.Addr.String()), Owner: d.Owner, Complete: true, Value: d.Kind.FromCty(value)}
		if c.Owner == "nobody" {
			o.Owner = schema.Owner{}
		}
		o.Owner.Deposed = strings.HasPrefix(file, "deposed")
		if forged := strings.TrimSuffix(file, ".hcl"); strings.Contains(forged, ".") || forged == "nonsense" {
			o.Owner.Addr = forged
		}
		objects = append(objects, o)
	}
	return objects
}

// short is a plan as the archives show it.
func short(p *plan.Plan, diags hcl.Diagnostics) string {
	var b strings.Builder
	for _, d := range diags {
		fmt.Fprintf(&b, "%s: %s\n", map[hcl.DiagnosticSeverity]string{hcl.DiagError: "error", hcl.DiagWarning: "warning"}[d.Severity], d.Summary)
	}
	if p == nil {
		return b.String()
	}
	for _, c := range p.Changes {
		symbol := strings.TrimSpace(string(c.Action))
		if symbol == "" {
			symbol = "="
		}
		fmt.Fprintf(&b, "%s %s", symbol, c.Addr)
		if c.ID != "" {
			fmt.Fprintf(&b, " %s", c.ID)
		}
		if c.Prior != nil && c.Action != plan.Delete {
			if names := c.Kind.Changed(c.Before, c.After); len(names) > 0 {
				fmt.Fprintf(&b, " [%s]", strings.Join(names, " "))
			}
		}
		for _, addr := range c.DependsOn {
			fmt.Fprintf(&b, " after %s", addr)
		}
		for _, addr := range c.TemporaryRenames {
			fmt.Fprintf(&b, " displaces %s", addr)
		}
		if c.OnDestroy != "" {
			fmt.Fprintf(&b, " on_destroy=%s", c.OnDestroy)
		}
		if c.Reason != "" {
			fmt.Fprintf(&b, " (%s)", c.Reason)
		}
		b.WriteString("\n")
	}
	for _, note := range p.Notes {
		fmt.Fprintf(&b, "note: %s\n", note)
	}
	n := p.Counts()
	forget := ""
	if n.Forget > 0 {
		forget = fmt.Sprintf(", %d to forget", n.Forget)
	}
	fmt.Fprintf(&b, "%d to import, %d to add, %d to change, %d to destroy%s\n", n.Import, n.Add, n.Change, n.Destroy, forget)
	return b.String()
}
