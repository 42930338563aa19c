package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/skip"
	"github.com/oktaform/oktaform/sandbox"
)

// job is a checkout of a repository with a change, and the environment of a job.
type job struct {
	*testing.T
	dir, folder string
	env         []string
}

func newJob(t *testing.T) *job {
	skip.WithoutTool(t, "bash", "git", "jq", "curl")
	j := &job{T: t, dir: t.TempDir()}
	j.folder = filepath.Join(t.TempDir(), "review")
	j.env = append(os.Environ(), "FOLDER="+j.folder, "DIRECTORY=okta", "BASE=HEAD^1", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.com")
	j.must("git init -q -b main")
	j.commit("1-main")
	return j
}

// commit makes the repository's folder okta a version of examples/pull-request.
func (j *job) commit(version string) {
	j.Helper()
	copyCommitted(j, filepath.Join("../../examples/pull-request", version), filepath.Join(j.dir, "okta"))
	j.must("git add -A && git commit -q --allow-empty -m " + version)
}

// event writes what GitHub says of a pull request of the last commit, to a branch that
// ends with base.
func (j *job) event(base string) string {
	j.Helper()
	file := filepath.Join(j.TempDir(), "event.json")
	text := fmt.Sprintf(`{"pull_request": {"base": {"sha": %q, "ref": "main"}, "head": {"sha": %q}}}`, base, strings.TrimSpace(j.must("git rev-parse HEAD")))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		j.Fatal(err)
	}
	return file
}

// sh runs shell text as a step does, and returns the exit status and the output.
func (j *job) sh(text string, env ...string) (int, string) {
	j.Helper()
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text)
	cmd.Dir, cmd.Env = j.dir, append(j.env, env...)
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		j.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func (j *job) must(text string, env ...string) string {
	j.Helper()
	status, out := j.sh(text, env...)
	if status != 0 {
		j.Fatalf("%s: %d\n%s", text, status, out)
	}
	return out
}

// script is a path of the repository.
func script(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(filepath.Join("../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

// TestAction runs the action's steps as GitHub would, with inputs in their
// environment, but for the build.
func TestAction(t *testing.T) {
	j, temp := newJob(t), t.TempDir()
	base := strings.TrimSpace(j.must("git rev-parse HEAD"))
	j.commit("2-asked")
	j.commit("2-asked") // nothing more: the change is in the commit before
	j.env = append(j.env, "BASE=", "GITHUB_WORKSPACE="+j.dir, "GITHUB_EVENT_NAME=pull_request", "GITHUB_EVENT_PATH="+j.event(base))
	output, summary := filepath.Join(temp, "output"), filepath.Join(temp, "summary")
	oktaform, err := exec.LookPath("oktaform")
	if err != nil {
		t.Fatal(err)
	}
	j.env = append(j.env, "GITHUB_ACTIONS=true", "GITHUB_ACTION_PATH="+script(t, "."), "RUNNER_TEMP="+temp, "GITHUB_OUTPUT="+output, "GITHUB_STEP_SUMMARY="+summary,
		"OKTAFORM="+oktaform, "FAIL_ON=high", "MAX_DELETIONS=")
	steps := map[string]string{}
	for _, s := range workflows(t)[0].steps() {
		steps[s.Name] = s.Run
	}
	out := j.must(steps["Review"])
	if !regexp.MustCompile(`(?s)^::stop-commands::(\w{32})\n.*::\w{32}::\n(::(error|warning|notice) file=okta/main\.hcl,line=\d+,title=[^\n:]*::[^\n]*\n)*$`).MatchString(out) {
		t.Errorf("what the repository says could be taken for commands:\n%s", out)
	}
	if want := "::error file=okta/main.hcl,line=13,title=G18 Scope that is nearly an administrator::okta.users.manage is usable on the whole org\n"; !strings.Contains(out, want) {
		t.Errorf("no annotation of the line:\n%s", out)
	}
	if got := read(t, output); got != fmt.Sprintf("status=6\nrisk=high\nfolder=%s/oktaform-review\n", temp) {
		t.Errorf("outputs:\n%s", got)
	}
	if !strings.Contains(read(t, summary), "gains") {
		t.Error("nothing in the summary")
	}
	for _, name := range []string{"review.md", "review.html", "review.sarif", "review.txt", "review.json", "code-quality.json"} {
		if read(t, filepath.Join(temp, "oktaform-review", name)) == "" {
			t.Error(name + " is empty")
		}
	}
	if status, _ := j.sh(steps["Gate"], "STATUS=6"); status != 6 {
		t.Errorf("the gate: %d", status)
	}
	if status, _ := j.sh(steps["Review"], "BASE=nothing"); status != 1 {
		t.Errorf("a base that isn't there: %d", status)
	}
}

// TestSandboxAction runs the steps of the action that starts an org, but for the build, and calls
// the org as a later step does.
func TestSandboxAction(t *testing.T) {
	j, temp := newJob(t), t.TempDir()
	oktaform, err := exec.LookPath("oktaform")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(j.dir, "org.json"), []byte(`{"groups": [{"profile": {"name": "seeded"}}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	output, env := filepath.Join(temp, "output"), filepath.Join(temp, "env")
	j.env = append(j.env, "GITHUB_ACTION_PATH="+script(t, "ci/sandbox"), "RUNNER_TEMP="+temp, "GITHUB_OUTPUT="+output, "GITHUB_ENV="+env, "OKTAFORM="+oktaform,
		"OKTAFORM_SANDBOX_SEED=org.json", "OKTAFORM_SANDBOX_RATE_LIMIT=off", "OKTAFORM_SANDBOX_FEATURES=", "OKTAFORM_SANDBOX_FAULT=503 GET /api/v1/apps\n503 GET /api/v1/users")
	var start string
	for _, w := range workflows(t) {
		for _, s := range w.steps() {
			if w.raw["name"] == "oktaform sandbox" && s.Name == "Start" {
				start = s.Run
			}
		}
	}
	out := j.must(start)
	outputs := read(t, output)
	url, pid := regexp.MustCompile(`url=(\S+)`).FindStringSubmatch(outputs), regexp.MustCompile(`pid=(\d+)`).FindStringSubmatch(outputs)
	token := regexp.MustCompile(`OKTA_CLIENT_TOKEN=(\S+)`).FindStringSubmatch(read(t, env))
	if url == nil || pid == nil || token == nil {
		t.Fatalf("outputs %s, environment %s", outputs, read(t, env))
	}
	t.Cleanup(func() { j.must("kill " + pid[1]) })
	if strings.Count(out, token[1]) != 1 || !strings.Contains(out, "::add-mask::"+token[1]) {
		t.Error("the token is in the log")
	}
	later := "set -a; . " + env + "; "
	if got := j.must(later + `curl -sf -H "Authorization: SSWS $OKTA_CLIENT_TOKEN" "$OKTA_CLIENT_ORGURL/api/v1/groups"`); !strings.Contains(got, "seeded") {
		t.Errorf("groups: %s", got)
	}
	for _, path := range []string{"apps", "users"} {
		if got := j.must(later + `curl -s -o /dev/null -w '%{http_code}' -H "Authorization: SSWS $OKTA_CLIENT_TOKEN" "$OKTA_CLIENT_ORGURL/api/v1/` + path + `"`); got != "503" {
			t.Errorf("%s with a fault: %s", path, got)
		}
	}
	if status, out := j.sh(start, "OKTAFORM_SANDBOX_SEED=none.json"); status != 1 || !strings.Contains(out, "OKTAFORM_SANDBOX_SEED") || !strings.Contains(out, "ended before it served") {
		t.Errorf("a seed that isn't there: %d %s", status, out)
	}
}

// TestWorkflowSteps runs the steps of the documented workflows as they stand
// there, against an embedded org: the plan with the documented credential that
// only reads, the apply of that plan, and drift.
func TestWorkflowSteps(t *testing.T) {
	j, temp := newJob(t), t.TempDir()
	s := &story{tb: t, work: j.dir, password: cli.Password()}
	t.Cleanup(s.stop)
	if err := s.serve(sandbox.Options{}, func(name, value string) { j.env = append(j.env, name+"="+value) }); err != nil {
		t.Fatal(err)
	}
	token := "OKTA_CLIENT_TOKEN=" + s.org.Token()
	j.env = append(j.env, "RUNNER_TEMP="+temp, "GITHUB_OUTPUT="+filepath.Join(temp, "output"), "GITHUB_STEP_SUMMARY="+filepath.Join(temp, "summary"))
	steps := map[string]string{}
	for _, w := range workflows(t) {
		for _, s := range w.steps() {
			steps[w.where+" "+s.Name] = s.Run
		}
	}
	step := func(name string) string { return steps[".github/workflows/"+name] }
	if status, out := j.sh(step("test.yml Test")); status != 7 || !strings.Contains(out, "No smoke test is declared") {
		t.Errorf("a configuration without tests: %d %s", status, out)
	}
	if err := os.WriteFile(filepath.Join(j.dir, "okta", "tests.hcl"), []byte(probe), 0o600); err != nil {
		t.Fatal(err)
	}
	j.must(step("test.yml Check"))
	j.must(step("test.yml Test"))

	reader := j.planner(token)
	j.must(step("apply.yml Plan"), reader...)
	if got := read(t, filepath.Join(temp, "output")); got != "changes=true\n" {
		t.Errorf("outputs: %s", got)
	}
	if got := read(t, filepath.Join(temp, "summary")); !strings.Contains(got, "## Plan: 3 to add") {
		t.Errorf("summary: %s", got)
	}
	if status, out := j.sh(step("apply.yml Apply"), reader...); status != 4 {
		t.Errorf("what only reads applies: %d %s", status, out)
	}
	j.must(step("apply.yml Apply"), token)
	j.must(step("apply.yml Plan"), reader...)
	if got := read(t, filepath.Join(temp, "output")); !strings.HasSuffix(got, "changes=false\n") {
		t.Errorf("outputs: %s", got)
	}
	j.must(step("drift.yml Drift"), reader...)
	j.must("rm " + filepath.Join(temp, "summary"))
	var groups []struct{ ID string }
	if err := s.get("/api/v1/groups?q=Leavers", &groups); err != nil {
		t.Fatal(err)
	}
	if status, body, err := s.call("POST", "/api/v1/groups/"+groups[0].ID+"/roles", `{"type":"ORG_ADMIN"}`); err != nil || status >= 300 {
		t.Fatal(status, string(body), err)
	}
	if status, out := j.sh(step("drift.yml Drift"), reader...); status != 2 || !strings.Contains(read(t, filepath.Join(temp, "summary")), "ORG_ADMIN") {
		t.Errorf("drift: %d %s", status, out)
	}
}

// TestWorkflowOfManyRuns runs the documented steps for runs that share an org: one ends as it
// should, one dies before its last step, and the sweep of the next night removes what it left.
func TestWorkflowOfManyRuns(t *testing.T) {
	j := newJob(t)
	s := &story{tb: t, work: j.dir, password: cli.Password()}
	t.Cleanup(s.stop)
	if err := s.serve(sandbox.Options{}, func(name, value string) { j.env = append(j.env, name+"="+value) }); err != nil {
		t.Fatal(err)
	}
	j.env = append(j.env, "OKTA_CLIENT_TOKEN="+s.org.Token())
	if err := os.MkdirAll(filepath.Join(j.dir, "test-org"), 0o755); err != nil {
		t.Fatal(err)
	}
	run := "variable \"run\" {\n  type = string\n}\norg {\n  owner       = \"ci-${var.run}\"\n  name_suffix = \"-${var.run}\"\n}\n"
	if err := os.WriteFile(filepath.Join(j.dir, "test-org", "main.hcl"), []byte(run+probe), 0o600); err != nil {
		t.Fatal(err)
	}
	steps := map[string]string{}
	for _, w := range workflows(t) {
		for _, s := range w.steps() {
			steps[w.where+" "+s.Name] = s.Run
		}
	}
	j.must(steps[".github/workflows/test-org.yml Apply"], "OKTAFORM_VAR_run=1")
	j.must(steps[".github/workflows/test-org.yml Destroy"], "OKTAFORM_VAR_run=1")
	j.must(steps[".github/workflows/test-org.yml Apply"], "OKTAFORM_VAR_run=2")
	if out := j.must(steps[".github/workflows/sweep.yml Sweep"]); !strings.Contains(out, "ci-2 stays") {
		t.Errorf("a run of today: %s", out)
	}
	s.org.SetClockOffset(7 * time.Hour)
	if out := j.must(steps[".github/workflows/sweep.yml Sweep"]); !strings.Contains(out, "Sweep complete! Resources: 1 destroyed.") || strings.Contains(out, "ci-1") {
		t.Errorf("a run of yesterday: %s", out)
	}
}

// probe is what a repository declares whose jobs test something.
const probe = `service_app "probe" {
  label           = "Probe"
  okta_api_scopes = ["okta.users.read"]

  public_key "probe" {
    private_key_file = "keys/probe.pem"
    generate         = true
  }
  admin_role "READ_ONLY_ADMIN" {}
}

smoke_test "probe" {
  app    = service_app.probe
  scopes = ["okta.users.read"]

  request {
    path = "/api/v1/users?limit=1"
  }
}
`

// planner makes the documented app that only reads, and returns the environment
// that the documented workflows give for it.
func (j *job) planner(token string) []string {
	j.Helper()
	page := read(j.T, "../../docs/ci.md")
	for _, m := range block.FindAllStringSubmatch(read(j.T, "../../docs/credentials.md"), -1) {
		if m[1] != "hcl" {
			continue
		}
		dir := filepath.Join(j.TempDir(), "planner")
		if err := os.Mkdir(dir, 0o700); err != nil {
			j.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(m[2]), 0o600); err != nil {
			j.Fatal(err)
		}
		j.must("oktaform apply --auto-approve "+dir, token)
		scopes := regexp.MustCompile(`OKTA_CLIENT_SCOPES: (.*)`).FindStringSubmatch(page)[1]
		return []string{"OKTA_CLIENT_TOKEN=", "OKTA_CLIENT_AUTHORIZATIONMODE=PrivateKey", "OKTA_CLIENT_PRIVATEKEYID=planner-1", "OKTA_CLIENT_SCOPES=" + scopes,
			"OKTA_CLIENT_CLIENTID=" + strings.TrimSpace(j.must("oktaform output --raw "+dir+" client_id", token)),
			"OKTA_CLIENT_PRIVATEKEY=" + read(j.T, filepath.Join(dir, "keys/planner-1.pem"))}
	}
	j.Fatal("docs/credentials.md declares no planner")
	return nil
}

func read(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
