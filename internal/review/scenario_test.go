package review_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/schema"
)

// scenario is one change of a configuration: testdata/scenarios/*.txtar, which
// begin with a sentence of what happens and hold before.hcl, after.hcl and what
// a review says of it. A file "circumstances" says what isn't in the files: see circumstances.
type scenario struct {
	name, file    string
	archive       *txtar.Archive
	before, after string
	circumstances string
	// tests are the test files of the two versions, as "before/NAME" and "after/NAME".
	tests map[string]string
}

func scenarios(t *testing.T) (all []scenario) {
	t.Helper()
	files, err := filepath.Glob("testdata/scenarios/*.txtar")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d scenarios, %v", len(files), err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := scenario{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), file: file, archive: archive}
		for _, f := range archive.Files {
			switch f.Name {
			case "before.hcl":
				s.before = string(f.Data)
			case "after.hcl":
				s.after = string(f.Data)
			case "circumstances":
				s.circumstances = string(f.Data)
			}
			if name := filepath.Base(f.Name); config.IsTestFile(name) || strings.HasSuffix(name, ".json") {
				if s.tests == nil {
					s.tests = map[string]string{}
				}
				s.tests[f.Name] = string(f.Data)
			}
		}
		all = append(all, s)
	}
	return all
}

// load evaluates a configuration of one file, as a review does.
func load(t testing.TB, hcl string) versions.Version {
	t.Helper()
	return versions.Of(configure(t, hcl, config.Options{Incomplete: true, Elsewhere: true}))
}

func configure(t testing.TB, hcl string, options config.Options) *config.Config {
	t.Helper()
	return configureWith(t, hcl, nil, options)
}

// configureWith also writes test files. A text that begins with the name of a test file in a
// comment is one.
func configureWith(t testing.TB, hcl string, tests map[string]string, options config.Options) *config.Config {
	t.Helper()
	dir := t.TempDir()
	first, _, _ := strings.Cut(hcl, "\n")
	if name := strings.TrimPrefix(first, "# "); config.IsTestFile(name) {
		tests, hcl = map[string]string{name: hcl}, ""
	}
	for name, text := range tests {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(hcl, "org {") {
		hcl += "\norg {\n  owner = \"team/iam\"\n}\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(hcl), 0o600); err != nil {
		t.Fatal(err)
	}
	return loadDir(t, dir, options)
}

func loadDir(t testing.TB, dir string, options config.Options) *config.Config {
	t.Helper()
	c, diags := config.Load(dir, options)
	t.Cleanup(func() { _ = c.Close() })
	if diags = append(diags, c.Validate()...); diags.HasErrors() {
		t.Fatal(diags)
	}
	return c
}

func assess(t *testing.T, before, after string) *review.Review {
	t.Helper()
	return scenario{before: before, after: after}.assess(t, options)
}

var options = review.Options{Now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}

func (s scenario) assess(t *testing.T, o review.Options) *review.Review {
	t.Helper()
	options := config.Options{Incomplete: true, Elsewhere: true}
	c := configureWith(t, s.before, s.testsOf("before/"), options)
	in := versions.Compare(versions.Of(c), versions.Of(configureWith(t, s.after, s.testsOf("after/"), options)))
	in.Relocate(c.Dir, "before")
	for line := range strings.Lines(s.circumstances) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		in = circumstance(t, in, s.after, name, value)
	}
	return review.Assess(in, o)
}

// testsOf returns the test files of one version.
func (s scenario) testsOf(version string) map[string]string {
	tests := map[string]string{}
	for name, text := range s.tests {
		if name, found := strings.CutPrefix(name, version); found {
			tests[name] = text
		}
	}
	return tests
}

// circumstance changes the input of a review by what isn't in the files: where the versions lie,
// whether they can be read, and what a plan knows of the org.
func circumstance(t *testing.T, in versions.Input, after, name, value string) versions.Input {
	t.Helper()
	switch name {
	case "folder":
		in.Was.Folder, in.Is.Folder, _ = strings.Cut(value, " -> ")
	case "converted by git":
		in.Converted = []string{value}
	case "base is not valid":
		in = versions.Single(load(t, after))
		in.Incomparable = value
	case "credential":
		in.Credential = value
	case "key in the org":
		app := &in.After[0]
		key := app.Value.GetAttr("public_key").AsValueSlice()[0].AsValueMap()
		key["public_jwk"] = cty.StringVal(value)
		app.Value = app.Value.With(schema.Values{"public_key": cty.ListVal([]cty.Value{cty.ObjectVal(key)})})
	default:
		t.Fatalf("nobody knows the circumstance %q", name)
	}
	return in
}

// TestScenarios holds what a review says of each change against what is
// expected. UPDATE=1 writes it.
func TestScenarios(t *testing.T) {
	for _, s := range scenarios(t) {
		t.Run(s.name, func(t *testing.T) {
			got := told(s.assess(t, options))
			last := &s.archive.Files[len(s.archive.Files)-1]
			if os.Getenv("UPDATE") != "" {
				last.Data = []byte(got)
				if err := os.WriteFile(s.file, txtar.Format(s.archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if last.Name != "expected" || string(last.Data) != got {
				t.Errorf("a review says\n%s\nand not\n%s", got, last.Data)
			}
		})
	}
}

// told is a review in short.
func told(r *review.Review) string {
	var b strings.Builder
	fmt.Fprintf(&b, "verdict: %s\nrisk: %s\n", r.Verdict, r.Risk())
	for _, o := range r.Objects {
		fmt.Fprintf(&b, "%s: %s %s\n", o.Change, o.Addr, strings.Join(o.Attributes, ", "))
	}
	for _, p := range r.Principals {
		for _, l := range p.Delta {
			fmt.Fprintf(&b, "\n%s %s\n  risk %s\n", p.Addr, l.Sentence(), l.Risk)
			if sureness := l.Sureness(); sureness != "" {
				fmt.Fprintf(&b, "  certainty: %s\n", sureness)
			}
		}
		for _, s := range p.SignIns {
			fmt.Fprintf(&b, "\n%s %s\n", p.Addr, s.Sentence())
		}
		if p.NewPath {
			fmt.Fprintf(&b, "\n%s path: %s\n", p.Addr, strings.Join(p.Path.Words(), " -> "))
		}
		if p.After != nil {
			for _, u := range p.After.Unknown {
				fmt.Fprintf(&b, "\n%s not judged: %s\n", p.Addr, u)
			}
			if p.Changed() && p.After.Actor == access.SignedIn && len(p.After.Scopes) > 0 {
				fmt.Fprintf(&b, "  administrators who may sign in: %s; others: %v\n", strings.Join(p.After.Admins, ", "), p.After.Open)
			}
		}
	}
	for _, f := range r.Findings {
		waived := ""
		if f.Waiver != nil {
			waived = " waived until " + f.Waiver.Expires.Format(time.DateOnly)
		}
		fmt.Fprintf(&b, "\n%s %s %s (%s): %s%s\n", f.Severity, f.Rule, f.Addr, f.Attribute, f.Message, waived)
	}
	return strings.ReplaceAll(b.String(), " \n", "\n")
}
