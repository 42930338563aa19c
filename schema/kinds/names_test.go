package kinds_test

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

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// TestKindsAreNamedInTheirFiles: what a kind's name stands for is a field or method of the
// kind. So no other file spells the name, and no switch can forget a kind.
func TestKindsAreNamedInTheirFiles(t *testing.T) {
	// The same words stand for something else: attributes, titles, actors.
	others := map[string][]string{
		"schema/kinds/adminrole.go":              {"resource_set"},
		"schema/kinds/serviceapp.go":             {"resource_set"},
		"schema/kinds/assignments.go":            {"group", "user"},
		"schema/kinds/smoketest.go":              {"user"},
		"internal/config/smoketests.go":          {"user"},
		"internal/view/accessview/reviewtext.go": {"admin"},
		// Attributes of removed, and a role of ARIA.
		"internal/view/schemaview/languageblocks.go": {"user", "group"},
		"internal/view/accessview/reviewpage.go":     {"group"},
		"internal/view/accessview/planhtml.go":       {"group"},
	}
	var names []string
	for _, k := range kinds.All() {
		names = append(names, k.Name)
	}
	for _, folder := range []string{"schema", "schema/kinds", "internal/config", "plan", "apply", "internal/view", "internal/view/accessview", "internal/view/schemaview"} {
		entries, err := os.ReadDir(filepath.Join("..", "..", folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
				continue
			}
			name := folder + "/" + e.Name()
			used := map[string]bool{}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, filepath.Join("..", "..", filepath.FromSlash(name)), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if f, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains([]string{"GetAttr", "Attr", "Has"}, f.Sel.Name) {
						return false // an attribute of a value
					}
				}
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				text, _ := strconv.Unquote(lit.Value)
				switch {
				case !slices.Contains(names, text), name == "schema/kinds/"+strings.ReplaceAll(text, "_", "")+".go":
				case slices.Contains(others[name], text):
					used[text] = true
				default:
					t.Errorf("%s says %q: put what it decides into a field of the kind", set.Position(lit.Pos()), text)
				}
				return true
			})
			for _, text := range others[name] {
				if !used[text] {
					t.Errorf("%s no longer says %q: take the exception out", name, text)
				}
			}
		}
	}
}

// TestMarks: each kind names where its mark lives, and a mark in a text has a limit.
func TestMarks(t *testing.T) {
	for _, k := range slices.Concat(kinds.All(), kinds.Data()) {
		switch k.Mark {
		case schema.MarkNone, schema.MarkProfile:
		case schema.MarkDescription, schema.MarkName:
			if k.MarkedAttr() == nil || k.MarkLimit == 0 {
				t.Errorf("%s has no text for its mark, or no limit of it", k.Name)
			}
		default:
			t.Errorf("%s doesn't say where its mark lives", k.Name)
		}
	}
}
