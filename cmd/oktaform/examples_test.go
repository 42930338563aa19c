package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/sandbox"
)

// TestExamples applies each folder directly below examples/ as a newcomer would:
// on an empty org, or on the one in its seed.json, with its dev.tfvars where it
// has them. Then it plans again, which must show nothing, changes by hand what
// was made and repairs it, and destroys it all. Nothing with a mark may be left.
func TestExamples(t *testing.T) {
	folders, err := filepath.Glob("../../examples/*/*.hcl*")
	if err != nil || len(folders) == 0 {
		t.Fatal("no examples", err)
	}
	for i := range folders {
		folders[i] = filepath.Dir(folders[i])
	}
	for _, folder := range slices.Compact(folders) {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			e := newExample(t, folder)
			e.run(0, "validate", e.dir)
			e.run(0, "fmt", "--check", "--recursive", e.dir)
			e.run(0, append([]string{"apply", "--auto-approve"}, append(adminRemovals[filepath.Base(folder)], e.dir)...)...)
			e.run(0, "plan", "--detailed-exitcode", e.dir)
			e.changeByHand()
			e.run(2, "plan", "--detailed-exitcode", e.dir)
			e.run(0, "apply", "--auto-approve", e.dir)
			e.run(0, "plan", "--detailed-exitcode", e.dir)
			e.run(0, "destroy", "--auto-approve", e.dir)
			for _, left := range e.marked() {
				t.Errorf("%s %s is left after destroy", left.path, left.name)
			}
		})
	}
}

// adminRemovals are the words that the first apply of an example takes, as its page in
// docs says.
var adminRemovals = map[string][]string{"brownfield-import": {"--allow-admin-removal=service_app.reports"}}

type example struct {
	*testing.T
	*story
	dir    string
	env    []string
	inputs []string // flags
}

// secretVariable finds variables that a person would give by the environment.
var secretVariable = regexp.MustCompile(`(?ms)^variable "(\w+)" \{[^}]*sensitive *= *true`)

func newExample(t *testing.T, folder string) *example {
	e := &example{T: t, dir: filepath.Join(t.TempDir(), filepath.Base(folder)), env: os.Environ()}
	copyCommitted(t, folder, e.dir)
	e.story = &story{tb: t, work: e.dir, password: cli.Password()}
	t.Cleanup(e.stop)
	seed, _ := os.ReadFile(filepath.Join(e.dir, "seed.json"))
	setenv := func(name, value string) { e.env = append(e.env, name+"="+value) }
	if err := e.serve(sandbox.Options{Seed: seed}, setenv); err != nil {
		t.Fatal(err)
	}
	setenv("HOME", e.dir)
	if vars := filepath.Join(e.dir, "dev.tfvars"); exists(vars) {
		e.inputs = []string{"--var-file", vars}
	}
	sources, _ := filepath.Glob(filepath.Join(e.dir, "*.hcl"))
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range secretVariable.FindAllStringSubmatch(string(text), -1) {
			setenv("OKTAFORM_VAR_"+m[1], e.password)
		}
	}
	return e
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// run runs the program with the example's inputs.
func (e *example) run(want int, args ...string) {
	e.Helper()
	if args[0] != "fmt" {
		args = slices.Insert(args, 1, e.inputs...)
	}
	cmd := exec.Command("oktaform", args...)
	cmd.Env = e.env
	out, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != want {
		e.Fatalf("oktaform %s: exit status %d, want %d\n%s", strings.Join(args, " "), got, want, out)
	}
	if strings.Contains(string(out), e.password) {
		e.Fatalf("oktaform %s shows a secret", strings.Join(args, " "))
	}
}

// owned is an object in the org that carries a mark.
type owned struct {
	path, name string
	edit       map[string]any // makes it differ from what is declared
}

var mark = regexp.MustCompile(`\[oktaform [^\]]+\]$`)

func (e *example) marked() []owned {
	var list []owned
	var apps, groups []map[string]any
	for path, into := range map[string]*[]map[string]any{"/api/v1/apps?limit=200": &apps, "/api/v1/groups?limit=200": &groups} {
		if err := e.get(path, into); err != nil {
			e.Fatal(err)
		}
	}
	for _, app := range apps {
		if profile, _ := app["profile"].(map[string]any); profile["oktaform_owner"] != nil {
			list = append(list, owned{path: fmt.Sprint("/api/v1/apps/", app["id"]), name: fmt.Sprint(app["label"]),
				edit: map[string]any{"label": fmt.Sprint(app["label"], " by hand")}})
		}
	}
	for _, group := range groups {
		profile, _ := group["profile"].(map[string]any)
		if description, _ := profile["description"].(string); mark.MatchString(description) {
			list = append(list, owned{path: fmt.Sprint("/api/v1/groups/", group["id"]), name: fmt.Sprint(profile["name"]),
				edit: map[string]any{"profile": map[string]any{"description": "by hand " + description}}})
		}
	}
	return list
}

// changeByHand changes the org behind the program's back: an object with a mark,
// or else somebody's role.
func (e *example) changeByHand() {
	e.Helper()
	if marked := e.marked(); len(marked) > 0 {
		object := marked[0]
		var doc map[string]any
		if err := e.get(object.path, &doc); err != nil {
			e.Fatal(err)
		}
		merge(doc, object.edit)
		body, err := json.Marshal(doc)
		if err != nil {
			e.Fatal(err)
		}
		e.must("PUT", object.path, string(body))
		return
	}
	var users []map[string]any
	if err := e.get("/api/v1/users?limit=200", &users); err != nil {
		e.Fatal(err)
	}
	if len(users) == 0 {
		e.Fatal("nothing in the org can be changed by hand")
	}
	e.must("POST", fmt.Sprintf("/api/v1/users/%s/roles", users[0]["id"]), `{"type":"REPORT_ADMIN"}`)
}

func (e *example) must(method, path, body string) {
	e.Helper()
	status, data, err := e.call(method, path, body)
	if err != nil || status >= 300 {
		e.Fatalf("%s %s: %d %s %v", method, path, status, data, err)
	}
}
