package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/help"
	"github.com/oktaform/oktaform/internal/skip"
	"github.com/oktaform/oktaform/internal/view/accessview"
	"github.com/oktaform/oktaform/internal/view/schemaview"
	"github.com/oktaform/oktaform/sandbox"
)

// block is one fenced block of a Markdown file.
var block = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// TestDocumentation runs what the README and docs show. HCL is validated; a
// console block's commands run in one folder with the examples, against an org
// of the file's own, and their output must be as shown, where "..." stands for
// anything. Policies are asked about a plan of the examples where conftest is
// installed.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, "../../README.md", "../../ARCHITECTURE.md") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			d := newDocument(t)
			for _, m := range block.FindAllStringSubmatch(string(text), -1) {
				switch m[1] {
				case "hcl":
					d.hcl(m[2])
				case "console":
					d.console(m[2])
				case "rego":
					d.policy(m[2])
				}
			}
		})
	}
}

type document struct {
	*testing.T
	dir string
	env []string
}

func newDocument(t *testing.T) *document {
	d := &document{T: t, dir: t.TempDir(), env: os.Environ()}
	s := &story{tb: t, work: d.dir, password: cli.Password()}
	t.Cleanup(s.stop)
	setenv := func(name, value string) { d.env = append(d.env, name+"="+value) }
	if err := s.serve(sandbox.Options{}, setenv); err != nil {
		t.Fatal(err)
	}
	setenv("HOME", d.dir)
	setenv("XDG_CONFIG_HOME", filepath.Join(d.dir, ".config"))
	setenv("OKTAFORM_VAR_ada_password", s.password)
	copyCommitted(t, "../../examples", filepath.Join(d.dir, "examples"))
	return d
}

// copyCommitted copies what git knows or would know of a folder: a developer's
// own run leaves keys and data there.
func copyCommitted(t testing.TB, from, to string) {
	t.Helper()
	files, err := exec.Command("git", "-C", from, "ls-files", "-co", "--exclude-standard").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.Lines(string(files)) {
		name = strings.TrimSpace(name)
		data, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// testFile carries out a test file for the quickstart.
func (d *document) testFile(name, text string) {
	dir := d.TempDir()
	copyCommitted(d, "../../examples/quickstart", dir)
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		d.Fatal(err)
	}
	for _, args := range [][]string{{"test", "--filter", name, dir}, {"fmt", "--check", "--diff", dir}} {
		if out, err := exec.Command("oktaform", args...).CombinedOutput(); err != nil {
			d.Errorf("%s of\n%s\n%v\n%s", args[0], text, err, out)
		}
	}
}

// hcl validates a configuration, or a part of one. If the first line names a test file, it is one.
func (d *document) hcl(text string) {
	first, _, _ := strings.Cut(text, "\n")
	if name := strings.TrimPrefix(first, "# "); strings.HasSuffix(name, ".oktest.hcl") {
		d.testFile(name, text)
		return
	}
	dir := d.TempDir()
	if !strings.Contains(text, "org {") {
		text += "\norg {\n  owner = \"docs\"\n}\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(text), 0o644); err != nil {
		d.Fatal(err)
	}
	for _, args := range [][]string{{"validate", dir}, {"fmt", "--check", "--diff", dir}} {
		if out, err := exec.Command("oktaform", args...).CombinedOutput(); err != nil {
			d.Errorf("%s of\n%s\n%v\n%s", args[0], text, err, out)
		}
	}
}

// console runs each command line ("$ ...") and compares its output.
func (d *document) console(text string) {
	for command := range strings.SplitSeq("\n"+text, "\n$ ") {
		line, want, _ := strings.Cut(strings.TrimSpace(command), "\n")
		if line == "" || strings.HasPrefix(line, "go test ") || strings.HasPrefix(line, "go install ") {
			continue // this test is part of the one; the other changes the machine
		}
		line = strings.ReplaceAll(line, "go run ./cmd/oktaform", "oktaform")
		cmd := exec.Command("sh", "-c", line)
		cmd.Dir, cmd.Env = d.dir, d.env
		out, err := cmd.CombinedOutput()
		if err != nil {
			d.Errorf("$ %s\n%v\n%s", line, err, out)
			continue
		}
		if want != "" && !shownAs(want).MatchString(strings.TrimSpace(string(out))) {
			d.Errorf("$ %s\nprints\n%s\nand not as shown:\n%s", line, out, want)
		}
	}
}

// policy asks conftest what a policy says of the quickstart: nothing, as that
// only reads and keeps its secrets in variables.
func (d *document) policy(text string) {
	d.Run("policy", func(t *testing.T) {
		skip.WithoutTool(t, "conftest")
		file := filepath.Join(t.TempDir(), "policy.rego")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("sh", "-c", "oktaform plan --format json examples/quickstart | conftest test --policy "+file+" -")
		cmd.Dir, cmd.Env = d.dir, d.env
		if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "0 tests") {
			t.Errorf("%v\n%s", err, out)
		}
	})
}

// shownAs is a pattern for output as a document shows it.
func shownAs(want string) *regexp.Regexp {
	pattern := regexp.QuoteMeta(strings.TrimSpace(want))
	return regexp.MustCompile(`(?s)^` + strings.ReplaceAll(pattern, `\.\.\.`, `.*`) + `$`)
}

// TestReferences holds docs/language.md, docs/rules.md and docs/commands.md against what they are
// made from. UPDATE=1 writes them.
func TestReferences(t *testing.T) {
	for file, want := range map[string]string{"../../docs/language.md": schemaview.Language(), "../../docs/rules.md": accessview.RulesReference(),
		"../../docs/commands.md": help.Markdown(newRoot(&cli.App{Env: cli.System()}))} {
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is not what it is made from: run UPDATE=1 go test ./cmd/oktaform -run TestReferences", file)
		}
	}
}
