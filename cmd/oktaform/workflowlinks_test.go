package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// write makes a file of the checkout.
func (j *job) write(name, text string, mode os.FileMode) {
	j.Helper()
	path := filepath.Join(j.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		j.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		j.Fatal(err)
	}
}

// switched makes a change that gives an app everything, unless role.txt is emptied
// while the review runs.
func switched(t *testing.T) *job {
	j := newJob(t)
	j.write("okta/role.txt", "none", 0o600)
	j.write("okta/switch.hcl", `service_app "switched" {
  label    = "Switched"
  jwks_uri = "https://switched.example.com/keys"

  dynamic "admin_role" {
    for_each = toset(file("role.txt") == "x" ? ["SUPER_ADMIN"] : ["READ_ONLY_ADMIN"])
    labels   = [admin_role.value]
    content {}
  }
}
`, 0o600)
	j.must("git add -A && git commit -q -m base")
	j.write("okta/role.txt", "x", 0o600)
	return j
}

// TestReviewIsWrittenPastTheCheckout plants what a change could, where the script puts
// its results or finds its programs.
func TestReviewIsWrittenPastTheCheckout(t *testing.T) {
	const refused, judged = 1, 6
	for name, c := range map[string]struct {
		plant, folder, env string
		status             int
		says               string
	}{
		"nothing":                     {"", "access-review", "A=", judged, ""},
		"a folder below another":      {"mkdir out; touch out/.keep", "out/access-review", "A=", judged, ""},
		"a link for a result":         {"mkdir access-review; ln -s ../okta/role.txt access-review/review.new", "access-review", "A=", refused, "in the checkout already"},
		"a link for a shown result":   {"mkdir access-review; ln -s ../okta/role.txt access-review/review.html", "access-review", "A=", refused, "in the checkout already"},
		"a link for the folder":       {"ln -s okta access-review", "access-review", "A=", refused, "is a link"},
		"such a link, with a slash":   {"ln -s okta access-review", "access-review//", "A=", refused, "is a link"},
		"such a link, with a dot":     {"ln -s okta access-review", "./access-review/.", "A=", refused, "is a link"},
		"a link that leads out":       {`ln -s "$OUTSIDE" access-review`, "access-review", "A=", refused, "is a link"},
		"a link that leads nowhere":   {"ln -s okta/new access-review", "access-review", "A=", refused, "is a link"},
		"a link above the folder":     {`ln -s "$OUTSIDE" out`, "out/access-review", "A=", refused, "is a link"},
		"a link far above the folder": {`ln -s "$OUTSIDE" out`, "$PWD/out/b/c", "A=", refused, "is a link"},
		"a link and a way back":       {"ln -s okta out", "out/../okta/new", "A=", refused, "is a link"},
		"a folder":                    {"mkdir access-review; echo fine >access-review/review.md", "access-review", "A=", refused, "in the checkout already"},
		"a file":                      {"echo fine >access-review", "access-review", "A=", refused, "in the checkout already"},
		"the configuration":           {"", "okta", "A=", refused, "in the checkout already"},
		"a program":                   {fake("bin/oktaform"), "access-review", "OKTAFORM=bin/oktaform", refused, "lies in the checkout"},
		"a link to a program":         {fake("bin/oktaform") + `; ln -s "$PWD/bin/oktaform" "$OUTSIDE/linked"`, "access-review", "OKTAFORM=$OUTSIDE/linked", refused, "lies in the checkout"},
		"a program of the path":       {fake("bin/oktaform"), "access-review", "PATH=$PWD/bin:$PATH", judged, ""},
		"one of a path that moves":    {fake("bin/oktaform"), "access-review", "PATH=bin:.::$PATH", judged, ""},
		"another program":             {fake("mktemp"), "access-review", "PATH=$PWD:$PATH", judged, ""},
		"the temporary folder":        {"mkdir tmp", "access-review", "TMPDIR=$PWD/tmp", refused, "set TMPDIR"},
	} {
		t.Run(name, func(t *testing.T) {
			j := switched(t)
			outside := t.TempDir()
			j.must(c.plant+"\ngit add -A && git commit -q -m planted", "OUTSIDE="+outside)
			before := j.must("git status --porcelain --ignored; ls -A " + outside)
			expand := func(text string) string {
				return os.Expand(text, func(name string) string {
					return map[string]string{"PWD": j.dir, "OUTSIDE": outside, "PATH": os.Getenv("PATH")}[name]
				})
			}
			folder := expand(c.folder)
			status, out := j.sh(script(t, "ci/review"), "FAIL_ON=high", "FOLDER="+folder, expand(c.env))
			if status != c.status || !strings.Contains(out, c.says) || strings.Contains(out, "planted program") {
				t.Errorf("status %d, expected %d, %q:\n%s", status, c.status, c.says, out)
			}
			if status == judged {
				j.must("test -s " + folder + "/review.md && rm -r " + folder)
			}
			if after := j.must("git status --porcelain --ignored; ls -A " + outside); after != before {
				t.Errorf("the script changed\n%s\nto\n%s", before, after)
			}
		})
	}
}

// fake makes a program of the checkout.
func fake(path string) string {
	return "mkdir -p $(dirname " + path + "); printf '#!/bin/sh\\necho planted program; exit 0\\n' >" + path + "; chmod +x " + path
}

// TestReviewFollowsNoLinkOfItsFolder: in a folder outside of the checkout that an earlier
// run left, links are replaced, and the comment takes no text through one.
func TestReviewFollowsNoLinkOfItsFolder(t *testing.T) {
	j, f := newJob(t), newForge(t)
	j.commit("2-asked")
	victim := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(victim, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	j.must("mkdir $FOLDER; for f in md html sarif json new; do ln -s " + victim + " $FOLDER/review.$f; done")
	if status, out := j.sh(script(t, "ci/review"), "FAIL_ON=high"); status != 6 || read(t, victim) != "mine" {
		t.Errorf("status %d, the file holds %q\n%s", status, read(t, victim), out)
	}
	for _, name := range []string{"review.md", "review.json", ""} {
		copied := filepath.Join(t.TempDir(), "copy")
		j.must("cp -R $FOLDER " + copied)
		if name == "" {
			j.must("ln -s " + copied + " " + copied + "-link")
			copied += "-link"
		} else {
			j.must("mv " + copied + "/" + name + " " + victim + " && ln -s " + victim + " " + copied + "/" + name)
		}
		status, out := j.sh(script(t, "ci/comment/comment"), "FOLDER="+copied, "TOKEN=forge-token", "FORGE=github", "NUMBER=7", "AUTHOR="+bot.Login, "GITHUB_API_URL="+f.URL, "GITHUB_REPOSITORY=acme/okta")
		if status == 0 || len(f.shown()) != 0 || !strings.Contains(out, "is a link") {
			t.Errorf("%q as a link: status %d, %d comments\n%s", name, status, len(f.shown()), out)
		}
	}
}

// TestPlantedReviewIsNoComment: what a change planted as a review is not shown when the
// script refuses it.
func TestPlantedReviewIsNoComment(t *testing.T) {
	j, f := newJob(t), newForge(t)
	base := strings.TrimSpace(j.must("git rev-parse HEAD"))
	j.write("access-review/review.md", "<!-- oktaform review -->\n<!-- of okta -->\nAll is well!\n", 0o600)
	j.write("access-review/review.json", "{}", 0o600)
	j.commit("2-asked")
	for _, w := range workflows(t) {
		if w.where != ".gitlab-ci.yml" {
			continue
		}
		job := w.raw["review"].(map[string]any)
		text := "apt-get() { :; }\n" + strings.ReplaceAll(job["script"].([]any)[0].(string), "/tmp/oktaform", script(t, "."))
		status, out := j.sh(text, "FOLDER="+job["variables"].(map[string]any)["FOLDER"].(string), "FAIL_ON=high", "BASE=", "GITHUB_EVENT_PATH=", "GITLAB_CI=true", "CI_MERGE_REQUEST_DIFF_BASE_SHA="+base,
			"CI_API_V4_URL="+f.URL, "CI_PROJECT_ID=3", "CI_MERGE_REQUEST_IID=7", "OKTAFORM_GITLAB_TOKEN=forge-token")
		if status != 1 || len(f.shown()) != 0 {
			t.Errorf("status %d, comments %v\n%s", status, f.shown(), out)
		}
	}
}

// redirect is where shell text writes to.
var (
	redirect = regexp.MustCompile(`(?:^|[^<>&2-])>>?\s*("[^"]*"|[^\s;|)&]+)|\b(?:tee|--output|-o)\s+("[^"]*"|\S+)`)
	private  = regexp.MustCompile(`^"?(\$work/|\$\{work:\?\}/|\$RUNNER_TEMP/|\$GITHUB_(OUTPUT|STEP_SUMMARY|ENV)\b|/dev/null|/usr/local/bin/)|^&`)
)

// TestScriptsWritePastTheCheckout: no script of ours and no documented job redirects
// output to a file of the checkout, which could be a link.
func TestScriptsWritePastTheCheckout(t *testing.T) {
	texts := map[string]string{}
	for _, w := range workflows(t) {
		texts[w.where] = strings.Join(w.shellTexts(), "\n")
	}
	for _, file := range []string{"../../ci/review", "../../ci/checkout.sh", "../../ci/comment/comment", "../../ci/comment/suggest", "../../ci/comment/forge.sh"} {
		texts[file] = read(t, file)
	}
	found := 0
	for where, text := range texts {
		for _, line := range strings.Split(text, "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "#") {
				continue
			}
			for _, m := range redirect.FindAllStringSubmatch(line, -1) {
				found++
				if to := m[1] + m[2]; !private.MatchString(to) {
					t.Errorf("%s writes to %s:\n%s", where, to, line)
				}
			}
		}
	}
	if found < 15 {
		t.Errorf("only %d places were found that write", found)
	}
}
