package mgmt

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/reference"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
)

// TestKindsAreWhole: a kind that lacks a part says why.
func TestKindsAreWhole(t *testing.T) {
	names := map[string]bool{}
	members := map[string]bool{}
	o := NewOrg()
	for _, k := range Kinds() {
		switch {
		case k.Name == "" || names[k.Name]:
			t.Errorf("the name %q is empty or there twice", k.Name)
		case (k.Table == nil) == (len(k.PartOf) == 0):
			t.Errorf("%s: it has either a table or kinds that it is part of", k.Name)
		case k.Table != nil && k.Table(o) != k.Table(o):
			t.Errorf("%s: its table is another one each time", k.Name)
		case k.Table != nil && (k.Section == nil) == (k.Unseeded == ""):
			t.Errorf("%s: it has either a section or a reason why it is not seeded", k.Name)
		case k.Table == nil && (k.Section != nil || k.Unseeded != ""):
			t.Errorf("%s: parts are seeded with what they are part of", k.Name)
		case len(k.Routes) == 0:
			t.Errorf("%s: it has no operation", k.Name)
		case (len(k.Events) == 0) == (k.Eventless == ""):
			t.Errorf("%s: it has either events or a reason why it has none", k.Name)
		}
		names[k.Name] = true
		if k.Section != nil {
			if member := k.Section.Field().Name; members[member] {
				t.Errorf("%s: there is another section %s", k.Name, member)
			} else {
				members[member] = true
			}
		}
	}
	for _, k := range Kinds() {
		for _, of := range k.PartOf {
			if !names[of] {
				t.Errorf("%s is part of %s, which is no kind", k.Name, of)
			}
		}
	}
}

// TestEveryTableIsOfAKind, or belongs to the authorization server.
func TestEveryTableIsOfAKind(t *testing.T) {
	o := NewOrg()
	known := []string{"signingKey", "refreshToken", "revokedToken"}
	for _, k := range Kinds() {
		if k.Table == nil {
			continue
		}
		if name := k.Table(o).Name(); name != k.Name {
			t.Errorf("the table of %s is called %s", k.Name, name)
		}
		known = append(known, k.Name)
	}
	for _, table := range o.Tables() {
		if !slices.Contains(known, table.Name()) {
			t.Errorf("the table %s is of no kind", table.Name())
		}
	}
}

// TestEveryOperationDeclaresItsRight: a scope that the org has, and a right that package
// access knows.
func TestEveryOperationDeclaresItsRight(t *testing.T) {
	public := []string{"GET /.well-known/okta-organization"}
	rights := stringConstants(t, "../access/rights.go")
	if len(rights) < 30 {
		t.Fatalf("%d rights are found", len(rights))
	}
	patterns := map[string]bool{}
	for _, k := range Kinds() {
		for _, rt := range k.Routes {
			if patterns[rt.Pattern] {
				t.Errorf("%s: %s is there twice", k.Name, rt.Pattern)
			}
			patterns[rt.Pattern] = true
			if slices.Contains(public, rt.Pattern) {
				continue
			}
			verb := ".manage"
			if strings.HasPrefix(rt.Pattern, "GET ") {
				verb = ".read"
			}
			if !oauth.IsAPIScope(rt.Scope + verb) {
				t.Errorf("%s: %s needs the scope %q, which there is not", k.Name, rt.Pattern, rt.Scope+verb)
			}
			if !slices.Contains(rights, string(rt.Right)) {
				t.Errorf("%s: %s needs the right %q, which there is not", k.Name, rt.Pattern, rt.Right)
			}
		}
	}
}

// stringConstants reads the values of the string constants of a file.
func stringConstants(t *testing.T, name string) (values []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		group, isGroup := decl.(*ast.GenDecl)
		if !isGroup || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			for _, value := range spec.(*ast.ValueSpec).Values {
				if literal, isLiteral := value.(*ast.BasicLit); isLiteral {
					text, _ := strconv.Unquote(literal.Value)
					values = append(values, text)
				}
			}
		}
	}
	return values
}

// TestEveryEventTypeIsOfAKind reads from the source which types there are.
func TestEveryEventTypeIsOfAKind(t *testing.T) {
	types := eventTypes()
	found := 0
	for _, folder := range []string{".", "*", "../oauth", "../syslog"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(text)) {
				_, rest, isType := strings.Cut(line, `Type{Name: "`)
				if event, _, _ := strings.Cut(rest, `"`); isType {
					found++
					if _, known := types[event]; !known {
						t.Errorf("%s: no kind lists %s", name, event)
					}
				}
			}
		}
	}
	if found != len(types) {
		t.Errorf("%d types are found in the source, and %d are listed", found, len(types))
	}
}

func TestEventTypesAreOktas(t *testing.T) {
	known := map[string]bool{}
	for line := range strings.Lines(string(reference.File("event-types.tsv"))) {
		name, _, _ := strings.Cut(line, "\t")
		known[name] = true
	}
	for _, kind := range eventTypes() {
		if !known[kind.Name] || kind.Message == "" {
			t.Errorf("%s %q", kind.Name, kind.Message)
		}
	}
}
