package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/oktaform/oktaform/sandbox"
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

// workflows are the actions and what docs/ci.md shows.
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
	for _, file := range []string{"../../action.yml", "../../ci/comment/action.yml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parse(filepath.Base(file), string(text))
	}
	page, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range block.FindAllStringSubmatch(string(page), -1) {
		if m[1] == "yaml" {
			title, _, _ := strings.Cut(m[2], "\n")
			parse(strings.TrimPrefix(title, "# "), m[2])
		}
	}
	if len(list) < 7 {
		t.Fatalf("%d actions and workflows", len(list))
	}
	return list
}

var (
	pinned = regexp.MustCompile(`^([\w-]+/[\w-]+@[0-9a-f]{40}|oktaform/oktaform(/ci/comment)?@COMMIT)$`)
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
// scripts and documented workflows.
func TestWorkflowsCallWhatExists(t *testing.T) {
	texts := map[string]string{}
	for _, w := range workflows(t) {
		texts[w.where] = strings.Join(w.shellTexts(), "\n")
	}
	script, err := os.ReadFile("../../ci/review")
	if err != nil {
		t.Fatal(err)
	}
	// Its function review takes the flags of its calls.
	texts["ci/review"] = regexp.MustCompile(`(?m)^review `).ReplaceAllString(string(script), "oktaform review ")
	calls := 0
	for where, text := range texts {
		for _, m := range called.FindAllStringSubmatch(text, -1) {
			cmd, _, err := newRoot(&app{env: &environment{}}).Find([]string{m[1]})
			if err != nil || cmd.Name() != m[1] {
				t.Errorf("%s: oktaform has no command %s", where, m[1])
				continue
			}
			for _, f := range flags.FindAllStringSubmatch(m[2], -1) {
				calls++
				if cmd.Flag(f[1]) == nil {
					t.Errorf("%s: %s has no flag --%s", where, m[1], f[1])
				}
			}
		}
	}
	if calls < 10 {
		t.Errorf("only %d flags were found", calls)
	}
}

// TestShellCheck reads all shell text as ShellCheck does, where that is installed.
func TestShellCheck(t *testing.T) {
	if _, err := exec.LookPath("shellcheck"); err != nil {
		t.Skip("shellcheck isn't installed")
	}
	for _, script := range []string{"../../ci/review", "../../ci/comment/comment"} {
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

// forge answers as GitHub's and GitLab's APIs do, as far as comments go.
type forge struct {
	*httptest.Server
	comments []comment
	readOnly bool
	calls    []string
}

type comment struct {
	ID     int    `json:"id"`
	Body   string `json:"body"`
	User   person `json:"user"`
	Author person `json:"author"`
}

type person struct {
	Login string `json:"login"`
	ID    int    `json:"id"`
}

var bot = person{"github-actions[bot]", 41}

func newForge(t *testing.T) *forge {
	f := &forge{}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *forge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.calls = append(f.calls, r.Method+" "+r.URL.Path)
	if r.Header.Get("Authorization") != "Bearer forge-token" && r.Header.Get("PRIVATE-TOKEN") != "forge-token" {
		http.Error(w, `{"message":"Bad credentials"}`, http.StatusUnauthorized)
		return
	}
	var sent struct{ Body string }
	switch {
	case r.Method == "GET" && r.URL.Path == "/user":
		_ = json.NewEncoder(w).Encode(bot)
	case r.Method == "GET" && r.URL.Path == "/repos/acme/okta/pulls":
		list := []any{}
		if r.FormValue("head") == "mallory:x\"; $(id) &state=all" && r.FormValue("state") == "open" {
			list = append(list, map[string]any{"number": 7, "head": map[string]any{"sha": "abc"}})
		}
		_ = json.NewEncoder(w).Encode(list)
	case r.Method == "GET":
		list := []comment{}
		for i, c := range f.comments {
			if page := r.FormValue("page"); fmt.Sprint(i/100+1) == page {
				list = append(list, c)
			}
		}
		_ = json.NewEncoder(w).Encode(list)
	case f.readOnly:
		http.Error(w, `{"message":"Resource not accessible by integration"}`, http.StatusForbidden)
	case json.NewDecoder(r.Body).Decode(&sent) != nil:
		http.Error(w, "{}", http.StatusBadRequest)
	case r.Method == "POST":
		f.comments = append(f.comments, comment{1000 + len(f.comments), sent.Body, bot, bot})
		w.WriteHeader(http.StatusCreated)
	default:
		for i := range f.comments {
			if fmt.Sprint(f.comments[i].ID) == filepath.Base(r.URL.Path) {
				f.comments[i].Body = sent.Body
			}
		}
	}
}

// job is a checkout of a repository with a change, and the environment of a job.
type job struct {
	*testing.T
	dir, folder string
	env         []string
}

func newJob(t *testing.T) *job {
	for _, tool := range []string{"bash", "git", "jq", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " isn't installed")
		}
	}
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

// comment runs the script against a forge.
func (j *job) comment(f *forge, env ...string) string {
	j.Helper()
	env = append([]string{"TOKEN=forge-token", "FORGE=github", "NUMBER=7", "AUTHOR=" + bot.Login, "GITHUB_API_URL=" + f.URL, "GITHUB_REPOSITORY=acme/okta",
		"CI_API_V4_URL=" + f.URL, "CI_PROJECT_ID=3", "CI_MERGE_REQUEST_IID=7"}, env...)
	out := j.must(script(j.T, "ci/comment/comment"), env...)
	if strings.Contains(out, "forge-token") {
		j.Error("the token is in the output")
	}
	return out
}

// TestReviewComment is the life of a pull request: a dangerous change gets a
// comment, a better one the same comment anew, and the gate opens.
func TestReviewComment(t *testing.T) {
	for _, kind := range []string{"github", "gitlab"} {
		t.Run(kind, func(t *testing.T) {
			j, f := newJob(t), newForge(t)
			j.env = append(j.env, "FORGE="+kind)
			// A stranger's comment that looks like ours, and a page full of talk.
			begin := "<!-- oktaform review -->\n<!-- of okta -->\n"
			f.comments = append(f.comments, comment{1, begin + "All is well!", person{"mallory", 666}, person{"mallory", 666}})
			for i := range 120 {
				f.comments = append(f.comments, comment{2 + i, "talk", bot, bot})
			}
			j.commit("2-asked")
			if status, out := j.sh(script(t, "ci/review"), "FAIL_ON=high"); status != 6 {
				t.Fatalf("status %d: %s", status, out)
			}
			j.comment(f, "FORGE="+kind)
			last := &f.comments[len(f.comments)-1]
			if len(f.comments) != 122 || !strings.HasPrefix(last.Body, begin) || !strings.Contains(last.Body, "DELETE /api/v1/users/{id}") {
				t.Fatalf("%d comments, the last is %s", len(f.comments), last.Body)
			}
			last.Body = strings.ReplaceAll(last.Body, "\n", "\r\n") // as a browser sends it
			j.must("git reset -q --hard HEAD^1")
			j.commit("3-merged")
			j.must(script(t, "ci/review"), "FAIL_ON=high")
			j.comment(f, "FORGE="+kind)
			if len(f.comments) != 122 || strings.Contains(last.Body, "DELETE /api/v1/users/{id}") || !strings.Contains(last.Body, "lifecycle/deactivate") {
				t.Errorf("%d comments, ours is %s", len(f.comments), last.Body)
			}
			if f.comments[0].Body != begin+"All is well!" {
				t.Error("a stranger's comment was changed")
			}
		})
	}
}

func TestCommentIsLeftOut(t *testing.T) {
	j, f := newJob(t), newForge(t)
	j.commit("1-main")
	j.must(script(t, "ci/review"))
	if out := j.comment(f); len(f.comments) != 0 || !strings.Contains(out, "Nothing changes") {
		t.Errorf("a change that means nothing: %d comments, %s", len(f.comments), out)
	}
	j.commit("2-asked")
	j.must(script(t, "ci/review"))
	f.readOnly = true
	if out := j.comment(f); !strings.Contains(out, "The token may not comment") {
		t.Errorf("a token that only reads: %s", out)
	}
	f.readOnly = false
	if status, out := j.sh(script(t, "ci/comment/comment"), "TOKEN=wrong-token", "FORGE=github", "NUMBER=7", "AUTHOR=x", "GITHUB_API_URL="+f.URL, "GITHUB_REPOSITORY=acme/okta"); status == 0 || strings.Contains(out, "wrong-token") || !strings.Contains(out, "401 Bad credentials") {
		t.Errorf("a wrong token: %d %s", status, out)
	}
}

// TestForkComment: the second workflow finds the pull request by its branch,
// whatever that is called, and takes no text that isn't a review.
func TestForkComment(t *testing.T) {
	j, f := newJob(t), newForge(t)
	j.commit("2-asked")
	j.must(script(t, "ci/review"))
	env := []string{"NUMBER=", "HEAD_OWNER=mallory", "HEAD_BRANCH=x\"; $(id) &state=all"}
	if out := j.comment(f, append(env, "HEAD_SHA=older")...); len(f.comments) != 0 || !strings.Contains(out, "a newer run comments") {
		t.Errorf("a run that is overtaken: %d comments, %s", len(f.comments), out)
	}
	j.comment(f, append(env, "HEAD_SHA=abc")...)
	if len(f.comments) != 1 {
		t.Errorf("%d comments", len(f.comments))
	}
	for name, text := range map[string]string{"other text": "buy this", "too long": "<!-- oktaform review -->\n<!-- of okta -->\n" + strings.Repeat("x", 65_536)} {
		if err := os.WriteFile(filepath.Join(j.folder, "review.md"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if status, _ := j.sh(script(t, "ci/comment/comment"), append(env, "HEAD_SHA=abc", "FORGE=github", "TOKEN=forge-token", "AUTHOR=x", "GITHUB_API_URL="+f.URL, "GITHUB_REPOSITORY=acme/okta")...); status == 0 {
			t.Errorf("%s was taken for a review", name)
		}
	}
	if len(f.comments) != 1 {
		t.Errorf("%d comments", len(f.comments))
	}
}

// TestAction runs the action's steps as GitHub would, with inputs in their
// environment, but for the build.
func TestAction(t *testing.T) {
	j, temp := newJob(t), t.TempDir()
	j.commit("2-asked")
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
	if !regexp.MustCompile(`(?s)^::stop-commands::(\w{32})\n.*::\w{32}::\n$`).MatchString(out) {
		t.Errorf("what the repository says could be taken for commands:\n%s", out)
	}
	if got := read(t, output); got != fmt.Sprintf("status=6\nrisk=high\nfolder=%s/oktaform-review\n", temp) {
		t.Errorf("outputs:\n%s", got)
	}
	if !strings.Contains(read(t, summary), "gains") {
		t.Error("nothing in the summary")
	}
	for _, name := range []string{"review.md", "review.html", "review.sarif", "review.json"} {
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

// TestWorkflowSteps runs the steps of the documented workflows as they stand
// there, against an embedded org: the plan with the documented credential that
// only reads, the apply of that plan, and drift.
func TestWorkflowSteps(t *testing.T) {
	j, temp := newJob(t), t.TempDir()
	s := &story{tb: t, work: j.dir, password: password()}
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
	j.must(step("sandbox.yml Check"))
	j.must(step("sandbox.yml Apply twice"))

	reader := j.planner(token)
	j.must(step("apply.yml Plan"), reader...)
	if got := read(t, filepath.Join(temp, "output")); got != "changes=true\n" {
		t.Errorf("outputs: %s", got)
	}
	if got := read(t, filepath.Join(temp, "summary")); !strings.Contains(got, "## Plan: 2 to add") {
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

// planner makes the documented app that only reads, and returns the environment
// that the documented workflows give for it.
func (j *job) planner(token string) []string {
	j.Helper()
	page := read(j.T, "../../docs/ci.md")
	for _, m := range block.FindAllStringSubmatch(page, -1) {
		if m[1] != "hcl" {
			continue
		}
		dir := filepath.Join(j.TempDir(), "planner")
		if err := os.Mkdir(dir, 0o700); err != nil {
			j.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte("org {\n  owner = \"team/ci\"\n}\n\n"+m[2]), 0o600); err != nil {
			j.Fatal(err)
		}
		j.must("oktaform apply --auto-approve "+dir, token)
		scopes := regexp.MustCompile(`OKTA_CLIENT_SCOPES: (.*)`).FindStringSubmatch(page)[1]
		return []string{"OKTA_CLIENT_TOKEN=", "OKTA_CLIENT_AUTHORIZATIONMODE=PrivateKey", "OKTA_CLIENT_PRIVATEKEYID=planner-1", "OKTA_CLIENT_SCOPES=" + scopes,
			"OKTA_CLIENT_CLIENTID=" + strings.TrimSpace(j.must("oktaform output --raw "+dir+" client_id", token)),
			"OKTA_CLIENT_PRIVATEKEY=" + read(j.T, filepath.Join(dir, "keys/planner-1.pem"))}
	}
	j.Fatal("docs/ci.md declares no planner")
	return nil
}
