package starter

import (
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

func names(files []File) string {
	var list []string
	for _, f := range files {
		list = append(list, f.Name)
	}
	return strings.Join(list, " ")
}

// TestConfiguration: each app brings its tests, and the owner is the given one.
func TestConfiguration(t *testing.T) {
	for app, want := range map[App]string{
		Service: ".gitignore service_app.oktest.hcl service_app.hcl org.hcl",
		Web:     ".gitignore web_app.oktest.hcl web_app.hcl org.hcl",
		Both:    ".gitignore service_app.oktest.hcl service_app.hcl web_app.oktest.hcl web_app.hcl org.hcl",
	} {
		files := Options{Apps: app, Owner: "team/first"}.Configuration()
		if got := names(files); got != want {
			t.Errorf("%s: %s, want %s", app, got, want)
		}
		if org := string(files[len(files)-1].Text); !strings.Contains(org, "\n  owner = \"team/first\"\n") {
			t.Errorf("the owner is another one:\n%s", org)
		}
	}
}

// TestWidth: all that a starter writes fits into 80 columns, but for the lines with what the user
// has named.
func TestWidth(t *testing.T) {
	for _, ci := range []CI{None, GitHub, GitLab} {
		o := Options{Apps: Both, Owner: "team/first", CI: ci, Folder: "okta", Commit: strings.Repeat("0123456789", 4)}
		files := o.Configuration()
		if f, err := o.Workflow(); err != nil {
			t.Fatal(err)
		} else if f != nil {
			files = append(files, *f)
		}
		for _, f := range files {
			for line := range strings.Lines(string(f.Text)) {
				if len(line) > 81 && !strings.Contains(line, o.Commit) {
					t.Errorf("%s: more than 80 columns: %s", f.Name, line)
				}
			}
		}
	}
}

// TestWorkflow: the folder and the commit stand in the workflow, and no folder changes its meaning.
func TestWorkflow(t *testing.T) {
	for _, c := range []struct {
		ci          CI
		folder      string
		name, value string // value is the variable DIRECTORY; "" if the folder is refused
	}{
		{GitHub, "okta", ".github/workflows/oktaform.yml", "okta"},
		{GitHub, ".", ".github/workflows/oktaform.yml", "."},
		{GitLab, "a b/c-d_e@1", ".gitlab-ci.yml", "a b/c-d_e@1"},
		{GitLab, "yes", ".gitlab-ci.yml", "yes"},
		{GitHub, "${{ secrets.TOKEN }}", "", ""},
		{GitLab, "$CI_JOB_TOKEN", "", ""},
		{GitHub, "a\"\nrun: x", "", ""},
		{GitHub, "$(id)", "", ""},
		{GitHub, `a\b`, "", ""},
	} {
		f, err := Options{CI: c.ci, Folder: c.folder, Commit: strings.Repeat("0123456789", 4)}.Workflow()
		if c.value == "" {
			if err == nil {
				t.Errorf("%q is accepted:\n%s", c.folder, f.Text)
			}
			continue
		}
		if err != nil || f.Name != c.name || strings.Contains(string(f.Text), "COMMIT") || !strings.Contains(string(f.Text), strings.Repeat("0123456789", 4)) {
			t.Fatalf("%q: %v %+v", c.folder, err, f)
		}
		var read struct {
			Env, Variables map[string]string
		}
		if err := yaml.Unmarshal(f.Text, &read); err != nil {
			t.Fatal(err)
		}
		if got := read.Env["DIRECTORY"] + read.Variables["DIRECTORY"]; got != c.value {
			t.Errorf("DIRECTORY is %q, want %q", got, c.value)
		}
	}
	if f, err := (Options{CI: None, Folder: "$"}).Workflow(); f != nil || err != nil {
		t.Error("a workflow without a CI system")
	}
}

// TestIgnored finds the lines that a .gitignore lacks.
func TestIgnored(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "keys/ *.pem .env .oktaform/ *.plan",
		"node_modules/\nkeys/\r\n.env ": "*.pem .oktaform/ *.plan",
		"/keys/\n*.pem\n.env\n/.oktaform/\n*.plan\n": "",
		"# keys/\n": "keys/ *.pem .env .oktaform/ *.plan",
	} {
		if got := strings.Join(Ignored([]byte(text)), " "); got != want {
			t.Errorf("%q lacks %q, want %q", text, got, want)
		}
	}
}
