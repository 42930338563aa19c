package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// forge answers as GitHub's and GitLab's APIs do, as far as comments go, with what they were
// recorded to answer.
type forge struct {
	*httptest.Server
	answers  recordedAnswers
	mu       sync.Mutex // guards what follows
	comments []comment
	readOnly bool
}

// shown are the comments that there are.
func (f *forge) shown() []comment {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.comments)
}

// edit changes what the forge holds.
func (f *forge) edit(how func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	how()
}

type comment struct {
	ID   int
	Body string
	By   person
}

type person struct {
	Login string
	ID    int
}

var bot = person{"github-actions[bot]", 41}

func newForge(t *testing.T) *forge {
	f := &forge{answers: readRecordedAnswers(t)}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *forge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	kind := forgeOf(r.URL.Path)
	answer := func(status int, body any) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
	if r.Header.Get("Authorization") != "Bearer forge-token" && r.Header.Get("PRIVATE-TOKEN") != "forge-token" {
		answer(http.StatusUnauthorized, f.answers.refusal(kind, http.StatusUnauthorized))
		return
	}
	var sent struct{ Body string }
	switch {
	case r.Method == http.MethodGet && r.URL.Path == "/user":
		answer(http.StatusOK, f.answers.with("gitlab user", map[string]any{"id": bot.ID, "username": bot.Login}))
	case r.Method == http.MethodGet && r.URL.Path == "/repos/acme/okta/pulls":
		list := []any{}
		if r.FormValue("head") == "mallory:x\"; $(id) &state=all" && r.FormValue("state") == "open" {
			list = append(list, f.answers.with("github pull request", map[string]any{"number": 7, "head": map[string]any{"sha": "abc"}}))
		}
		answer(http.StatusOK, list)
	case r.Method == http.MethodGet:
		list := []any{}
		for i, c := range f.comments {
			if page := r.FormValue("page"); fmt.Sprint(i/100+1) == page {
				list = append(list, f.recorded(kind, c))
			}
		}
		answer(http.StatusOK, list)
	case f.readOnly:
		answer(http.StatusForbidden, f.answers.refusal(kind, http.StatusForbidden))
	case json.NewDecoder(r.Body).Decode(&sent) != nil:
		answer(http.StatusBadRequest, map[string]any{})
	case r.Method == http.MethodPost:
		f.comments = append(f.comments, comment{1000 + len(f.comments), sent.Body, bot})
		answer(http.StatusCreated, f.recorded(kind, f.comments[len(f.comments)-1]))
	default:
		for i := range f.comments {
			if fmt.Sprint(f.comments[i].ID) == filepath.Base(r.URL.Path) {
				f.comments[i].Body = sent.Body
				answer(http.StatusOK, f.recorded(kind, f.comments[i]))
			}
		}
	}
}

// recorded is a comment as a forge shows it.
func (f *forge) recorded(kind string, c comment) any {
	if kind == "gitlab" {
		return f.answers.with("gitlab note", map[string]any{"id": c.ID, "body": c.Body, "author": map[string]any{"id": c.By.ID, "username": c.By.Login}})
	}
	return f.answers.with("github comment", map[string]any{"id": c.ID, "body": c.Body, "user": map[string]any{"id": c.By.ID, "login": c.By.Login}})
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
			f.edit(func() {
				f.comments = append(f.comments, comment{1, begin + "All is well!", person{"mallory", 666}})
				for i := range 120 {
					f.comments = append(f.comments, comment{2 + i, "talk", bot})
				}
			})
			j.commit("2-asked")
			if status, out := j.sh(script(t, "ci/review"), "FAIL_ON=high"); status != 6 {
				t.Fatalf("status %d: %s", status, out)
			}
			j.comment(f, "FORGE="+kind)
			ours := func() string { return f.shown()[len(f.shown())-1].Body }
			if len(f.shown()) != 122 || !strings.HasPrefix(ours(), begin) || !strings.Contains(ours(), "DELETE /api/v1/users/{id}") {
				t.Fatalf("%d comments, the last is %s", len(f.shown()), ours())
			}
			f.edit(func() { // as a browser sends it
				last := &f.comments[len(f.comments)-1]
				last.Body = strings.ReplaceAll(last.Body, "\n", "\r\n")
			})
			j.must("git reset -q --hard HEAD^1")
			j.commit("3-merged")
			j.must(script(t, "ci/review"), "FAIL_ON=high")
			j.comment(f, "FORGE="+kind)
			if len(f.shown()) != 122 || strings.Contains(ours(), "DELETE /api/v1/users/{id}") || !strings.Contains(ours(), "lifecycle/deactivate") {
				t.Errorf("%d comments, ours is %s", len(f.shown()), ours())
			}
			if f.shown()[0].Body != begin+"All is well!" {
				t.Error("a stranger's comment was changed")
			}
		})
	}
}

func TestCommentIsLeftOut(t *testing.T) {
	j, f := newJob(t), newForge(t)
	j.commit("1-main")
	j.must(script(t, "ci/review"))
	if out := j.comment(f); len(f.shown()) != 0 || !strings.Contains(out, "Nothing changes") {
		t.Errorf("a change that means nothing: %d comments, %s", len(f.shown()), out)
	}
	j.commit("2-asked")
	j.must(script(t, "ci/review"))
	f.edit(func() { f.readOnly = true })
	if out := j.comment(f); !strings.Contains(out, "The token may not comment") {
		t.Errorf("a token that only reads: %s", out)
	}
	f.edit(func() { f.readOnly = false })
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
	if out := j.comment(f, append(env, "HEAD_SHA=older")...); len(f.shown()) != 0 || !strings.Contains(out, "a newer run comments") {
		t.Errorf("a run that is overtaken: %d comments, %s", len(f.shown()), out)
	}
	j.comment(f, append(env, "HEAD_SHA=abc")...)
	if len(f.shown()) != 1 {
		t.Errorf("%d comments", len(f.shown()))
	}
	for name, text := range map[string]string{"other text": "buy this", "too long": "<!-- oktaform review -->\n<!-- of okta -->\n" + strings.Repeat("x", 65_536)} {
		if err := os.WriteFile(filepath.Join(j.folder, "review.md"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if status, _ := j.sh(script(t, "ci/comment/comment"), append(env, "HEAD_SHA=abc", "FORGE=github", "TOKEN=forge-token", "AUTHOR=x", "GITHUB_API_URL="+f.URL, "GITHUB_REPOSITORY=acme/okta")...); status == 0 {
			t.Errorf("%s was taken for a review", name)
		}
	}
	if len(f.shown()) != 1 {
		t.Errorf("%d comments", len(f.shown()))
	}
}

// TestGitLabJob runs the documented job's script, with oktaform's repository
// where the job clones it to.
func TestGitLabJob(t *testing.T) {
	j, f := newJob(t), newForge(t)
	base := strings.TrimSpace(j.must("git rev-parse HEAD"))
	j.commit("2-asked")
	for _, w := range workflows(t) {
		if w.where != ".gitlab-ci.yml" {
			continue
		}
		lines := w.raw["review"].(map[string]any)["script"].([]any)
		text := "apt-get() { :; }\n" + strings.ReplaceAll(lines[0].(string), "/tmp/oktaform", script(t, "."))
		env := []string{"FAIL_ON=high", "BASE=", "GITHUB_EVENT_PATH=", "GITLAB_CI=true", "CI_MERGE_REQUEST_DIFF_BASE_SHA=" + base, "CI_API_V4_URL=" + f.URL, "CI_PROJECT_ID=3", "CI_MERGE_REQUEST_IID=7"}
		if status, out := j.sh(text, env...); status != 6 || len(f.shown()) != 0 {
			t.Errorf("without a token: status %d, %d comments\n%s", status, len(f.shown()), out)
		}
		if status, out := j.sh(text, append(env, "OKTAFORM_GITLAB_TOKEN=forge-token")...); status != 6 || len(f.shown()) != 1 || strings.Contains(out, "forge-token") {
			t.Errorf("status %d, %d comments\n%s", status, len(f.shown()), out)
		}
		return
	}
	t.Fatal("docs/ci.md shows no .gitlab-ci.yml")
}

// TestHostileForge: what a forge, or a proxy before it, answers reaches the job's log as plain
// text, and its pages end.
func TestHostileForge(t *testing.T) {
	for name, row := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request)
		want   string
	}{
		"control characters and commands": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(map[string]string{"message": "no\x1b[31m\n::error::forged\r##[command]x\u009b2J" + strings.Repeat("y", 5000)})
		}, "400 no [31m : :error: :forged ## [command]x"},
		"a token without the scope": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_ = json.NewEncoder(w).Encode(readRecordedAnswers(t).refusal("gitlab", http.StatusForbidden))
		}, "403 The request requires higher privileges than provided by the access token."},
		"pages without end": {func(w http.ResponseWriter, _ *http.Request) {
			_ = json.NewEncoder(w).Encode(slices.Repeat([]any{map[string]any{"id": 1, "body": "talk", "user": map[string]any{"login": "octocat"}}}, 100))
		}, "its pages don't come to an end"},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJob(t)
			server := httptest.NewServer(http.HandlerFunc(row.answer))
			defer server.Close()
			j.commit("2-asked")
			if status, out := j.sh(script(t, "ci/review"), "FAIL_ON=high"); status != 6 {
				t.Fatalf("status %d: %s", status, out)
			}
			status, out := j.sh(script(t, "ci/comment/comment"), "TOKEN=forge-token", "FORGE=github", "NUMBER=7", "AUTHOR="+bot.Login,
				"GITHUB_API_URL="+server.URL, "GITHUB_REPOSITORY=acme/okta")
			if status != 1 || !strings.Contains(out, row.want) || strings.ContainsAny(out, "\x1b\r\u009b") || strings.Contains(out, "::") || len(out) > 1000 {
				t.Errorf("status %d: %q", status, out)
			}
		})
	}
}
