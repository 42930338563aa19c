package ci

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const none = "0000000000000000000000000000000000000000"

// TestRead holds what is taken from events as GitHub and GitLab describe them.
func TestRead(t *testing.T) {
	for _, test := range []struct {
		name      string
		payload   string // of GitHub
		variables map[string]string
		want      Event
		message   string
	}{
		{name: "a pull request", payload: `{"number": 7, "pull_request": {"base": {"sha": "b", "ref": "main"}, "head": {"sha": "h", "ref": "evil"}}, "before": "x", "after": "y"}`,
			want: Event{Name: "pull request", Base: "b", Branch: "main", Head: "h", Depth: githubDepth}},
		{name: "a merge group", payload: `{"merge_group": {"base_sha": "b", "base_ref": "refs/heads/main", "head_sha": "h"}}`,
			want: Event{Name: "merge group", Base: "b", Exact: true, Head: "h", Depth: githubDepth}},
		{name: "a push", payload: `{"before": "b", "after": "h", "repository": {"default_branch": "main"}}`,
			want: Event{Name: "push", Base: "b", Exact: true, Head: "h", Depth: githubDepth}},
		{name: "a new branch", payload: `{"before": "` + none + `", "after": "h", "repository": {"default_branch": "main"}}`,
			want: Event{Name: "push of a new branch", Branch: "main", Head: "h", Depth: githubDepth}},
		{name: "a new branch of an unknown repository", payload: `{"before": "` + none + `", "after": "h"}`, message: "--base REVISION"},
		{name: "a schedule", payload: `{"schedule": "* * * * *"}`, message: "the event workflow says of no version that it changes"},
		{name: "not JSON", payload: `{`, message: "GITHUB_EVENT_PATH"},
		{name: "of another form", payload: `{"pull_request": "b"}`, message: "GITHUB_EVENT_PATH"},
		{name: "a merge request", variables: map[string]string{"GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "b", "CI_COMMIT_SHA": "h", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_COMMIT_BEFORE_SHA": none},
			want: Event{Name: "merge request", Base: "b", Branch: "main", Head: "h", Depth: gitlabDepth}},
		{name: "a merged result", variables: map[string]string{"GITLAB_CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "older", "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "b",
			"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "h", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_COMMIT_SHA": "m"},
			want: Event{Name: "merge request", Base: "b", Branch: "main", Head: "h", Depth: gitlabDepth}},
		{name: "a push on GitLab", variables: map[string]string{"GITLAB_CI": "true", "CI_COMMIT_BEFORE_SHA": "b", "CI_COMMIT_SHA": "h", "CI_DEFAULT_BRANCH": "main"},
			want: Event{Name: "push", Base: "b", Exact: true, Head: "h", Depth: gitlabDepth}},
		{name: "a schedule on GitLab", variables: map[string]string{"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "schedule"}, message: "the pipeline (schedule) says of no version"},
		{name: "no job", variables: map[string]string{}, message: "this is no job of GitHub Actions"},
	} {
		t.Run(test.name, func(t *testing.T) {
			variables := test.variables
			if test.payload != "" {
				file := filepath.Join(t.TempDir(), "event.json")
				if err := os.WriteFile(file, []byte(test.payload), 0o600); err != nil {
					t.Fatal(err)
				}
				variables = map[string]string{"GITHUB_EVENT_PATH": file, "GITHUB_EVENT_NAME": "workflow"}
			}
			got, err := Read(func(name string) string { return variables[name] })
			if test.message != "" {
				if err == nil || !strings.Contains(err.Error(), test.message) {
					t.Errorf("%+v, %v, want %q", got, err, test.message)
				}
				return
			}
			if err != nil || got != test.want {
				t.Errorf("%+v, %v, want %+v", got, err, test.want)
			}
		})
	}
	missing := func(name string) string {
		return map[string]string{"GITHUB_EVENT_PATH": "/nothing/event.json"}[name]
	}
	if _, err := Read(missing); err == nil || !strings.Contains(err.Error(), "/nothing/event.json") {
		t.Error(err)
	}
}
