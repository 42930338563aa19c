package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/orgcopy"
	"github.com/oktaform/oktaform/internal/recordedorg"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// clicked is an org that people have set up by hand, and a folder to import it to.
type clicked struct {
	tb     testing.TB
	story  *story
	folder string
}

func newClicked(tb testing.TB, options sandbox.Options) *clicked {
	tb.Helper()
	options.SigningKey = signingKey()
	server, err := sandbox.New(options)
	if err != nil {
		tb.Fatal(err)
	}
	listener := httptest.NewServer(server)
	c := &clicked{tb: tb, story: &story{tb: tb, org: server, server: listener}}
	if c.folder, err = os.MkdirTemp("", "import"); err != nil {
		tb.Fatal(err)
	}
	return c
}

func (c *clicked) end() {
	c.story.server.Close()
	_ = c.story.org.Close()
	_ = os.RemoveAll(c.folder)
}

// oktaform runs the program in this process.
func (c *clicked) oktaform(args ...string) (int, string) {
	var out bytes.Buffer
	status := run(context.Background(), args, &cli.Environment{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Clock: newFakeClock(), Home: c.folder,
		Self: func() org.Process { return org.Process{Host: "import", PID: 1} }, Dead: func(org.Process) bool { return false },
		Environ: []string{"OKTA_CLIENT_ORGURL=" + c.story.server.URL, "OKTA_CLIENT_TOKEN=" + c.story.org.Token(), "HOME=" + c.folder, "OKTAFORM_DEBUG=1"}})
	return status, out.String()
}

// failed is what a command said that went wrong.
func failed(out string) string {
	if i := strings.Index(out, "Error: "); i >= 0 {
		return out[i:]
	}
	return out
}

// filesOf is what stands in a folder's configuration.
func filesOf(tb testing.TB, dir string) string {
	tb.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.hcl"))
	if err != nil {
		tb.Fatal(err)
	}
	var b strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		fmt.Fprintf(&b, "# %s\n%s", filepath.Base(name), text)
	}
	return b.String()
}

// imports checks that an import gives a configuration whose first plan has imports only, and whose
// second is empty once they are applied; that the same org gives the same bytes; and that there is
// nothing to add afterwards.
func (c *clicked) imports(flags ...string) (fail string) {
	dir, again := filepath.Join(c.folder, "org"), filepath.Join(c.folder, "again", "org")
	step := func(want int, args ...string) (out string, ok bool) {
		status, out := c.oktaform(args...)
		if status != want {
			fail = fmt.Sprintf("oktaform %s: exit status %d, want %d\n%s\n%s", strings.Join(args, " "), status, want, failed(out), filesOf(c.tb, dir))
		}
		return out, status == want
	}
	if _, ok := step(0, append([]string{"import", "--out", dir}, flags...)...); !ok {
		return fail
	}
	if _, ok := step(0, append([]string{"import", "--out", again}, flags...)...); !ok {
		return fail
	}
	if filesOf(c.tb, dir) != filesOf(c.tb, again) {
		return "the same org gave\n" + filesOf(c.tb, dir) + "\nand then\n" + filesOf(c.tb, again)
	}
	if _, ok := step(0, "fmt", "--check", dir); !ok {
		return fail
	}
	out, ok := step(0, "plan", dir)
	if !ok {
		return fail
	}
	if !strings.Contains(out, "No changes.") && !strings.Contains(out, "to import, 0 to add, 0 to change, 0 to destroy.") {
		return out + filesOf(c.tb, dir)
	}
	if _, ok := step(0, "apply", "--auto-approve", dir); !ok {
		return fail
	}
	if _, ok := step(0, "plan", "--detailed-exitcode", dir); !ok {
		return fail
	}
	before := filesOf(c.tb, dir)
	if _, ok := step(0, append([]string{"import", "--add", "--out", dir}, flags...)...); !ok {
		return fail
	}
	if after := filesOf(c.tb, dir); before != after {
		return "a second import adds to\n" + before + "\nand gives\n" + after
	}
	return ""
}

// Whatever people have clicked together, the first plan of an import has imports only, and the
// second is empty.
func TestImportsOfWhateverPeopleClick(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		c := newClicked(t, sandbox.Options{Seed: []byte(`{"groups": [{"profile": {"name": "Imported"}, "type": "APP_GROUP"}],
			"apps": [{"document": {"label": "Payroll", "signOnMode": "SAML_2_0", "name": "payroll"}}, {"document": {"label": "Wiki", "signOnMode": "BOOKMARK", "name": "bookmark"}}]}`)})
		defer c.end()
		k := &clicking{T: r, c: c}
		k.directory()
		k.ruledGroups()
		for range rapid.IntRange(0, 4).Draw(r, "apps") {
			k.oneApp()
		}
		k.rights()
		var flags []string
		if k.yes("own users") {
			flags = append(flags, "--own-users")
		}
		if fail := c.imports(flags...); fail != "" {
			r.Fatal(fail)
		}
	})
}

// An org that answers as a real one was recorded is imported whole: its first plan imports, its
// second is empty.
func TestRecordedOrgsImport(t *testing.T) {
	t.Parallel()
	files, err := recordedorg.Files()
	if err != nil {
		t.Fatal(err)
	}
	var imported atomic.Int64
	t.Cleanup(func() {
		if imported.Load() < 30 {
			t.Errorf("only %d objects were imported", imported.Load())
		}
	})
	for _, file := range files {
		t.Run(strings.TrimSuffix(file, ".yaml"), func(t *testing.T) {
			t.Parallel()
			recorded, err := recordedorg.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			copied, err := orgcopy.Read(t.Context(), recorded, orgcopy.Options{})
			if err != nil {
				t.Fatal(err)
			}
			seed, err := copied.Seed()
			if err != nil {
				t.Fatal(err)
			}
			c := newClicked(t, sandbox.Options{Seed: seed})
			defer c.end()
			if fail := c.imports(); fail != "" {
				t.Fatal(fail)
			}
			imported.Add(int64(strings.Count(filesOf(t, filepath.Join(c.folder, "org")), "\nimport {")))
		})
	}
}

// lostInImports are attributes that an import doesn't give back, each with the reason.
var lostInImports = map[string]string{
	"assigned_user":  "Okta fills the profile from the user's own, and nothing tells what somebody set",
	"assigned_group": "a block that tells the app nothing comes back as an element of assigned_groups",
	"client_secret":  "one active secret is what Okta gives every app that has any; several come back with the moments at which they were made",
}

// What was applied comes back from an import: every attribute of every kind, in a configuration
// whose plan is empty.
func TestImportGivesAttributesBack(t *testing.T) {
	t.Parallel()
	done := map[string]bool{}
	for _, row := range attributeRows() {
		if done[row.body+row.first] {
			continue
		}
		done[row.body+row.first] = true
		t.Run(row.attrs()[0], func(t *testing.T) {
			t.Parallel()
			c := newClicked(t, sandbox.Options{})
			defer c.end()
			for line := range strings.Lines(row.first) {
				parts := strings.SplitN(strings.TrimSpace(line), " ", 3)
				if _, answer, err := c.story.call(parts[0], parts[1], parts[2]); err != nil {
					t.Fatalf("%s: %v %s", line, err, answer)
				}
			}
			before := filepath.Join(c.folder, "before")
			if err := os.Mkdir(before, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(before, "main.hcl"), []byte("org {\n  owner = \"test\"\n}\n"+row.body), 0o600); err != nil {
				t.Fatal(err)
			}
			c.comesBack(before, "test", row.first == "")
		})
	}
}

// comesBack applies a configuration, imports what it owns, and compares. empty says that the plan
// of the import has no imports either.
func (c *clicked) comesBack(before, owner string, empty bool) {
	c.tb.Helper()
	dir := filepath.Join(c.folder, "after")
	for _, args := range [][]string{{"apply", "--auto-approve", before}, {"import", "--own-users", "--owner", owner, "--out", dir}, {"plan", dir}} {
		status, out := c.oktaform(args...)
		if status != 0 || args[0] == "plan" && !strings.Contains(out, "No changes.") && (empty || !strings.Contains(out, "to import, 0 to add, 0 to change, 0 to destroy.")) {
			c.tb.Fatalf("oktaform %s: exit status %d\n%s\n%s", strings.Join(args, " "), status, failed(out), filesOf(c.tb, dir))
		}
	}
	given := map[string]schema.Value{}
	for _, d := range evaluatedIn(c.tb, dir) {
		given[d.Addr.String()] = d.Value
	}
	for _, d := range evaluatedIn(c.tb, before) {
		got, ok := given[d.Addr.String()]
		if !ok {
			if d.Kind.Owned() { // others leave no mark: nothing in the org says that they were declared
				c.tb.Errorf("%s is lost: an import gives\n%s", d.Addr, filesOf(c.tb, dir))
			}
			continue
		}
		for name, v := range d.Value.All() {
			a := d.Kind.Attr(name)
			if v.IsNull() || !v.IsKnown() || a != nil && (a.WriteOnly || a.VersionOf != "") || lostInImports[name] != "" {
				continue
			}
			if !same(got.GetAttr(name), v) {
				c.tb.Errorf("%s of %s is lost: %#v became %#v in\n%s", name, d.Addr, v, got.GetAttr(name), filesOf(c.tb, dir))
			}
		}
	}
}

// same compares two declared values, whose marks and references may differ in their form.
func same(a, b cty.Value) bool {
	a, _ = a.UnmarkDeep()
	b, _ = b.UnmarkDeep()
	return a.RawEquals(b)
}

func evaluatedIn(tb testing.TB, dir string) []schema.Desired {
	tb.Helper()
	c, diags := config.Load(dir, config.Options{})
	if diags.HasErrors() {
		tb.Fatal(diags)
	}
	tb.Cleanup(func() { _ = c.Close() })
	declared, diags := c.Evaluate(nil).All()
	if diags.HasErrors() {
		tb.Fatal(diags)
	}
	return declared
}
