package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/skip"
)

// step is one of a workflow's or an action's, as GitHub reads it.
type step struct {
	Name, Uses, Run, Shell string
	Env                    map[string]string
}

// workflow is what the tests look at of a workflow or an action; of GitLab's
// form, the jobs.
type workflow struct {
	where string
	On    any
	Runs  struct{ Steps []step }
	Jobs  map[string]struct {
		Permissions map[string]string
		Steps       []step
	}
	Permissions map[string]string
	raw         map[string]any
}

func (w *workflow) steps() (list []step) {
	list = append(list, w.Runs.Steps...)
	for _, job := range w.Jobs {
		list = append(list, job.Steps...)
	}
	return list
}

// shellTexts are all that a shell runs.
func (w *workflow) shellTexts() (list []string) {
	for _, s := range w.steps() {
		if s.Run != "" {
			list = append(list, s.Run)
		}
	}
	for _, job := range w.raw {
		job, _ := job.(map[string]any)
		for _, name := range []string{"before_script", "script"} {
			lines, _ := job[name].([]any)
			for _, line := range lines {
				list = append(list, line.(string))
			}
		}
	}
	return list
}

// workflows are the actions, what init writes, and what docs/ci.md and docs/sandbox.md show.
func workflows(t *testing.T) (list []*workflow) {
	t.Helper()
	parse := func(where, text string) {
		w := &workflow{where: where}
		if err := yaml.Unmarshal([]byte(text), w); err != nil {
			t.Fatalf("%s: %v", where, err)
		}
		if err := yaml.Unmarshal([]byte(text), &w.raw); err != nil {
			t.Fatalf("%s: %v", where, err)
		}
		list = append(list, w)
	}
	for _, file := range []string{"../../action.yml", "../../ci/comment/action.yml", "../../ci/sandbox/action.yml", "../../internal/starter/files/github.yml", "../../internal/starter/files/gitlab.yml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parse(filepath.Base(file), string(text))
	}
	for _, file := range []string{"../../docs/ci.md", "../../docs/sandbox.md"} {
		page, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range block.FindAllStringSubmatch(string(page), -1) {
			if m[1] == "yaml" {
				title, _, _ := strings.Cut(m[2], "\n")
				parse(strings.TrimPrefix(title, "# "), m[2])
			}
		}
	}
	if len(list) < 7 {
		t.Fatalf("%d actions and workflows", len(list))
	}
	return list
}

var (
	pinned = regexp.MustCompile(`^([\w-]+/[\w-]+@[0-9a-f]{40}|oktaform/oktaform(/ci/(comment|sandbox))?@COMMIT)$`)
	called = regexp.MustCompile(`(?:^|[\s(])(?:oktaform|"\$oktaform") ([a-z]+)([^\n|;)]*)`)
	flags  = regexp.MustCompile(`--([a-z][a-z-]*)`)
)

// TestWorkflowsAreSafe: what others wrote never becomes a part of a shell's
// text, every action is one commit, and rights are named.
func TestWorkflowsAreSafe(t *testing.T) {
	for _, w := range workflows(t) {
		for _, s := range w.steps() {
			if s.Uses != "" && !pinned.MatchString(s.Uses) {
				t.Errorf("%s: %s isn't pinned to a commit", w.where, s.Uses)
			}
			if len(w.Runs.Steps) > 0 && s.Shell != "bash" {
				t.Errorf("%s: %q has no shell", w.where, s.Name)
			}
		}
		for _, text := range w.shellTexts() {
			if strings.Contains(text, "${{") {
				t.Errorf("%s: an expression within shell text:\n%s", w.where, text)
			}
		}
		if fmt.Sprint(w.On) == "pull_request_target" {
			t.Errorf("%s: pull_request_target", w.where)
		}
		if len(w.Jobs) > 0 && w.raw["permissions"] == nil {
			t.Errorf("%s: permissions aren't named", w.where)
		}
		for name, job := range w.Jobs {
			for right, level := range job.Permissions {
				if level != "read" && right != "pull-requests" {
					t.Errorf("%s: %s has %s: %s", w.where, name, right, level)
				}
			}
		}
	}
}

// TestWorkflowsCallWhatExists: the commands and flags of oktaform in actions,
// scripts and documented workflows; what runs smoke tests there demands one.
func TestWorkflowsCallWhatExists(t *testing.T) {
	texts := map[string]string{}
	for _, w := range workflows(t) {
		texts[w.where] = strings.Join(w.shellTexts(), "\n")
	}
	script, err := os.ReadFile("../../ci/review")
	if err != nil {
		t.Fatal(err)
	}
	texts["ci/review"] = strings.ReplaceAll(string(script), "\\\n", "")
	calls, tested := 0, 0
	for where, text := range texts {
		for _, m := range called.FindAllStringSubmatch(text, -1) {
			cmd, _, err := newRoot(&cli.App{Env: &cli.Environment{}}).Find([]string{m[1]})
			if err != nil || cmd.Name() != m[1] {
				t.Errorf("%s: oktaform has no command %s", where, m[1])
				continue
			}
			if m[1] == "apply" || m[1] == "smoke" || m[1] == "test" {
				if tested++; !strings.Contains(m[2], "--require-smoke") {
					t.Errorf("%s: %s passes without any test: it lacks --require-smoke", where, m[1])
				}
			}
			for _, f := range flags.FindAllStringSubmatch(m[2], -1) {
				calls++
				if cmd.Flag(f[1]) == nil {
					t.Errorf("%s: %s has no flag --%s", where, m[1], f[1])
				}
			}
		}
	}
	if calls < 10 || tested < 3 {
		t.Errorf("only %d flags and %d commands that run smoke tests were found", calls, tested)
	}
}

// TestShellCheck reads all shell text as ShellCheck does, where that is installed.
func TestShellCheck(t *testing.T) {
	skip.WithoutTool(t, "shellcheck")
	for _, script := range []string{"../../ci/review", "../../ci/checkout.sh", "../../ci/sandbox/start", "../../ci/comment/comment", "../../ci/comment/suggest", "../../ci/comment/forge.sh"} {
		if out, err := exec.Command("shellcheck", script).CombinedOutput(); err != nil {
			t.Errorf("%s\n%s", err, out)
		}
	}
	for _, w := range workflows(t) {
		for _, text := range w.shellTexts() {
			cmd := exec.Command("shellcheck", "--shell=bash", "-")
			cmd.Stdin = strings.NewReader(text + "\n")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", w.where, err, out)
			}
		}
	}
}
