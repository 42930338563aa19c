package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fileCalls are the places outside of internal/files that reach files by themselves,
// each with the reason why no Root is needed there.
var fileCalls = map[string]string{
	"bench/config.go os.Create":                           "measurements, for maintainers",
	"bench/config.go os.MkdirAll":                         "measurements, for maintainers",
	"bench/config.go os.Stat":                             "measurements, for maintainers",
	"bench/config.go os.WriteFile":                        "measurements, for maintainers",
	"cmd/oktaform/access.go os.Stat":                      "whether an argument is a folder: nothing of it is read",
	"internal/cli/importcmd/journal.go os.MkdirAll":       "the journal of an interrupted import, in the home folder, where only the user may write",
	"internal/cli/importcmd/journal.go os.OpenFile":       "the journal of an interrupted import, in the home folder, where only the user may write",
	"internal/cli/importcmd/journal.go os.Remove":         "the journal of an interrupted import, in the home folder, where only the user may write",
	"internal/cli/base.go os.MkdirAll":                    "the temporary folder of a base, and the folder that a person names",
	"internal/cli/base.go os.MkdirTemp":                   "the temporary folder of a base, and the folder that a person names",
	"internal/cli/base.go os.RemoveAll":                   "the temporary folder of a base, and the folder that a person names",
	"internal/cli/base.go os.Lstat":                       "whether a base has a file; it is read through internal/files",
	"cmd/oktaform/docs.go os.MkdirAll":                    "the folder of man pages, for releases",
	"internal/cli/exportcmd/export.go os.Stat":            "whether an argument is a folder: nothing of it is read",
	"cmd/oktaform/inspect.go filepath.Glob":               "whether the current folder holds a configuration",
	"internal/session/process.go os.ReadFile":             "what the system says of this process",
	"internal/session/process.go os.Readlink":             "what the system says of this process",
	"internal/cli/readcachefile.go filepath.Glob":         "the cache in the home folder, with checks of its own; and the program itself",
	"internal/cli/readcachefile.go os.Lstat":              "the cache in the home folder, with checks of its own; and the program itself",
	"internal/cli/readcachefile.go os.MkdirAll":           "the cache in the home folder, with checks of its own; and the program itself",
	"internal/cli/readcachefile.go os.Remove":             "the cache in the home folder, with checks of its own; and the program itself",
	"cmd/oktaform/list.go os.Stat":                        "whether an argument is a folder: nothing of it is read",
	"cmd/oktaform/output.go os.Stat":                      "whether an argument is a folder: nothing of it is read",
	"internal/cli/readcachefile.go os.Stat":               "the cache in the home folder, with checks of its own; and the program itself",
	"internal/cli/sandboxcmd/dump.go os.Stat":             "the data file that a person names: whether it exists",
	"internal/cli/savedplan.go os.Stat":                   "whether an argument is a folder: nothing of it is read",
	"internal/cli/outputfile.go os.Lstat":                 "whether the file that a person names exists",
	"cmd/oktaform/smoke.go os.Stat":                       "whether an argument is a folder: nothing of it is read",
	"sandbox/e2e/terraform/standin/main.go os.ReadFile":   "for tests with Terraform: the file that the test names",
	"sandbox/e2e/terraform/standin/main.go os.OpenFile":   "for tests with Terraform: the file that the test names",
	"internal/catalog/gen/main.go os.ReadFile":            "a generator, for maintainers",
	"internal/catalog/gen/main.go os.WriteFile":           "a generator, for maintainers",
	"internal/checkout/checkout.go filepath.EvalSymlinks": "finds the repository, which makes the root: it looks at .git only, and follows no link to it",
	"internal/checkout/checkout.go os.Lstat":              "finds the repository, which makes the root: it looks at .git only, and follows no link to it",
	"internal/checkout/checkout.go os.Open":               "finds the repository, which makes the root: it looks at .git only, and follows no link to it",
	"internal/checkout/checkout.go os.Stat":               "finds the repository, which makes the root: it looks at .git only, and follows no link to it",
	"internal/checkout/checkout.go os.Readlink":           "names the path to the configuration as other versions have it: no file is read",
	"internal/checkout/owner_unix.go os.Stat":             "finds the repository, which makes the root: it looks at .git only, and follows no link to it",
	"internal/profile/profile.go os.MkdirAll":             "the person's own folder of settings; what is in it is read and written through internal/files",
	"internal/ci/event.go os.Open":                        "the event of a CI job, in the place that its environment names",
	"internal/openapicheck/check.go os.ReadFile":          "for tests",
	"internal/okta/credentialsources.go os.ReadFile":      "the environment of the person names it, or it lies in the home folder",
	"internal/revision/export.go os.OpenRoot":             "reads the objects of a repository that was found, and unpacks them into a temporary folder",
	"internal/revision/folder.go os.OpenRoot":             "reads the objects of a repository that was found, and unpacks them into a temporary folder",
	"internal/functions/digest.go filepath.EvalSymlinks":  "finds where a link leads, so that a file is counted once; what is read goes through the root",
	"internal/functions/files.go filepath.EvalSymlinks":   "finds where a link in the configuration's folder leads, to refuse .git and .oktaform; what is read goes through the root",
	"sandbox/server.go filepath.EvalSymlinks":             "the folder of the data file, which the caller opens or names",
	"sandbox/server.go os.Lstat":                          "the folder of the data file, which the caller opens or names",
	"sandbox/server.go os.OpenRoot":                       "the folder of the data file, which the caller opens or names",
}

var fileFuncs = []string{"Open", "OpenFile", "OpenRoot", "OpenInRoot", "Create", "CreateTemp", "ReadFile", "ReadDir", "ReadLink", "Readlink", "WriteFile", "Mkdir", "MkdirAll", "MkdirTemp", "Rename", "Remove", "RemoveAll", "Stat", "Lstat", "Link", "Symlink", "Chmod", "Chown", "Chtimes", "Truncate", "DirFS", "CopyFS"}

// TestFileCalls finds every use of files outside of internal/files.
func TestFileCalls(t *testing.T) {
	top := filepath.Join("..", "..")
	used := map[string]bool{}
	err := filepath.WalkDir(top, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != top && strings.HasPrefix(entry.Name(), ".") {
			return fs.SkipDir
		}
		path, _ := filepath.Rel(top, name)
		path = filepath.ToSlash(path)
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "internal/files/") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, _ := call.X.(*ast.Ident)
			if pkg != nil && (pkg.Name == "os" && slices.Contains(fileFuncs, call.Sel.Name) || pkg.Name == "filepath" && slices.Contains([]string{"Walk", "WalkDir", "Glob", "EvalSymlinks"}, call.Sel.Name) || pkg.Name == "ioutil") {
				used[path+" "+pkg.Name+"."+call.Sel.Name] = true
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for place := range used {
		if fileCalls[place] == "" {
			t.Errorf("%q: read and write files through internal/files, or say here why not", place)
		}
	}
	for place := range fileCalls {
		if !used[place] {
			t.Errorf("%q is listed and not used", place)
		}
	}
}
