// Package ci reads what a CI system says about the change that a job is for. Read is the entry
// point.
package ci

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Event is what started a job.
type Event struct {
	// Name describes the event for messages.
	Name string
	// Base is the id of the commit that the change is based on.
	Base string
	// Exact means that Base itself is compared with. Otherwise it is the end of a branch, which may
	// have moved on since the change left it.
	Exact bool
	// Branch is the remote-tracking branch whose end Base was; the checkout may have a newer one.
	// "" if unknown.
	Branch string
	// Head is the id of the last commit of the change; "" if unknown.
	Head string
	// Depth names the setting that makes a checkout contain the history.
	Depth string
}

const (
	githubDepth = "fetch-depth: 0 of actions/checkout"
	gitlabDepth = `the variable GIT_DEPTH: "0"`
)

// Read returns the event that the variables of GitHub Actions or GitLab CI describe.
func Read(get func(string) string) (Event, error) {
	if file := get("GITHUB_EVENT_PATH"); file != "" {
		return readGitHub(file, get("GITHUB_EVENT_NAME"))
	}
	if get("GITLAB_CI") != "" || get("CI_MERGE_REQUEST_DIFF_BASE_SHA") != "" {
		return readGitLab(get)
	}
	return Event{}, errors.New("this is no job of GitHub Actions (GITHUB_EVENT_PATH) or GitLab CI (GITLAB_CI): name the version to compare with, --base REVISION")
}

// payload are the fields used of a GitHub event:
// https://docs.github.com/en/webhooks/webhook-events-and-payloads
type payload struct {
	PullRequest *struct {
		Base struct{ SHA, Ref string }
		Head struct{ SHA string }
	} `json:"pull_request"`
	MergeGroup *struct {
		BaseSHA string `json:"base_sha"`
		HeadSHA string `json:"head_sha"`
	} `json:"merge_group"`
	Before, After string
	Repository    struct {
		DefaultBranch string `json:"default_branch"`
	}
}

func readGitHub(file, name string) (Event, error) {
	var p payload
	if err := readJSON(file, &p); err != nil {
		return Event{}, fmt.Errorf("the event of the job (GITHUB_EVENT_PATH): %w", err)
	}
	e := Event{Depth: githubDepth}
	switch {
	case p.PullRequest != nil:
		e.Name, e.Base, e.Head = "pull request", p.PullRequest.Base.SHA, p.PullRequest.Head.SHA
		e.Branch = p.PullRequest.Base.Ref
	case p.MergeGroup != nil:
		e.Name, e.Base, e.Head, e.Exact = "merge group", p.MergeGroup.BaseSHA, p.MergeGroup.HeadSHA, true
	case p.Before != "":
		e.push(p.Before, p.After, p.Repository.DefaultBranch)
	}
	if e.Base == "" && e.Branch == "" {
		return e, fmt.Errorf("the event %s says of no version that it changes: name the one to compare with, --base REVISION", name)
	}
	return e, nil
}

func readGitLab(get func(string) string) (Event, error) {
	e := Event{Depth: gitlabDepth}
	base, target := get("CI_MERGE_REQUEST_DIFF_BASE_SHA"), get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA")
	switch {
	case target != "": // a merged-result pipeline, whose commit has this parent
		e.Name, e.Base, e.Head = "merge request", target, get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")
		e.Branch = get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
	case base != "":
		// It is one of the merge bases, of which there may be several.
		e.Name, e.Base, e.Head = "merge request", base, get("CI_COMMIT_SHA")
		e.Branch = get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
	case get("CI_COMMIT_BEFORE_SHA") != "":
		e.push(get("CI_COMMIT_BEFORE_SHA"), get("CI_COMMIT_SHA"), get("CI_DEFAULT_BRANCH"))
	}
	if e.Base == "" && e.Branch == "" {
		return e, fmt.Errorf("the pipeline (%s) says of no version that it changes: name the one to compare with, --base REVISION", get("CI_PIPELINE_SOURCE"))
	}
	return e, nil
}

// push compares with what the branch pointed to before; a new branch is compared with where it left
// the default branch.
func (e *Event) push(before, after, defaultBranch string) {
	e.Name, e.Head = "push", after
	if strings.Trim(before, "0") == "" {
		e.Name, e.Branch = "push of a new branch", defaultBranch
		return
	}
	e.Base, e.Exact = before, true
}

func readJSON(name string, value any) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	const longest = 32 << 20 // GitHub's own limit is 25 MB
	return json.NewDecoder(io.LimitReader(file, longest)).Decode(value)
}
