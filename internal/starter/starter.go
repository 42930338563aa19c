// Package starter holds the files with which a configuration begins: apps with their smoke tests,
// test files, a .gitignore and the workflow of a CI system.
package starter

import (
	"embed"
	"fmt"
	"path"
	"regexp"
	"strings"
)

//go:embed files
var sources embed.FS

// App is what calls Okta's API.
type App string

// The apps of a starter.
const (
	Service App = "service"
	Web     App = "web"
	Both    App = "both"
)

// CI is the system whose workflow is written.
type CI string

// The CI systems.
const (
	None   CI = "none"
	GitHub CI = "github"
	GitLab CI = "gitlab"
)

// Options describe a starter.
type Options struct {
	Apps  App
	Owner string
	CI    CI
	// Folder is the configuration's path in its repository, with slashes.
	Folder string
	// Commit is the commit of oktaform that the workflow uses; "" if it isn't known.
	Commit string
}

// File is one file of a starter.
type File struct {
	Name  string // relative to the configuration's folder; of a workflow, to the repository
	About string // what is in it, for a list
	Text  []byte
}

// Configuration returns the files of the configuration's folder, the .hcl files last.
func (o Options) Configuration() []File {
	files := []File{{".gitignore", "keeps keys and other secrets out of git", source("gitignore")}}
	add := func(name, about, testAbout string) {
		files = append(files, File{name + ".oktest.hcl", testAbout, source(name + ".oktest.hcl")}, File{name + ".hcl", about, source(name + ".hcl")})
	}
	if o.Apps != Web {
		add("service_app", "a service app, its key and its smoke tests", "tests of its access, for oktaform test")
	}
	if o.Apps != Service {
		add("web_app", "a web app, a person and their smoke tests", "tests of its access, for oktaform test")
	}
	org := strings.Replace(string(source("org.hcl")), `"team/iam"`, fmt.Sprintf("%q", o.Owner), 1)
	return append(files, File{"org.hcl", "whose configuration this is", []byte(org)})
}

// plainFolder matches the paths that need no quoting in a workflow, in a shell and for GitLab.
var plainFolder = regexp.MustCompile(`^[A-Za-z0-9_./+@-][A-Za-z0-9_./+@ -]*$`)

// Workflow returns the workflow of the CI system; nil if there is none.
func (o Options) Workflow() (*File, error) {
	place := map[CI]string{GitHub: ".github/workflows/oktaform.yml", GitLab: ".gitlab-ci.yml"}[o.CI]
	if place == "" {
		return nil, nil
	}
	if !plainFolder.MatchString(o.Folder) {
		return nil, fmt.Errorf("the folder %q can't be named in a workflow: use letters, digits, spaces and ._/+@- only", o.Folder)
	}
	text := strings.Replace(string(source(string(o.CI)+".yml")), "DIRECTORY: okta\n", fmt.Sprintf("DIRECTORY: %q\n", path.Clean(o.Folder)), 1)
	if o.Commit != "" {
		text = strings.ReplaceAll(text, "COMMIT", o.Commit)
	}
	return &File{place, "reviews and tests each change", []byte(text)}, nil
}

// Ignored returns the lines of the .gitignore that one with the given text lacks.
func Ignored(text []byte) (missing []string) {
	there := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		there[strings.TrimSpace(line)] = true
	}
	for line := range strings.Lines(string(source("gitignore"))) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") && !there[line] && !there["/"+line] {
			missing = append(missing, line)
		}
	}
	return missing
}

func source(name string) []byte {
	text, err := sources.ReadFile("files/" + name)
	if err != nil {
		panic(err) // the name is a constant, and the file is part of the program
	}
	return text
}
