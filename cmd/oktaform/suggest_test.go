package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// A change of three lists that have mechanical fixes. Of the
// second, only the role beside it changes.
const suggestBefore = `org {
  owner = "team/iam"
}

service_app "reporter" {
  label           = "Nightly user report"
  okta_api_scopes = ["okta.users.read"]
  jwks_uri        = "https://keys.example.com/reporter"
  admin_role "READ_ONLY_ADMIN" {}
}

service_app "sync" {
  label           = "Group sync"
  okta_api_scopes = ["okta.groups.read", "okta.logs.read"]
  jwks_uri        = "https://keys.example.com/sync"
  admin_role "READ_ONLY_ADMIN" {}
}

web_app "portal" {
  label = "Portal"
  redirect_uris = [
    "https://portal.example.com/callback",
  ]
}
`

const suggestAfter = `org {
  owner = "team/iam"
}

service_app "reporter" {
  label           = "Nightly user report"
  okta_api_scopes = ["okta.users.read", "okta.groups.manage", "okta.clients.register", "okta.groups.read"] # nightly
  jwks_uri        = "https://keys.example.com/reporter"
  admin_role "READ_ONLY_ADMIN" {}
}

service_app "sync" {
  label           = "Group sync"
  okta_api_scopes = ["okta.groups.read", "okta.logs.read"]
  jwks_uri        = "https://keys.example.com/sync"
  admin_role "GROUP_MEMBERSHIP_ADMIN" {}
}

web_app "portal" {
  label             = "Portal"
  wildcard_redirect = "SUBDOMAIN"
  redirect_uris = [
    "https://portal.example.com/callback",
    "http://portal.example.com/debug",
    "https://*.example.com/callback",
  ]
}
`

// suggestPatch is what the forges show of it.
const suggestPatch = `@@ -4,7 +4,7 @@ org {
 
 service_app "reporter" {
   label           = "Nightly user report"
-  okta_api_scopes = ["okta.users.read"]
+  okta_api_scopes = ["okta.users.read", "okta.groups.manage", "okta.clients.register", "okta.groups.read"] # nightly
   jwks_uri        = "https://keys.example.com/reporter"
   admin_role "READ_ONLY_ADMIN" {}
 }
@@ -13,12 +13,15 @@ service_app "sync" {
   label           = "Group sync"
   okta_api_scopes = ["okta.groups.read", "okta.logs.read"]
   jwks_uri        = "https://keys.example.com/sync"
-  admin_role "READ_ONLY_ADMIN" {}
+  admin_role "GROUP_MEMBERSHIP_ADMIN" {}
 }
 
 web_app "portal" {
-  label = "Portal"
+  label             = "Portal"
+  wildcard_redirect = "SUBDOMAIN"
   redirect_uris = [
     "https://portal.example.com/callback",
+    "http://portal.example.com/debug",
+    "https://*.example.com/callback",
   ]
 }`

const suggestHead = "6dcb09b5b57875f334f61aebed695e2e4193db5e"

// recordedForge answers as the forges do about one pull request, and keeps what it is sent.
type recordedForge struct {
	*httptest.Server
	answers recordedAnswers
	kind    string
	mu      sync.Mutex // guards what follows
	posted  []suggestion
	status  int    // of answers to POST
	patch   string // of the configuration's file
	pending bool   // GitLab hasn't compared the branches yet
}

// suggestion is what the forges get. GitHub takes the lines from here, GitLab from the body.
type suggestion struct {
	Body      string
	CommitID  string `json:"commit_id"`
	Path      string
	Line      int
	StartLine int `json:"start_line"`
	Side      string
	Position  *struct {
		BaseSHA  string `json:"base_sha"`
		StartSHA string `json:"start_sha"`
		HeadSHA  string `json:"head_sha"`
		Type     string `json:"position_type"`
		OldPath  string `json:"old_path"`
		NewPath  string `json:"new_path"`
		NewLine  int    `json:"new_line"`
		OldLine  *int   `json:"old_line"`
	}
}

// newRecordedForge makes a forge on which somebody else has made the suggestion known, and on which
// one of ours is on lines that have changed since.
func newRecordedForge(t *testing.T, kind, known string) *recordedForge {
	f := &recordedForge{answers: readRecordedAnswers(t), kind: kind, status: http.StatusCreated, patch: suggestPatch}
	mark := "<!-- oktaform suggestion " + known + " -->\nof somebody else"
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		var answer any
		switch path := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/repos/acme/okta/pulls/7"), "/projects/3/merge_requests/7"); {
		case r.Method == http.MethodPost && f.status != http.StatusCreated:
			w.WriteHeader(f.status)
			answer = f.answers.refusal(kind, f.status)
		case r.Method == http.MethodPost:
			var s suggestion
			if err := json.NewDecoder(r.Body).Decode(&s); err != nil {
				t.Error(err)
			}
			f.posted = append(f.posted, s)
			w.WriteHeader(http.StatusCreated)
			answer = f.thread(s.Body, bot, s.Line)
		case path == "/user":
			answer = f.answers.with("gitlab user", map[string]any{"id": bot.ID, "username": bot.Login})
		case path == "" && kind == "github":
			answer = f.answers.with("github pull request", map[string]any{"number": 7, "head": map[string]any{"sha": suggestHead}})
		case path == "" && f.pending:
			answer = f.answers.with("gitlab merge request", map[string]any{"iid": 7})
			answer.(map[string]any)["diff_refs"] = nil
		case path == "":
			answer = f.answers.with("gitlab merge request", map[string]any{"iid": 7, "diff_refs": map[string]any{"head_sha": suggestHead}})
		case path == "/files":
			answer = []any{
				f.answers.with("github file", map[string]any{"filename": "logo.png", "status": "added"}, "patch"),
				f.answers.with("github file", map[string]any{"filename": "okta/main.hcl", "patch": f.patch}),
			}
		case path == "/diffs":
			answer = []any{
				f.answers.with("gitlab diff", map[string]any{"old_path": "logo.png", "new_path": "logo.png", "new_file": true, "diff": "Binary files /dev/null and b/logo.png differ\n"}),
				f.answers.with("gitlab diff", map[string]any{"old_path": "okta/main.hcl", "new_path": "okta/main.hcl", "diff": f.patch + "\n"}),
				f.answers.with("gitlab diff", map[string]any{"old_path": "docs/old name.md", "new_path": "docs/new name.md", "renamed_file": true, "diff": ""}),
			}
		case path == "/comments" || path == "/discussions":
			list := []any{f.thread("Why does it need this?", person{"octocat", 2}, 7), f.thread(mark, person{"mallory", 666}, 7)}
			if kind == "github" {
				list = append(list, f.thread(mark, bot, 0))
			}
			for _, s := range f.posted {
				list = append(list, f.thread(s.Body, bot, s.Line))
			}
			answer = list
		default:
			http.Error(w, `{"message":"404 Not Found"}`, http.StatusNotFound)
			return
		}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(f.Close)
	return f
}

// thread is a comment on a line, or on one that has changed since: then GitHub gives none.
func (f *recordedForge) thread(body string, by person, line int) any {
	if f.kind == "gitlab" {
		return f.answers.with("gitlab discussion", map[string]any{"notes": []any{map[string]any{"body": body, "author": map[string]any{"id": by.ID, "username": by.Login}}}})
	}
	values := map[string]any{"body": body, "path": "okta/main.hcl", "user": map[string]any{"id": by.ID, "login": by.Login}, "line": line}
	if line == 0 {
		values["line"], values["position"] = nil, nil
	}
	return f.answers.with("github review comment", values)
}

// suggest runs the script against a forge, and returns what that got.
func (j *job) suggest(f *recordedForge, kind string) (out string, got []suggestion) {
	j.Helper()
	before := len(f.posted)
	out = j.must(script(j.T, "ci/comment/suggest"), "TOKEN=forge-token", "FORGE="+kind, "NUMBER=7", "AUTHOR="+bot.Login, "GITHUB_API_URL="+f.URL, "GITHUB_REPOSITORY=acme/okta",
		"CI_API_V4_URL="+f.URL, "CI_PROJECT_ID=3", "CI_MERGE_REQUEST_IID=7")
	if strings.Contains(out, "forge-token") {
		j.Error("the token is in the output")
	}
	return out, slices.Clone(f.posted[before:])
}

// change commits two versions of the configuration.
func (j *job) change(before, after string) {
	j.Helper()
	j.must("rm -r okta")
	for _, text := range []string{before, after} {
		j.write("okta/main.hcl", text, 0o600)
		j.must("git add -A && git commit -q -m change")
	}
}

// TestSuggestions: mechanical fixes are suggested on the lines that the pull request adds, in the
// syntax of each forge, one for each list, and not again.
func TestSuggestions(t *testing.T) {
	const portal = `    "https://portal.example.com/debug",`
	const scopes = `  okta_api_scopes = ["okta.users.read", "okta.groups.read"] # nightly`
	for _, kind := range []string{"github", "gitlab"} {
		t.Run(kind, func(t *testing.T) {
			j := newJob(t)
			j.change(suggestBefore, suggestAfter)
			j.must(script(t, "ci/review"))
			var review struct {
				Suggestions []struct{ ID, Address string }
			}
			if err := json.Unmarshal([]byte(read(t, filepath.Join(j.folder, "review.json"))), &review); err != nil || len(review.Suggestions) != 3 {
				t.Fatalf("%v %+v", err, review)
			}
			at := slices.IndexFunc(review.Suggestions, func(s struct{ ID, Address string }) bool { return s.Address == "service_app.reporter" })
			// Somebody else has made the same comment, and one of ours is on lines that are gone.
			f := newRecordedForge(t, kind, review.Suggestions[at].ID)
			out, got := j.suggest(f, kind)
			if len(got) != 2 || !strings.Contains(out, "2 new suggestions") {
				t.Fatalf("%s\n%+v", out, got)
			}
			for i, want := range []struct {
				first, last int
				body, rules string
			}{
				{24, 25, portal, "**G01 Wildcard in a redirect URI**; **G02 Redirect over an unencrypted connection**"},
				{7, 7, scopes, "**G21 Scope that no role makes usable**"},
			} {
				fence := "```suggestion\n" + want.body + "\n```\n"
				if kind == "gitlab" {
					fence = fmt.Sprintf("```suggestion:-0+%d\n%s\n```\n", want.last-want.first, want.body)
				}
				s := got[i]
				if !strings.HasPrefix(s.Body, "<!-- oktaform suggestion ") || !strings.HasSuffix(s.Body, " -->\n"+want.rules+"\n\n"+fence) {
					t.Errorf("the body is\n%s", s.Body)
				}
				if kind == "gitlab" {
					if p := s.Position; p == nil || p.HeadSHA != suggestHead || p.BaseSHA == "" || p.StartSHA == "" || p.Type != "text" || p.NewPath != "okta/main.hcl" || p.OldPath != "okta/main.hcl" || p.NewLine != want.first || p.OldLine != nil {
						t.Errorf("the position is %+v", p)
					}
					continue
				}
				start := want.first
				if want.first == want.last {
					start = 0 // GitHub refuses a range of one line
				}
				if s.CommitID != suggestHead || s.Path != "okta/main.hcl" || s.Side != "RIGHT" || s.Line != want.last || s.StartLine != start {
					t.Errorf("the place is %+v", s)
				}
			}
			if out, again := j.suggest(f, kind); len(again) != 0 {
				t.Errorf("a second run suggests it again: %s", out)
			}
		})
	}
}

// TestSuggestionsAreLeftOut: without a right to comment, on other lines than those that were
// reviewed, and where the forge refuses one, the job goes on: the comment has the fixes as well.
func TestSuggestionsAreLeftOut(t *testing.T) {
	for _, kind := range []string{"github", "gitlab"} {
		t.Run(kind, func(t *testing.T) {
			j, f := newJob(t), newRecordedForge(t, kind, "0")
			j.commit("1-main")
			j.must(script(t, "ci/review"))
			if out, _ := j.suggest(f, kind); !strings.Contains(out, "Nothing to suggest") {
				t.Error(out)
			}
			j.change(suggestBefore, suggestAfter)
			j.must("rm -r $FOLDER; " + script(t, "ci/review"))
			f.status = http.StatusForbidden
			if out, got := j.suggest(f, kind); len(got) != 0 || !strings.Contains(out, "The token may not suggest") {
				t.Error(out)
			}
			status, why := http.StatusUnprocessableEntity, "422 Validation Failed; pull_request_review_thread.end_commit_oid is not part of the pull request; pull_request_review_thread.diff_hunk missing_field"
			if kind == "gitlab" {
				status, why = http.StatusBadRequest, `400 400 Bad request - Note {:line_code=>["can't be blank", "must be a valid line code"]}`
			}
			f.status = status
			if out, got := j.suggest(f, kind); len(got) != 0 || !strings.Contains(out, why) || !strings.Contains(out, "0 new suggestions") {
				t.Error(out)
			}
			f.pending = kind == "gitlab"
			if out, got := j.suggest(f, kind); f.pending && (len(got) != 0 || !strings.Contains(out, "GitLab hasn't compared the branches yet")) {
				t.Error(out)
			}
			f.pending = false
			f.status = http.StatusCreated
			j.change(suggestBefore, "# A line more than the forge knows.\n"+suggestAfter)
			j.must("rm -r $FOLDER; " + script(t, "ci/review"))
			if out, got := j.suggest(f, kind); len(got) != 0 {
				t.Errorf("%s\n%+v", out, got)
			}
		})
	}
}

// TestThousandChanges: a pull request of 1,000 changes stays within the limits of both forges.
func TestThousandChanges(t *testing.T) {
	var before, after strings.Builder
	for _, b := range []*strings.Builder{&before, &after} {
		b.WriteString("org {\n  owner = \"team/iam\"\n}\n")
	}
	var patch strings.Builder
	fmt.Fprintf(&patch, "@@ -1,3 +1,%d @@\n org {\n   owner = \"team/iam\"\n }\n", 3+8*1000)
	for i := range 1000 {
		text := fmt.Sprintf("\nservice_app \"app_%d\" {\n  label = \"%s %d\"\n  okta_api_scopes = [\"okta.users.read\", \"okta.clients.register\"]\n  jwks_uri = \"https://keys.example.com/%d\"\n  admin_role \"READ_ONLY_ADMIN\" {\n  }\n}\n", i, strings.Repeat("`<@all> #1 ", 8), i, i)
		after.WriteString(text)
		for line := range strings.Lines(text) {
			patch.WriteString("+" + line)
		}
	}
	j, f := newJob(t), newForge(t)
	j.change(before.String(), after.String())
	if status, out := j.sh(script(t, "ci/review"), "FAIL_ON=high", "GITHUB_ACTIONS=true", "GITHUB_OUTPUT="+filepath.Join(j.TempDir(), "output"), "GITHUB_STEP_SUMMARY="+filepath.Join(j.TempDir(), "summary")); status != 0 {
		t.Fatalf("status %d: %s", status, out)
	} else if n := strings.Count(out, "\n::error file=okta/main.hcl,line="); n != 10 || len(out) > 10_000 {
		t.Errorf("%d annotations of errors in %d bytes", n, len(out))
	}
	for _, kind := range []string{"github", "gitlab"} {
		j.comment(f, "FORGE="+kind)
		recorded := newRecordedForge(t, kind, "0")
		recorded.patch = patch.String()
		if out, got := j.suggest(recorded, kind); len(got) != 20 {
			t.Errorf("%s: %d suggestions\n%s", kind, len(got), out)
		}
	}
	body := f.shown()[0].Body
	if n := utf8.RuneCountInString(body); len(f.shown()) != 1 || n > 65_536 || n < 30_000 || !strings.Contains(body, "left out, to stay below") {
		t.Errorf("%d comments, the first of %d characters", len(f.shown()), n)
	}
	if strings.Contains(body, `\:`) {
		t.Error("punctuation is escaped that begins nothing")
	}
	head, _, _ := strings.Cut(body, "### Findings")
	if len(head) > 2000 || !strings.Contains(head, "**Risk: high.**") {
		t.Errorf("before the findings stands\n%.3000s", head)
	}
	t.Logf("the comment has %d characters", utf8.RuneCountInString(body))
}
