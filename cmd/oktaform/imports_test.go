package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/oktaform/oktaform/"

// mayImport says which of our packages each of our packages may import.
// Imports go one way; what isn't listed here isn't allowed.
var mayImport = map[string]string{
	"schema":                       "",
	"schema/kinds":                 "schema internal/catalog",
	"internal/catalog":             "",
	"internal/clock":               "",
	"internal/jwk":                 "",
	"internal/dpop":                "",
	"internal/checkout":            "",
	"internal/budget":              "internal/crash",
	"internal/files":               "",
	"internal/profile":             "internal/files",
	"internal/terminal":            "",
	"internal/secretname":          "",
	"internal/revision":            "internal/checkout internal/files",
	"internal/ci":                  "",
	"internal/config":              "schema schema/kinds internal/jwk internal/functions internal/checkout internal/files internal/budget",
	"internal/functions":           "schema internal/files internal/budget",
	"internal/console":             "internal/budget internal/config",
	"internal/crash":               "",
	"plan":                         "schema schema/kinds internal/config",
	"apply":                        "schema internal/crash internal/config plan",
	"internal/okta":                "schema internal/crash internal/clock internal/jwk internal/dpop internal/catalog internal/terminal",
	"internal/conformance":         "internal/jwk internal/okta",
	"internal/org/kinds":           "schema schema/kinds internal/jwk internal/okta",
	"internal/org":                 "schema schema/kinds internal/crash internal/clock internal/okta internal/org/kinds",
	"internal/orgcopy":             "schema schema/kinds internal/okta internal/secretname",
	"internal/org/readcache":       "schema internal/okta internal/org/kinds internal/org",
	"internal/smoke":               "schema schema/kinds internal/crash internal/jwk internal/dpop internal/catalog",
	"internal/testfile":            "internal/budget",
	"internal/testrun":             "schema schema/kinds internal/budget internal/catalog internal/checkout internal/clock internal/config internal/jwk internal/okta internal/org internal/review internal/review/access internal/review/severity internal/review/versions internal/session internal/smoke internal/testfile plan apply sandbox",
	"internal/generate":            "schema schema/kinds",
	"internal/starter":             "",
	"internal/help":                "internal/terminal",
	"internal/export":              "schema schema/kinds internal/jwk internal/catalog internal/terminal",
	"internal/review/severity":     "",
	"internal/review/phrase":       "",
	"internal/review/access":       "schema schema/kinds internal/catalog internal/review/phrase internal/review/severity",
	"internal/review/versions":     "schema schema/kinds internal/budget internal/config internal/review/access internal/testfile plan",
	"internal/review":              "schema schema/kinds internal/catalog internal/config internal/review/access internal/review/phrase internal/review/severity internal/review/versions internal/testfile plan",
	"internal/doctor":              "schema schema/kinds internal/files internal/okta internal/session plan",
	"internal/drift":               "schema schema/kinds internal/org internal/review internal/review/access internal/review/severity internal/review/versions plan",
	"internal/view":                "schema schema/kinds internal/generate internal/config plan apply internal/doctor internal/smoke internal/testrun internal/terminal",
	"internal/view/accessview":     "schema internal/catalog internal/drift internal/org internal/review internal/review/access internal/review/severity internal/view plan",
	"internal/view/schemaview":     "schema schema/kinds internal/config internal/terminal internal/view",
	"internal/openapicheck":        "internal/reference",
	"internal/reference":           "",
	"internal/recordedorg":         "schema internal/okta internal/reference",
	"internal/skip":                "",
	"internal/catalog/gen":         "",
	"bench":                        "schema internal/config plan apply internal/okta internal/org internal/org/readcache sandbox",
	"internal/browser":             "schema internal/crash internal/smoke",
	"github.com/oktaform/oktaform": "schema internal/checkout internal/clock internal/config internal/okta internal/session internal/smoke plan apply",
	"internal/fileedit":            "schema schema/kinds internal/budget",
	"internal/lsp":                 "schema schema/kinds internal/budget internal/catalog internal/checkout internal/config internal/crash internal/fileedit internal/files internal/functions internal/review internal/review/versions internal/testfile internal/view internal/view/accessview internal/view/schemaview",
	"internal/terraform":           "schema schema/kinds internal/budget internal/files internal/functions internal/secretname",
	"internal/session":             "schema schema/kinds internal/browser internal/catalog internal/checkout internal/clock internal/config internal/files internal/jwk internal/okta internal/org internal/org/kinds internal/smoke internal/terminal plan apply",
	"internal/cli":                 "schema schema/kinds internal/browser internal/catalog internal/checkout internal/ci internal/clock internal/config internal/crash internal/doctor internal/files internal/okta internal/org internal/org/readcache internal/orgcopy internal/profile internal/revision internal/session internal/smoke internal/terminal internal/view plan apply sandbox",
	"internal/cli/driftcmd":        "internal/cli internal/drift internal/fileedit internal/files internal/review internal/review/versions internal/session internal/view internal/view/accessview plan",
	"internal/cli/exportcmd":       "schema schema/kinds internal/cli internal/export internal/jwk internal/session internal/view",
	"internal/cli/importcmd":       "schema schema/kinds internal/cli internal/cli/inventory internal/config internal/fileedit internal/files internal/generate internal/org internal/session internal/terraform internal/view plan",
	"internal/cli/initcmd":         "schema schema/kinds internal/checkout internal/cli internal/files internal/session internal/starter internal/view",
	"internal/cli/inventory":       "schema schema/kinds internal/cli internal/generate internal/org",
	"internal/cli/keycmd":          "schema schema/kinds internal/cli internal/config internal/fileedit internal/files internal/jwk internal/org internal/session internal/smoke internal/view plan",
	"internal/cli/logincmd":        "schema schema/kinds internal/browser internal/cli internal/config internal/files internal/jwk internal/okta internal/org internal/profile internal/session internal/smoke internal/view",
	"internal/cli/reviewcmd":       "schema schema/kinds internal/checkout internal/cli internal/config internal/fileedit internal/review internal/review/severity internal/review/versions internal/revision internal/view internal/view/accessview plan",
	"internal/cli/sandboxcmd":      "internal/cli internal/conformance internal/files internal/view sandbox",
	"cmd/oktaform":                 "schema schema/kinds internal/catalog internal/cli internal/cli/driftcmd internal/cli/exportcmd internal/cli/importcmd internal/cli/initcmd internal/cli/inventory internal/cli/keycmd internal/cli/logincmd internal/cli/reviewcmd internal/cli/sandboxcmd internal/config internal/console internal/crash internal/doctor internal/export internal/fileedit internal/files internal/generate internal/help internal/lsp internal/org internal/orgcopy internal/review internal/review/severity internal/review/versions internal/session internal/smoke internal/testfile internal/testrun internal/view internal/view/accessview internal/view/schemaview plan sandbox",

	"sandbox":                      "sandbox/internal/jsondoc sandbox/internal/state sandbox/internal/web sandbox/internal/syslog sandbox/internal/oauth sandbox/internal/access sandbox/internal/mgmt/org sandbox/internal/mgmt",
	"sandbox/internal/jsondoc":     "",
	"sandbox/internal/filter":      "",
	"sandbox/internal/expression":  "",
	"sandbox/internal/state":       "sandbox/internal/jsondoc",
	"sandbox/internal/web":         "sandbox/internal/jsondoc sandbox/internal/filter sandbox/internal/state",
	"sandbox/internal/syslog":      "sandbox/internal/filter sandbox/internal/state sandbox/internal/web",
	"sandbox/internal/oauth":       "sandbox/internal/jsondoc sandbox/internal/state sandbox/internal/web sandbox/internal/syslog",
	"sandbox/internal/access":      "sandbox/internal/jsondoc sandbox/internal/state sandbox/internal/web sandbox/internal/oauth",
	"sandbox/internal/mgmt/kind":   "sandbox/internal/jsondoc sandbox/internal/state sandbox/internal/web sandbox/internal/syslog sandbox/internal/access",
	"sandbox/internal/mgmt/org":    "sandbox/internal/jsondoc sandbox/internal/state sandbox/internal/web sandbox/internal/syslog sandbox/internal/access sandbox/internal/mgmt/kind",
	"sandbox/internal/mgmt/roles":  "sandbox/internal/jsondoc sandbox/internal/state sandbox/internal/web sandbox/internal/syslog sandbox/internal/access sandbox/internal/mgmt/kind",
	"sandbox/internal/mgmt/users":  "sandbox/internal/jsondoc sandbox/internal/state sandbox/internal/web sandbox/internal/syslog sandbox/internal/oauth sandbox/internal/access sandbox/internal/mgmt/kind sandbox/internal/mgmt/roles",
	"sandbox/internal/mgmt/groups": "sandbox/internal/expression sandbox/internal/jsondoc sandbox/internal/state sandbox/internal/web sandbox/internal/syslog sandbox/internal/access sandbox/internal/mgmt/kind sandbox/internal/mgmt/roles sandbox/internal/mgmt/users",
	"sandbox/internal/mgmt/apps":   "sandbox/internal/jsondoc sandbox/internal/state sandbox/internal/web sandbox/internal/syslog sandbox/internal/oauth sandbox/internal/access sandbox/internal/mgmt/kind sandbox/internal/mgmt/roles sandbox/internal/mgmt/users",
	"sandbox/internal/mgmt":        "sandbox/internal/jsondoc sandbox/internal/state sandbox/internal/web sandbox/internal/syslog sandbox/internal/oauth sandbox/internal/access sandbox/internal/mgmt/kind sandbox/internal/mgmt/org sandbox/internal/mgmt/roles sandbox/internal/mgmt/users sandbox/internal/mgmt/groups sandbox/internal/mgmt/apps",
}

// sdk may be imported by internal/okta alone: it takes a minute to compile.
const sdk = "github.com/okta/okta-sdk-golang/"

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&pkg); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(pkg.ImportPath, module)
		allowed, known := mayImport[name]
		if !known {
			t.Errorf("package %s is new: say in this test what it may import", name)
		}
		for _, path := range pkg.Imports {
			if ours, ok := strings.CutPrefix(path, module); ok && !slices.Contains(strings.Fields(allowed), ours) {
				t.Errorf("%s imports %s, which the architecture doesn't allow", name, ours)
			}
			if strings.HasPrefix(path, sdk) && name != "internal/okta" {
				t.Errorf("%s imports Okta's SDK, which belongs to internal/okta", name)
			}
			if strings.HasPrefix(path, "github.com/go-git/") && name != "internal/revision" {
				t.Errorf("%s imports go-git, which belongs to internal/revision", name)
			}
		}
	}
}

// TestNoTemplates: the program executes no template. Templates call methods by names that the
// linker can't know, so it would keep every method of Okta's SDK: a program of 44 MB instead of 30.
func TestNoTemplates(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,Standard", module+"cmd/oktaform").Output()
	if err != nil {
		t.Fatal(err)
	}
	// They don't execute one unless they are asked to: cobra for help, usage and version.
	may := []string{"github.com/spf13/cobra", "github.com/kelseyhightower/envconfig", "maragu.dev/gomponents"}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg struct {
			ImportPath string
			Imports    []string
			Standard   bool
		}
		if err := dec.Decode(&pkg); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		uses := slices.Contains(pkg.Imports, "text/template") || slices.Contains(pkg.Imports, "html/template")
		if uses && !pkg.Standard && !slices.Contains(may, pkg.ImportPath) {
			t.Errorf("%s imports templates: build texts with functions, and pages with maragu.dev/gomponents", pkg.ImportPath)
		}
	}
	asks := regexp.MustCompile(`\.(Set(Help|Usage|Version)Template|AddTemplateFuncs?)\(|\b[Rr]oot\.Version =`)
	for _, name := range tracked(t) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if found := asks.FindString(read(t, "../../"+name)); found != "" {
			t.Errorf("%s calls %s: cobra then executes a template", name, found)
		}
	}
}
