package oauth

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/reference"
)

// TestErrorsAreOktas compares every OAuth error of the package with the wire texts
// of Okta's catalog.
func TestErrorsAreOktas(t *testing.T) {
	known := map[string]bool{}
	for line := range strings.Lines(string(reference.File("oauth-wire-texts.tsv"))) {
		known[placeholders(strings.TrimSuffix(line, "\n"))] = true
	}
	errors := declaredErrors(t)
	if len(errors) < 80 {
		t.Fatalf("only %d errors found in the source", len(errors))
	}
	for name, e := range errors {
		if !known[strconv.Itoa(e.Status)+"\t"+e.Code+"\t"+placeholders(e.Description)] {
			t.Errorf("%s is not in the catalog: %d %s %s", name, e.Status, e.Code, e.Description)
		}
	}
}

// placeholders makes the catalog's examples and our formats alike.
func placeholders(text string) string {
	for _, filled := range []string{"[en]", "'en'", ": en.", "are en."} {
		text = strings.ReplaceAll(text, filled, strings.Replace(filled, "en", "%s", 1))
	}
	return text
}

// declaredErrors reads the table from the source, so that none is forgotten.
func declaredErrors(t *testing.T) map[string]Error {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]Error{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, isValue := n.(*ast.ValueSpec)
		if !isValue || len(spec.Values) != 1 {
			return true
		}
		address, isAddress := spec.Values[0].(*ast.UnaryExpr)
		if !isAddress {
			return true
		}
		fields := address.X.(*ast.CompositeLit).Elts
		var text [3]string
		for i := range text {
			literal := fields[i].(*ast.BasicLit)
			text[i] = literal.Value
			if literal.Kind == token.STRING {
				text[i], _ = strconv.Unquote(literal.Value)
			}
		}
		status, _ := strconv.Atoi(text[0])
		found[spec.Names[0].Name] = Error{Status: status, Code: text[1], Description: text[2]}
		return true
	})
	return found
}
